"""A map of any size without data: islands of points, labelled simulated wherever it is drawn."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError
from workbench.nouns import Map

ISLANDS = 12


def simulated_map(n_points: int, *, seed: int = 0, d: int = 8, map_id: str = "") -> Map:
    """Islands in the plane with one category and one number a point; planted, no biology.

    Coordinates [n_points, 2]; vectors [n_points, d] float32 around one direction an island. Raises InputError below 1.
    """
    if n_points < 1:
        raise InputError(f"a map needs at least one point. Got {n_points!r}.")
    rng = np.random.default_rng(seed)
    island = rng.integers(0, ISLANDS, n_points)
    angle = 2 * np.pi * np.arange(ISLANDS) / ISLANDS
    middle = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(4, 9, (ISLANDS, 1))
    spread = rng.uniform(0.4, 1.5, (ISLANDS, 1))
    layout = middle[island] + rng.normal(size=(n_points, 2)) * spread[island]
    directions = rng.normal(size=(ISLANDS, d))
    vectors = directions[island] + 0.7 * rng.normal(size=(n_points, d))
    name = map_id or f"simulated_{n_points}"
    width = len(str(n_points))
    return Map(
        map_id=name, dataset=name, title=f"Simulated map of {n_points:,} points", entity_kind="entity",
        entities=tuple(f"simulated:{i:0{width}d}" for i in range(n_points)),
        labels=tuple(f"entity {i:,}" for i in range(n_points)), vectors=vectors, layout=layout,
        evidence={"n_replicates": np.full(n_points, 3), "agreement": rng.beta(4, 3, n_points)},
        columns={"island": np.array([f"island {i + 1}" for i in range(ISLANDS)])[island],
                 "distance": np.linalg.norm(layout - middle[island], axis=1)},
        recipe={"simulated": True, "seed": seed, "colours": ["island"]}, simulated=True,
        quality={"accepted": True, "reason": "Simulated points: nothing was measured.", "value": 1.0, "low": 1.0,
                 "high": 1.0, "null": 0.05, "n": n_points, "measure": "points are planted"},
    )  # fmt: skip
