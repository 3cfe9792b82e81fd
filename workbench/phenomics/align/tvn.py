"""Typical variation normalisation: whiten on all controls, then bring each batch's control covariance to the identity.

Ando, McLean & Berndl (bioRxiv 161422, 2017); formulas as in efaar-benchmarking 1.0, reached by symmetric eigenvalues
instead of a Schur decomposition, with both steps folded into one product a batch.
"""

from __future__ import annotations

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.phenomics import aligner
from workbench.phenomics.align import Aligned, batches_of, controls_of, every_column
from workbench.phenomics.align.centre_scale import constant
from workbench.phenomics.align.covariance import inverse_root, principal
from workbench.phenomics.align.whiten import lost_directions


@aligner("tvn", title="Typical variation normalisation with CORAL", source="efaar-benchmarking 1.0, tvn_on_controls")
def tvn(
    values: np.ndarray,
    wells: dict[str, np.ndarray],
    *,
    by: str = "Metadata_Batch",
    ridge: float = 0.5,
    min_controls: int = 2,
) -> Aligned:
    """Centre-scale on all controls, PCA on them, centre-scale again; per batch x (cov(its controls) + ridge I)^(−1/2).

    values [n_wells, d] -> [n_wells, k] new dimensions. k < d when features are constant on the controls or the controls
    span fewer directions: left out and said. `by=""` leaves the batches out. Raises DataQualityError naming a batch
    with too few controls.
    """
    if not ridge > 0:
        raise InputError(f"TVN needs a positive ridge. Got {ridge!r}.")
    is_control = controls_of(wells)
    controls = values[is_control]
    if len(controls) < 2:
        raise DataQualityError(f"TVN needs at least 2 control wells. Got {len(controls)}.")
    middle, spread = controls.mean(axis=0), controls.std(axis=0)
    kept = np.flatnonzero(~constant(controls, spread))
    if kept.size == 0:
        raise DataQualityError(f"all {values.shape[1]} features are constant on {len(controls)} controls.")
    scaled = (controls[:, kept] - middle[kept]) / spread[kept]
    directions, variances = principal(scaled)
    turn = np.zeros((values.shape[1], variances.size))  # both centre-scalings and the rotation; constant features get 0
    turn[kept] = directions / np.sqrt(variances) / spread[kept, None]
    warnings = lost_directions(variances.size, kept.size, len(controls))
    if kept.size < values.shape[1]:
        warnings = (f"{values.shape[1] - kept.size} of {values.shape[1]} features are constant on controls: left out",
                    *warnings)  # fmt: skip
    record = {"n_controls": len(controls), "rank": int(variances.size),
              "n_directions_lost": values.shape[1] - int(variances.size)}  # fmt: skip
    if not by:
        return Aligned((values - middle) @ turn, None, record, warnings)
    whitened = scaled @ (directions / np.sqrt(variances))
    place = np.cumsum(is_control) - 1  # of a control well among the controls
    aligned = np.empty((len(values), variances.size))
    counts = []
    for name, rows in batches_of(wells, by):
        mine = whitened[place[rows][is_control[rows]]]
        counts.append(_enough(len(mine), min_controls, by, name))
        aligned[rows] = (values[rows] - middle) @ (turn @ inverse_root(mine, ridge))
    more, said = _batches(counts, variances.size)
    return Aligned(aligned, None, record | more, (*warnings, *said))


@aligner("coral", title="Bring each batch's control covariance to the identity", source="CORAL (Sun et al., 2016)")
def coral(
    values: np.ndarray,
    wells: dict[str, np.ndarray],
    *,
    by: str = "Metadata_Batch",
    ridge: float = 0.5,
    min_controls: int = 2,
) -> Aligned:
    """x (cov(controls of the batch, ddof 1) + ridge I)^(−1/2), batch by batch; after whitening on all controls.

    values [n_wells, d] -> same shape. Raises DataQualityError naming a batch with too few controls.
    """
    if not ridge > 0:
        raise InputError(f"CORAL needs a positive ridge. Got {ridge!r}.")
    is_control = controls_of(wells)
    aligned = np.empty(values.shape)
    counts = []
    for name, rows in batches_of(wells, by):
        mine = values[rows][is_control[rows]]
        counts.append(_enough(len(mine), min_controls, by, name))
        aligned[rows] = values[rows] @ inverse_root(mine, ridge)
    record, warnings = _batches(counts, values.shape[1])
    return Aligned(aligned, every_column(values), record, warnings)


def _enough(n: int, needed: int, by: str, name: str) -> int:
    if n < max(2, needed):
        raise DataQualityError(
            f"{by} {name!r} has {n} control wells; a covariance needs at least {max(2, needed)}.",
            hint="Take a larger batch, e.g. the week instead of the plate, or leave that batch out.",
        )
    return n


def _batches(counts: list[int], d: int) -> tuple[dict[str, object], tuple[str, ...]]:
    few = sum(n <= d for n in counts)
    text = f"{few} of {len(counts)} batches have no more controls than the {d} dimensions: the ridge holds the rest"
    return {"n_batches": len(counts), "controls_per_batch": [min(counts), max(counts)]}, (text,) if few else ()
