"""Lay out a part of a map anew: the same vectors and evidence, another picture, labelled as a subset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.catalog import maps as catalog_maps
from workbench.catalog.cohorts import get_cohort
from workbench.errors import InputError
from workbench.jobs.engine.kinds import Run, job
from workbench.nouns import Map
from workbench.phenomics.layout import layout

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

FEWEST = 5


@job("relayout", title="Lay out a subset", queue="heavy", estimate_s=20.0)
def relayout(run: Run, cohort_id: str, seed: int = 0) -> str:
    """Make a map of a cohort's entities alone; gives its id, which is the same for the same cohort and seed.

    Raises InputError for a cohort too small to draw.
    """
    run.progress(0.1, "lay out the cohort")
    map_id = run.step("layout", _layout, run.catalog, cohort_id, seed)
    run.progress(1.0, "done")
    return map_id


def subset_id(map_id: str, cohort_id: str) -> str:
    """The id of the map that holds only a cohort of another one."""
    return f"{map_id}_subset_{cohort_id[-8:].lower()}"


def _layout(catalog: Catalog, cohort_id: str, seed: int) -> str:
    cohort = get_cohort(catalog, cohort_id)
    whole = catalog_maps.read_map(catalog, cohort.map_id)
    wanted = set(cohort.entities)
    rows = np.array([i for i, name in enumerate(whole.entities) if name in wanted], dtype=int)
    if len(rows) < FEWEST:
        raise InputError(
            f"the cohort {cohort.name!r} has {len(rows)} of its {len(cohort.entities)} entities on {whole.map_id}; "
            f"a picture needs at least {FEWEST}.", hint="Select more of the map.",
        )  # fmt: skip
    origin = {"map_id": whole.map_id, "cohort_id": cohort_id, "seed": seed, "n_of": len(whole)}
    note = f"a subset of {len(rows):,} of {len(whole):,} entities: replicate evidence and p are those of the whole map"
    quality = {**whole.quality, "warnings": [note, *whole.quality.get("warnings", [])]}
    return catalog_maps.write_map(catalog, Map(
        map_id=subset_id(whole.map_id, cohort_id), dataset=whole.dataset,
        title=f"{cohort.name}: subset of {len(rows):,} of “{whole.title}”", entity_kind=whole.entity_kind,
        entities=tuple(whole.entities[i] for i in rows), labels=tuple(whole.labels[i] for i in rows),
        vectors=whole.vectors[rows], layout=layout(whole.vectors[rows], seed=seed),
        evidence={name: np.asarray(column)[rows] for name, column in whole.evidence.items()},
        columns={name: np.asarray(column)[rows] for name, column in whole.columns.items()},
        recipe={**whole.recipe, "subset": origin}, recipe_hash=whole.recipe_hash, snapshot=whole.snapshot,
        simulated=whole.simulated, quality=quality,
    ))  # fmt: skip
