"""Embed the images of a data set: each image once for given weights, then one profile a well as a data set of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.catalog import datasets, embeddings, images
from workbench.catalog import models as versions
from workbench.catalog.batch import Batch
from workbench.catalog.identifiers import find_compound
from workbench.errors import DataQualityError, InputError, UnknownNameError
from workbench.jobs.engine.kinds import Run, job
from workbench.jobs.train_images import TASK, load_autoencoder
from workbench.nouns import Context, Dataset, Perturbation
from workbench.phenomics.embed import embed_image

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import ModelVersion

IMAGES_A_STEP = 8
CONTEXT = Context("cells not stated")


@job("embed_images", title="Embed images", queue="heavy", estimate_s=20.0)
def embed_images(run: Run, dataset: str, version: str = "", pooling: str = "mean") -> str:
    """Gives the name of the data set of profiles. `version`: name of an image autoencoder, default the promoted one."""
    chosen = versions.get_version(run.catalog, run.step("version", choose_version, run.catalog, version))
    rows = images.find_images(run.catalog, dataset=dataset)
    if not rows:
        raise DataQualityError(f"{dataset} has no images among its rows.", hint="Import a data set with images first.")
    refused: dict[str, str] = {}
    for start in range(0, len(rows), IMAGES_A_STEP):
        run.progress(0.9 * start / len(rows), f"Image {start + 1} of {len(rows)}")
        some = rows[start : start + IMAGES_A_STEP]
        refused |= run.step(f"embed {start}", _embed, run, chosen, some, pooling)
    run.progress(0.95, "Writing one profile a well")
    return run.step("write", _write, run.catalog, chosen, dataset, pooling, refused)


def choose_version(catalog: Catalog, name: str) -> str:
    """The id of an image autoencoder by name, or of the promoted one. Raises UnknownNameError when there is none."""
    version = versions.get_version(catalog, name) if name else versions.promoted_version(catalog, TASK)
    if version is None or version.task != TASK:
        found = "none is promoted yet" if version is None else f"{name} is a model of {version.task}"
        raise UnknownNameError(f"an image autoencoder is needed, {found}.", hint="See `workbench models train-images`.")
    return version.version_id


def embed_missing(
    run: Run, version: ModelVersion, pooling: str, sources: dict[str, Callable[[], np.ndarray]]
) -> dict[str, str]:
    """Embed what the catalog has not kept for these weights; gives why images could not be embedded, by hash.

    `sources` read the pixels [n_channels, height, width] of an image by its sha256.
    """
    known = embeddings.known_embeddings(run.catalog, list(sources), version.weights_sha256, pooling)
    missing = {sha256: read for sha256, read in sources.items() if sha256 not in known}
    if not missing:
        return {}
    model = load_autoencoder(run.catalog, version.architecture, version.weights_sha256)
    vectors, refused = {}, {}
    for sha256, read in missing.items():
        run.check_cancelled()
        try:
            vectors[sha256] = embed_image(model, read(), pooling=pooling)
        except InputError as error:
            refused[sha256] = error.message
    embeddings.write_embeddings(run.catalog, vectors, version.weights_sha256, pooling)
    return refused


def _embed(run: Run, version: ModelVersion, rows: list[dict[str, Any]], pooling: str) -> dict[str, str]:
    def reader(image_id: str) -> Callable[[], np.ndarray]:
        return lambda: images.read_image(run.catalog, image_id)[0]

    return embed_missing(run, version, pooling, {row["sha256"]: reader(row["image_id"]) for row in rows})


def _write(catalog: Catalog, version: ModelVersion, dataset: str, pooling: str, refused: dict[str, str]) -> str:
    """A data set of profiles, one a well: the mean over the well's images. The same weights again change nothing."""
    rows = images.find_images(catalog, dataset=dataset)
    source = datasets.get_dataset(catalog, dataset)
    suffix = "" if pooling == "mean" else f".{pooling}"
    batch = Batch(f"{dataset}.{version.name}{suffix}")
    used, matrix, features = _vectors(catalog, version, pooling, rows, refused, batch)
    wells = pd.DataFrame([
        {"Metadata_Plate": row["Metadata_Plate"] or "plate not stated", "Metadata_Well": row["Metadata_Well"],
         "perturbation_id": row["perturbation_id"], "context_id": CONTEXT.context_id,
         "is_control": row["perturbation_id"].startswith("control:")}
        for row in used
    ])  # fmt: skip
    place = wells.groupby(["Metadata_Plate", "Metadata_Well"], sort=False).ngroup().to_numpy()
    means = np.stack([matrix[place == i].mean(axis=0) for i in range(place.max() + 1)])
    batch.add_features(features, kind=f"{version.name}, {pooling}")
    batch.add_perturbations([_perturbation(catalog, key) for key in wells["perturbation_id"].unique()], {})
    batch.add_contexts([CONTEXT])
    batch.add_wells(wells[~pd.Series(place).duplicated().to_numpy()], means, file=f"images of {dataset}")
    content = hashlib.sha256(f"{source.sha256}{version.weights_sha256}{pooling}".encode()).hexdigest()
    made = Dataset(
        batch.dataset, f"{source.title}, embedded by {version.name}{suffix}", "morphology", source.licence,
        source.source, source.citation, units="arbitrary", controls=source.controls,
        readout=f"{len(features)} embedding dimensions", sha256=content, simulated=source.simulated, bundled=False,
    )  # fmt: skip
    return datasets.write_batch(catalog, made, batch).dataset


def _vectors(
    catalog: Catalog, version: ModelVersion, pooling: str, rows: list[dict[str, Any]], refused: dict[str, str], batch: Batch
) -> tuple[list[dict[str, Any]], np.ndarray, list[str]]:  # fmt: skip
    """Rows that have a vector, the vectors [n_images, n_features] and the features' names; others go to the rejects.

    Channelwise, the vectors' parts are put in the order of one list of channels; images with other channels are refused.
    """
    known = embeddings.known_embeddings(catalog, [row["sha256"] for row in rows], version.weights_sha256, pooling)
    channels = (
        list(Counter(tuple(row["channels"]) for row in rows if row["sha256"] in known).most_common(1)[0][0])
        if known
        else []
    )
    used, vectors = [], []
    for number, row in enumerate(rows, start=1):
        if row["sha256"] not in known:
            batch.reject(row["file"], number, "file", row["image_id"], refused.get(row["sha256"], "not embedded"))
        elif pooling == "channelwise" and sorted(row["channels"]) != sorted(channels):
            reason = f"its channels are not those of the other images: {', '.join(channels)}"
            batch.reject(row["file"], number, "channels", ", ".join(row["channels"]), reason)
        else:
            vector = known[row["sha256"]]
            if pooling == "channelwise":
                order = [row["channels"].index(name) for name in channels]
                vector = vector.reshape(len(channels), -1)[order].ravel()
            used.append(row)
            vectors.append(vector)
    if not used:
        raise DataQualityError(f"no image of {len(rows)} could be embedded: {next(iter(refused.values()), '')}")
    width = len(vectors[0])
    if pooling == "channelwise":
        each = width // len(channels)
        return used, np.stack(vectors), [f"{name} embedding {i + 1}" for name in channels for i in range(each)]
    return used, np.stack(vectors), [f"embedding {i + 1}" for i in range(width)]


def _perturbation(catalog: Catalog, key: str) -> Perturbation:
    """The perturbation behind an image's id: `control:…`, `compound:INCHIKEY@DOSE` or `KIND:GENE`."""
    kind, _, rest = key.partition(":")
    if kind == "compound":
        inchikey, _, dose = rest.partition("@")
        try:
            name = find_compound(catalog, inchikey).name
        except UnknownNameError:
            name = inchikey
        return Perturbation.of_compound(inchikey, name or inchikey, float(dose) if dose else None)
    genes = () if kind == "control" else (rest.split("/")[0],)
    return Perturbation(key, kind, rest, genes=genes)
