"""Rotations: principal components, whitening and sphering, with the directions that were lost said."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.phenomics import aligner
from workbench.phenomics.align import Aligned, controls_of, every_column
from workbench.phenomics.align.centre_scale import WELLS
from workbench.phenomics.align.covariance import principal, times_inverse_root


@aligner("sphere", title="Decorrelate on the controls (ZCA)", source="ZCA whitening with ridge")
def sphere(values: np.ndarray, wells: dict[str, np.ndarray], *, ridge: float = 1.0) -> Aligned:
    """x (cov(controls, ddof 1) + ridge I)^(−1/2), centred on the controls: directions in which controls vary shrink.

    values [n_wells, d] -> [n_wells, d]. With fewer controls than d the ridge alone holds the missing directions: said.
    """
    if not ridge > 0:
        raise InputError(f"sphering needs a positive ridge. Got {ridge!r}.")
    controls = _at_least_two(values, wells, "sphering")
    missing = max(0, values.shape[1] - (len(controls) - 1))
    warnings = (f"{missing} of {values.shape[1]} directions are not seen in {len(controls)} controls: ridge only",)
    record = {"n_controls": len(controls), "n_directions_unseen": missing}
    sphered = times_inverse_root(values - controls.mean(axis=0), controls, ridge)
    return Aligned(sphered, every_column(values), record, warnings if missing else ())


@aligner("pca", title="Principal components", source="EFAAR embed_by_pca: fitted on all wells, 128 components")
def pca(values: np.ndarray, wells: dict[str, np.ndarray], *, n: int = 128, on: str = "all") -> Aligned:
    """Coordinates along the n directions of largest variance of all wells or of the controls, centred on those wells.

    values [n_wells, d] -> [n_wells, k], k <= n; fewer when fewer directions vary, which is said.
    """
    if on not in WELLS or n < 1:
        raise InputError(f"pca takes n >= 1 and on = {' or '.join(WELLS)}. Got n = {n!r}, on = {on!r}.")
    sample = values if on == "all" else _at_least_two(values, wells, "pca")
    middle = sample.mean(axis=0)
    directions, variances = principal(sample - middle)
    kept, record, warnings = _truncated(variances, n, values.shape[1], len(sample))
    record["share_of_variance"] = round(float(variances[:kept].sum() / variances.sum()), 4)
    return Aligned((values - middle) @ directions[:, :kept], None, record, warnings)


@aligner("whiten", title="Whiten on the controls (PCA, rank-truncated)")
def whiten(values: np.ndarray, wells: dict[str, np.ndarray], *, n: int = 0) -> Aligned:
    """Principal components of the controls, each scaled to variance 1 on them (ddof 0); n = 0 keeps all that vary.

    values [n_wells, d] -> [n_wells, k]. Directions in which the controls do not vary are left out, which is said: they
    would be noise blown up without limit.
    """
    controls = _at_least_two(values, wells, "whitening")
    middle = controls.mean(axis=0)
    directions, variances = principal(controls - middle)
    kept, record, warnings = _truncated(variances, n or values.shape[1], values.shape[1], len(controls))
    return Aligned((values - middle) @ (directions[:, :kept] / np.sqrt(variances[:kept])), None, record, warnings)


def lost_directions(kept: int, wanted: int, n_wells: int) -> tuple[str, ...]:
    """The visible warning of a rank loss; empty when nothing was lost."""
    text = f"{wanted - kept} of {wanted} directions do not vary in {n_wells} wells: left out, {kept} remain"
    return (text,) if kept < wanted else ()


def _truncated(variances: np.ndarray, n: int, d: int, n_wells: int) -> tuple[int, dict[str, Any], tuple[str, ...]]:
    if variances.size == 0:
        raise DataQualityError(f"none of {d} features varies in {n_wells} wells: there is no direction to keep.")
    kept = min(n, variances.size)
    record = {"n_fitted_on": n_wells, "rank": int(variances.size), "n_directions_lost": d - kept}
    return kept, record, lost_directions(variances.size, min(n, d), n_wells) if variances.size < min(n, d) else ()


def _at_least_two(values: np.ndarray, wells: dict[str, np.ndarray], what: str) -> np.ndarray:
    controls = values[controls_of(wells)]
    if len(controls) < 2:
        raise DataQualityError(f"{what} needs at least 2 control wells. Got {len(controls)}.")
    return controls
