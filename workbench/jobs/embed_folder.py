"""Embed somebody's own TIFF and OME-Zarr images: a folder with a table of what was imaged becomes a data set of profiles."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.catalog import datasets, embeddings, image_files
from workbench.catalog import models as versions
from workbench.catalog.importers.columns import ROLES, plain
from workbench.catalog.importers.plan import read_own_files
from workbench.errors import DataQualityError, InputError
from workbench.jobs.embed_images import IMAGES_A_STEP, choose_version, embed_missing
from workbench.jobs.engine.kinds import Run, job

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.nouns import ModelVersion

TABLE = "images.csv"
# what is one thing for a well, however many images it has; other columns that differ belong to the images
OF_A_WELL = ("batch", "source", "key", "compound", "gene", "label", "reagent", "kind", "negcon", "control", "type", "dose",
             "dose_unit", "time", "cell", "smiles", "jcp2022", "ncbi")  # fmt: skip


@job("embed_folder", title="Embed a folder of images", queue="heavy", estimate_s=20.0)
def embed_folder(run: Run, folder: str, name: str, version: str = "", pooling: str = "mean") -> str:
    """Gives the name of the data set. The folder holds the images and `images.csv`: a column `file`, and whatever is
    known of each (plate, well, compound, gene, dose, …), by the names that tables of wells have. Images of one plate and
    well are one profile. Channelwise, all files must have the same channels in the same order."""
    chosen = versions.get_version(run.catalog, run.step("version", choose_version, run.catalog, version))
    run.progress(0.02, "Looking at the folder")
    hashes = run.step("look", _look, folder)
    files = list(hashes)
    for start in range(0, len(files), IMAGES_A_STEP):
        run.progress(0.05 + 0.85 * start / len(files), f"Image {start + 1} of {len(files)}")
        some = {file: hashes[file] for file in files[start : start + IMAGES_A_STEP]}
        run.step(f"embed {start}", _embed, run, chosen, folder, some, pooling)
    run.progress(0.95, "Writing one profile a well")
    return run.step("write", _write, run, chosen, folder, name, hashes, pooling)


def read_image_table(folder: Path) -> pd.DataFrame:
    """The folder's `images.csv` as text, one row an image file of the folder, columns but `file` as `Metadata_…`.

    Raises InputError naming the row or file when table and images do not belong together.
    """
    path = folder / TABLE
    images = {item.name for item in image_files.image_paths(folder)}
    if not path.is_file():
        raise InputError(
            f"{folder.name} has no {TABLE}.", where=str(folder),
            hint="It says what was imaged: a column `file`, then plate, well, compound or gene, dose ….",
        )  # fmt: skip
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{TABLE} cannot be read: {error}.", where=str(path)) from error
    if "file" not in table:
        raise InputError(f"{TABLE} has no column `file`, only {', '.join(table.columns)}.", where=str(path))
    for number, file in enumerate(table["file"], start=2):
        if file not in images:
            raise InputError(f"row {number} names {file!r}, which is no image of the folder.", where=str(path))
    twice = table["file"].duplicated()
    if twice.any():
        raise InputError(f"row {int(np.flatnonzero(twice)[0]) + 2} names a file again.", where=str(path))
    left = sorted(images - set(table["file"]))
    if left:
        raise InputError(f"{left[0]!r} stands in no row of {TABLE} ({len(left)} such files).", where=str(path))
    names = {name: f"Metadata_{name.removeprefix('Metadata_')}" for name in table if name != "file"}
    return table.rename(columns=names)


def wells_of(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Wells of an image table, one row each, and each image's well [n_images]; without plate and well, an image is one.

    Columns that differ among the images of a well (its sites) are left out. Raises InputError naming the row when what
    was done to a well differs.
    """
    place = [next((name for name in table if plain(name) in ROLES[role]), "") for role in ("plate", "well")]
    well = table.groupby(place if all(place) else "file", sort=False).ngroup().to_numpy()
    facts = table.drop(columns="file")
    first = facts[~pd.Series(well).duplicated().to_numpy()].reset_index(drop=True)
    known = {name for role in OF_A_WELL for name in ROLES[role]}
    differs = facts.to_numpy() != first.to_numpy()[well]
    for i, column in enumerate(facts):
        if differs[:, i].any() and plain(column) in known:
            row = int(np.flatnonzero(differs[:, i])[0])
            raise InputError(
                f"row {row + 2} has {column.removeprefix('Metadata_')} {facts[column][row]!r}, another image of the same "
                f"well {first[column][well[row]]!r}.",
                where=TABLE,
            )
    return first.loc[:, ~differs.any(axis=0)], well


def _look(folder: str) -> dict[str, str]:
    """Image files with their hashes; the table is read so that a wrong one is said before the work."""
    table = read_image_table(Path(folder))
    wells_of(table)
    return {file: image_files.image_sha256(Path(folder) / file) for file in table["file"]}


def _embed(run: Run, version: ModelVersion, folder: str, hashes: dict[str, str], pooling: str) -> int:
    def reader(file: str) -> Callable[[], np.ndarray]:
        return lambda: image_files.read_pixels(Path(folder) / file)

    refused = embed_missing(run, version, pooling, {sha256: reader(file) for file, sha256 in hashes.items()})
    for file, sha256 in hashes.items():
        if sha256 in refused:
            raise InputError(f"{file} cannot be embedded: {refused[sha256]}", where=folder)
    return len(hashes)


def _write(run: Run, version: ModelVersion, folder: str, name: str, hashes: dict[str, str], pooling: str) -> str:
    """One row a well with its metadata and mean embedding, imported as any table of profiles is."""
    table = read_image_table(Path(folder))
    known = embeddings.known_embeddings(run.catalog, list(hashes.values()), version.weights_sha256, pooling)
    vectors = [known[hashes[file]] for file in table["file"]]
    widths = {len(vector) for vector in vectors}
    if len(widths) > 1:
        raise DataQualityError(
            f"channelwise vectors have {min(widths)} to {max(widths)} numbers: the files have different channels.",
            where=folder, hint="Pool by `mean`, or give each kind of image a folder of its own.",
        )  # fmt: skip
    features = [f"embedding_{i + 1}" for i in range(widths.pop())]
    values = pd.DataFrame(np.stack(vectors), columns=features)
    wells, well = wells_of(table)
    profiles = pd.concat([wells, values.groupby(well).mean()], axis=1)
    path = run.catalog.settings.cache / "embeddings" / run.job_id / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    profiles.to_parquet(path, index=False)
    try:
        _, batch, made = read_own_files(run.catalog, path, name)
        source = f"images of {Path(folder).name}, embedded by {version.name}, pooled {pooling}"
        return datasets.write_batch(run.catalog, replace(made, source=source), batch).dataset
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
