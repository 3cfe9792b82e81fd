"""`lab.data`: data sets, wells, responses, images, relations and SQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog import console, datasets, export, images, integrity, maps, networks, responses, snapshots
from workbench.catalog.object_storage import hand_over
from workbench.jobs.engine.queue import run_job

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from workbench.catalog.importers.plan import ImportPlan
    from workbench.catalog.store import Catalog
    from workbench.nouns import Dataset, Job, Profiles, Response, Snapshot


class Data:
    """What has been measured, and where it came from."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def list(self) -> list[Dataset]:
        """Data sets in the lake."""
        return datasets.list_datasets(self.catalog)

    def available(self) -> list[Dataset]:
        """Every data set the catalog knows; `imported_at` is None where it is not in the lake."""
        return datasets.available_datasets(self.catalog)

    def get(self, name: str) -> Dataset:
        """One data set in the lake."""
        return datasets.get_dataset(self.catalog, name)

    def import_(
        self, name: str, file: Path | str | None = None, inline: bool = False, person: str | None = None
    ) -> Job:
        """Import a data set of the data catalog; `file` is its file or folder where it lies nowhere else."""
        place = {} if file is None else {"file": str(file)}
        return run_job(self.catalog, "import_dataset", inline=inline, person=person, name=name, **place)

    def understand(self, paths: Path | Sequence[Path], name: str, **said: str) -> ImportPlan:
        """What was understood of files of yours; writes nothing. `said`: control_label="DMSO", plate_column=…"""
        from workbench.catalog.importers.plan import recognise
        from workbench.catalog.importers.wishes import Wishes

        return recognise(self.catalog, paths, name, Wishes.of(said))

    def import_file(self, plan: ImportPlan, inline: bool = True, person: str | None = None) -> Job:
        """Import files as understood; refused when they have changed since."""
        from workbench.catalog.importers.plan import chosen_files

        files = chosen_files(plan.paths)  # a folder cannot be handed to another host, its files can
        facts: dict[str, Any] = {"paths": [hand_over(self.catalog.settings, path) for path in files], "name": plan.name}
        facts |= {"sha256": plan.sha256, "wishes": plan.wishes.to_json()}
        return run_job(self.catalog, "import_file", inline=inline, person=person, **facts)

    def remove(self, name: str) -> None:
        """Remove a data set and everything derived from it."""
        datasets.remove_dataset(self.catalog, name)

    def verify(self, name: str | None = None) -> list[dict[str, Any]]:
        """Compare one data set (or all) with its files, checksums and counts."""
        wanted = [self.get(name)] if name else self.list()
        return [integrity.verify_dataset(self.catalog, item) for item in wanted]

    def export(self, name: str, folder: Path | str) -> Path:
        """Write a data set as Parquet and CSV with its attribution."""
        return export.export_dataset(self.catalog, self.get(name), Path(folder))

    def rejects(self, name: str | None = None) -> pd.DataFrame:
        """Refused rows with reasons."""
        return datasets.list_rejects(self.catalog, name)

    def snapshots(self, limit: int = 50) -> list[Snapshot]:
        """Frozen states of the lake, newest first."""
        return snapshots.list_snapshots(self.catalog, limit)

    def profiles(self, dataset: str) -> Profiles:
        """All wells with their profiles."""
        return maps.read_wells(self.catalog, dataset)

    def plates(self, dataset: str) -> list[str]:
        """Plates of a data set."""
        return responses.plate_names(self.catalog, dataset)

    def plate(self, dataset: str, plate: str) -> pd.DataFrame:
        """Wells of one plate with what is in them."""
        return responses.plate_table(self.catalog, dataset, plate)

    def responses(self, gene: str | None = None, compound: str | None = None) -> list[Response]:
        """What was measured for a gene or a compound."""
        return responses.find_responses(self.catalog, gene=gene, compound=compound)

    def response(self, dataset: str, perturbation_id: str) -> Response | None:
        """The measured response of one perturbation, if there is one."""
        return responses.read_response(self.catalog, dataset, perturbation_id)

    def images(self, **where: str | None) -> list[dict[str, Any]]:
        """Images by dataset, perturbation_id, plate or well."""
        return images.find_images(self.catalog, **where)

    def image(self, image_id: str) -> tuple[np.ndarray, list[str]]:
        """Pixels [n_channels, height, width] and channel names of one image."""
        return images.read_image(self.catalog, image_id)

    def embed_images(
        self, dataset: str, version: str = "", pooling: str = "mean", inline: bool = False, person: str | None = None
    ) -> Job:
        """Embed a data set's images into a data set of profiles, with the promoted image autoencoder or a named one."""
        facts = {"dataset": dataset, "version": version, "pooling": pooling}
        return run_job(self.catalog, "embed_images", inline=inline, person=person, **facts)

    def embed_folder(
        self, folder: Path | str, name: str, version: str = "", pooling: str = "mean", inline: bool = False,
        person: str | None = None,
    ) -> Job:  # fmt: skip
        """Embed your own TIFF and OME-Zarr images, described by an `images.csv` beside them, into a data set of profiles."""
        facts = {"folder": str(Path(folder).resolve()), "name": name, "version": version, "pooling": pooling}
        return run_job(self.catalog, "embed_folder", inline=inline, person=person, **facts)

    def relations(self, symbol: str) -> pd.DataFrame:
        """Known relations of a gene: network, source, target, sign, evidence."""
        return networks.relations_of(self.catalog, symbol)

    def sql(self, text: str) -> pd.DataFrame:
        """One SELECT over lake and ledger, read-only and locked."""
        return console.run_sql(self.catalog, text).to_pandas()

    def tables(self) -> pd.DataFrame:
        """Tables and columns that SQL can read."""
        return console.list_tables(self.catalog).to_pandas()
