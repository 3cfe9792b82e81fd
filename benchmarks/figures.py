"""One figure: value with its spread, n, unit and how it was measured."""

from __future__ import annotations

from typing import Any

import numpy as np


def figure(
    value: float | str, unit: str, how: str, *, low: float | None = None, high: float | None = None, n: int = 1
) -> dict[str, Any]:
    """A figure as it is written to JSON; a verdict in words stands where a number would."""
    bounds = {"low": value if low is None else low, "high": value if high is None else high}
    return {"value": value, **bounds, "n": n, "unit": unit, "how": how}


def quantile(samples: list[float], q: float, unit: str, how: str) -> dict[str, Any]:
    """A quantile of samples; low and high are its 95 % interval by resampling."""
    data = np.asarray(samples, dtype=float)
    rng = np.random.default_rng(0)
    drawn = [np.quantile(rng.choice(data, len(data)), q) for _ in range(500)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return figure(float(np.quantile(data, q)), unit, how, low=float(low), high=float(high), n=len(data))
