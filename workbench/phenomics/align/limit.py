"""Steps on each value alone: limits and logarithms."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError
from workbench.phenomics import aligner
from workbench.phenomics.align import Aligned, every_column


@aligner("clip", title="Limit extreme values")
def clip(values: np.ndarray, wells: dict[str, np.ndarray], *, at: float) -> Aligned:
    """Values limited to ±at. values [n_wells, n_features] -> same shape; the share that was limited is recorded."""
    if not at > 0:
        raise InputError(f"clip needs a positive limit. Got {at!r}.")
    share = float(np.mean(np.abs(values) > at))
    return Aligned(np.clip(values, -at, at), every_column(values), {"share_limited": round(share, 5)})


@aligner("log1p", title="Logarithm of counts")
def log1p(values: np.ndarray, wells: dict[str, np.ndarray]) -> Aligned:
    """log(1 + x) of counts. values [n_wells, n_features] >= 0 -> same shape."""
    if values.size and values.min() < 0:
        raise InputError(f"log1p needs counts. The smallest value is {values.min()!r}.")
    return Aligned(np.log1p(values), every_column(values))
