"""Rows of two tables that name the same thing."""

from __future__ import annotations

import numpy as np


def matching_rows(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of rows with the same non-empty text; a text that stands twice on both sides gives four pairs.

    left [n_left], right [n_right] text -> rows of left and of right, each [n_pairs] int64, by row of left.
    """
    right = np.asarray(right).astype(str)
    left = np.asarray(left).astype(str)
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    first, last = np.searchsorted(ordered, left, "left"), np.searchsorted(ordered, left, "right")
    n_each = np.where(left == "", 0, last - first)
    rows = np.repeat(np.arange(len(left), dtype=np.int64), n_each)
    starts = np.repeat(first, n_each)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(n_each) - n_each, n_each)
    return rows, order[starts + within].astype(np.int64)
