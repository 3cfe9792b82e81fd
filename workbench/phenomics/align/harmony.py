"""Harmony (Korsunsky et al., Nat Methods 2019) through the library `harmonypy`, which is GPL and therefore optional."""

from __future__ import annotations

import logging

import numpy as np

from workbench.errors import DataQualityError, MissingPackageError
from workbench.phenomics import aligner
from workbench.phenomics.align import Aligned, batches_of, every_column

MOST_DIMENSIONS = 200
WELLS_A_CLUSTER = 30


@aligner("harmony", title="Harmony: mix the batches within soft clusters", source="harmonypy 2.1.0")
def harmony(
    values: np.ndarray, wells: dict[str, np.ndarray], *, by: str = "Metadata_Batch", seed: int = 0, theta: float = 2.0
) -> Aligned:
    """Soft k-means clusters in which every batch takes part (weight `theta`), batch offsets removed cluster by cluster.

    values [n_wells, d] -> same shape; meant for principal components, so put `pca` or `whiten` before it. Looks at
    treated wells too, not at controls alone. Same seed, same result. Raises DataQualityError for a single batch.
    """
    logger = logging.getLogger("harmonypy")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # else the library writes to the terminal itself
    try:
        import harmonypy
    except ImportError as error:
        raise MissingPackageError(
            "the step 'harmony' needs the package harmonypy.", hint="pip install harmonypy==2.1.0"
        ) from error
    sizes = {name: len(values[rows]) for name, rows in batches_of(wells, by)}
    if len(sizes) < 2:
        raise DataQualityError(f"harmony mixes batches; {by} has {len(sizes)}.")
    n_clusters = int(np.clip(round(len(values) / WELLS_A_CLUSTER), 2, 100))
    found = harmonypy.run_harmony(
        values, {by: np.asarray(wells[by]).astype(str)}, [by], theta=theta, nclust=n_clusters, random_state=seed,
        ncores=1, verbose=False,
    )  # fmt: skip
    moved = np.linalg.norm(found.Z_corr - values) / max(np.linalg.norm(values), 1e-12)
    record = {"n_batches": len(sizes), "wells_per_batch": [min(sizes.values()), max(sizes.values())],
              "n_clusters": n_clusters, "n_rounds": len(found.objective_harmony), "moved": round(float(moved), 4)}  # fmt: skip
    text = f"Harmony was made for tens of principal components and got {values.shape[1]} dimensions"
    return Aligned(
        np.ascontiguousarray(found.Z_corr), every_column(values), record,
        (text,) if values.shape[1] > MOST_DIMENSIONS else (),
    )  # fmt: skip
