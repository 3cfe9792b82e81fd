"""Two versions on the same held-out units: paired differences with intervals, and the promotion rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.evaluation.metric_facts import BETTER, TITLES
from workbench.kernels.bootstrap import bootstrap_difference


def compare(old: dict[str, np.ndarray], new: dict[str, np.ndarray], seed: int = 0) -> list[dict[str, Any]]:
    """One row a metric: old, new, difference with its paired bootstrap interval; values [n_units] a metric."""
    rows = []
    for metric in new:
        if metric not in old:
            continue
        difference, low, high = bootstrap_difference(new[metric], old[metric], seed=seed)
        rows.append(
            {
                "metric": metric, "title": TITLES[metric], "better": BETTER[metric], "old": float(np.mean(old[metric])),
                "new": float(np.mean(new[metric])), "difference": difference, "low": low, "high": high,
                "n": len(new[metric]),
            }
        )  # fmt: skip
    return rows


def promote(rows: list[dict[str, Any]], rule: dict[str, Any]) -> tuple[bool, str]:
    """Whether the new version takes over, with the reason in words.

    The rule is declared in the recipe before training: the new version has seen more data, so it takes over unless it
    may be worse by more than `margin` on `metric` (the interval of the gain reaches below -margin).
    """
    metric, margin = rule["metric"], float(rule["margin"])
    row = next(row for row in rows if row["metric"] == metric)
    sign = -1.0 if BETTER[metric] == "lower" else 1.0
    gain, low, high = sign * row["difference"], *sorted((sign * row["low"], sign * row["high"]))
    change = f"{TITLES[metric]}: {row['old']:.3f} → {row['new']:.3f}"
    words = f"{change}, gain {gain:+.3f} [{low:+.3f}, {high:+.3f}], n={row['n']}"
    if low > 0:
        return True, f"Better: {words}."
    if low >= -margin:
        return True, f"Not worse by more than {margin:g}: {words}."
    return False, f"May be worse by more than {margin:g}: {words}."
