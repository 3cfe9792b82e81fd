"""Build the maps of a data set: read, align, aggregate, evidence, layout, write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import maps as catalog_maps
from workbench.catalog.json_columns import spread_json
from workbench.jobs.engine.kinds import Run, job
from workbench.nouns import Map
from workbench.phenomics.assemble import assemble
from workbench.phenomics.layout import layout
from workbench.phenomics.recipe import Recipe, recipes_of

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


@job("build_map", title="Build a map", queue="heavy", estimate_s=30.0)
def build_map(run: Run, dataset: str) -> str:
    """Make every map that has a recipe for this data set; gives the id of the first one."""
    made = []
    recipes = recipes_of(dataset)
    for i_recipe, recipe in enumerate(recipes):
        at = i_recipe / len(recipes)
        run.progress(at + 0.05, f"{recipe.name}: read wells, align, aggregate, weigh the replicates")
        folder = run.step(f"evidence {recipe.name}", _evidence, run.catalog, recipe)
        run.progress(at + 0.4 / len(recipes), f"{recipe.name}: lay out")
        run.step(f"layout {recipe.name}", _layout, folder, recipe)
        run.progress(at + 0.9 / len(recipes), f"{recipe.name}: write")
        made.append(run.step(f"write {recipe.name}", _write, run.catalog, folder, recipe))
    run.progress(1.0, "done")
    return made[0]


def _evidence(catalog: Catalog, recipe: Recipe) -> str:
    """Assemble the map and keep it in the cache, named by recipe and state of the lake; gives the folder."""
    snapshot = catalog.lake.current_snapshot()
    profiles = catalog_maps.read_wells(catalog, recipe.dataset)
    draft = assemble(profiles, recipe)
    folder = catalog.settings.cache / "maps" / f"{recipe.name}-{recipe.sha256[:12]}-{snapshot}"
    folder.mkdir(parents=True, exist_ok=True)
    named = {f"evidence:{name}": column for name, column in draft.evidence.items()}
    named |= {f"column:{name}": column for name, column in draft.columns.items()}
    np.savez(folder / "draft.npz", entities=draft.entities.astype(str), vectors=draft.vectors, **named)
    (folder / "quality.json").write_text(json.dumps({"snapshot": snapshot, **draft.quality}), encoding="utf-8")
    return str(folder)


def _layout(folder: str, recipe: Recipe) -> int:
    """Coordinates of the entities, unless the recipe takes frozen ones or the gate refused; gives their number."""
    place = Path(folder)
    quality = json.loads((place / "quality.json").read_text(encoding="utf-8"))
    if recipe.x or not quality["accepted"]:
        return 0
    with np.load(place / "draft.npz") as draft:
        coordinates = layout(draft["vectors"], seed=recipe.seed)
    np.save(place / "layout.npy", coordinates)
    return len(coordinates)


def _write(catalog: Catalog, folder: str, recipe: Recipe) -> str:
    """Put the map into the lake; a refused one without points. Gives the map's id."""
    place = Path(folder)
    quality = json.loads((place / "quality.json").read_text(encoding="utf-8"))
    snapshot = quality.pop("snapshot")
    with np.load(place / "draft.npz") as draft:
        entities, vectors = draft["entities"], draft["vectors"]
        evidence = {name.split(":", 1)[1]: draft[name] for name in draft.files if name.startswith("evidence:")}
        numbers = {name.split(":", 1)[1]: draft[name] for name in draft.files if name.startswith("column:")}
    facts = catalog_maps.perturbation_facts(catalog, recipe.dataset)
    columns = _columns(facts, entities) | numbers
    labels = [str(facts.get(name, {}).get("label", name)) for name in entities]
    if recipe.x:
        coordinates = np.column_stack([columns.pop(name).astype(np.float32) for name in (recipe.x, recipe.y)])
        chosen = np.isfinite(coordinates).all(axis=1)
        quality["warnings"].append(
            f"{int((~chosen).sum()):,} of {len(entities):,} entities have no published coordinates and are not drawn"
        )
    else:
        coordinates = np.load(place / "layout.npy") if quality["accepted"] else np.zeros((len(entities), 2))
        chosen = np.ones(len(entities), dtype=bool)
    if not quality["accepted"]:
        chosen[:] = False  # nothing is drawn from an embedding whose replicates do not agree
    rows = np.flatnonzero(chosen)
    simulated = bool(
        catalog.lake.value("SELECT bool_or(simulated) FROM lake.dataset WHERE dataset = $1", [recipe.dataset])
    )
    return catalog_maps.write_map(catalog, Map(
        map_id=recipe.name, dataset=recipe.dataset, title=recipe.title, entity_kind=recipe.entity_kind,
        entities=tuple(entities[rows].tolist()), labels=tuple(labels[i] for i in rows), vectors=vectors[rows],
        layout=coordinates[rows], evidence={name: column[rows] for name, column in evidence.items()},
        columns={name: column[rows] for name, column in columns.items()}, recipe=recipe.to_json(),
        recipe_hash=recipe.sha256, snapshot=snapshot, simulated=simulated, quality=quality,
    ))  # fmt: skip


def _columns(facts: dict[str, dict[str, Any]], entities: np.ndarray) -> dict[str, np.ndarray]:
    import pyarrow as pa

    rows = [{key: value for key, value in facts.get(name, {}).items() if key != "label"} for name in entities]
    return spread_json(pa.array([json.dumps(row) for row in rows], pa.string()))
