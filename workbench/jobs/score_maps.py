"""Score the maps of a data set: the field's benchmarks with null, n and interval, before and after alignment."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from workbench.catalog import maps as catalog_maps
from workbench.catalog.metrics import ALIGNED, UNALIGNED, write_map_scores
from workbench.catalog.networks import network_names, read_edges
from workbench.catalog.store import Catalog
from workbench.errors import DataQualityError
from workbench.jobs.engine.kinds import Run, job
from workbench.phenomics.recipe import Recipe
from workbench.phenomics.scores import score_map
from workbench.training.code_version import code_version


@job("score_maps", title="Score the maps", queue="heavy", estimate_s=15.0)
def score_maps(run: Run, dataset: str) -> str:
    """Score every map of the data set as it lies in the catalog; gives the id of the first one.

    Everything is read from one snapshot, which the scores name. Raises DataQualityError when there is no map.
    """
    facts = run.step("maps", _maps, run.catalog, dataset)
    for i, map_id in enumerate(facts["maps"]):
        rows = []
        for j, stratum in enumerate((ALIGNED, UNALIGNED)):
            run.progress(
                (i + j / 2) / len(facts["maps"]), f"{map_id}, {stratum}: replicates, relationships, mechanisms"
            )
            found = run.step(f"{map_id} {stratum}", _score, run.catalog, map_id, stratum, facts["snapshot"])
            rows += [row | {"stratum": stratum} for row in found]
        run.step(f"write {map_id}", _write, run, map_id, rows, facts["snapshot"])
    run.progress(1.0, "done")
    return facts["maps"][0]


def _maps(catalog: Catalog, dataset: str) -> dict[str, Any]:
    """The maps to score, subsets of a map left out, and the snapshot to read them from."""
    rows = [row for row in catalog_maps.map_rows(catalog) if row["dataset"] == dataset]
    names = [row["map_id"] for row in rows if '"subset"' not in (row["recipe"] or "")]
    if not names:
        raise DataQualityError(
            f"there is no map of {dataset!r} to score.", hint="Build it first: lab.maps.build(…), or workbench setup."
        )
    return {"maps": names, "snapshot": catalog.lake.current_snapshot()}


def _score(catalog: Catalog, map_id: str, stratum: str, snapshot: int) -> list[dict[str, Any]]:
    """One map with its steps or without any; the same entities either way."""
    lake = catalog.lake.at(snapshot)
    try:
        frozen = Catalog(catalog.settings, lake, catalog.ledger)
        map_ = catalog_maps.read_map(frozen, map_id)
        recipe = Recipe.from_json(map_.recipe)
        profiles = catalog_maps.read_wells(frozen, map_.dataset)
        facts = catalog_maps.perturbation_facts(frozen, map_.dataset)
        edges = read_edges(frozen, list(network_names(frozen))).to_pandas()
    finally:
        lake.close()
    networks = {str(name): rows[["source", "target"]].to_numpy(dtype=str) for name, rows in edges.groupby("network")}
    recipe = recipe if stratum == ALIGNED else replace(recipe, steps=())
    drawn = {} if len(map_) == 0 else {  # a refused map has no points: everything is scored
        "on_map": np.array(map_.entities), "is_active": np.asarray(map_.evidence["q"], dtype=float) < 0.05,
    }  # fmt: skip
    return [asdict(score) for score in score_map(profiles, recipe, facts, networks, **drawn)]


def _write(run: Run, map_id: str, rows: list[dict[str, Any]], snapshot: int) -> str:
    map_ = catalog_maps.read_map(run.catalog, map_id)
    made = {"snapshot": snapshot, "code_version": code_version(), "recipe_hash": map_.recipe_hash}
    write_map_scores(run.catalog, map_id, run.job_id, [row | made for row in rows])
    return map_id
