"""Fill a fresh catalog: import what is on this machine, build the maps, train the first virtual cells."""

from __future__ import annotations

from workbench.catalog import datasets, entries, maps, models
from workbench.jobs.engine.kinds import JOBS, Run, job
from workbench.training.recipe import recipe_names

MAPS = ("bbbc021", "nelisa_jump_target", "l1000_orf_u2os", "periscope", "cpjump1", "simulated_lab")


@job("setup", title="Fill the catalog", queue="heavy", estimate_s=90.0)
def setup(run: Run) -> str:
    """Idempotent: does only what is missing. Gives the number of data sets."""
    catalog = run.catalog
    known = entries.read_entries(catalog.settings)
    wanted = [name for name, entry in known.items() if entries.is_available(catalog.settings, entry)]
    missing = [name for name in wanted if not datasets.is_imported(catalog, known[name])]
    for i, name in enumerate(missing):
        run.progress(0.3 * i / len(missing), f"Importing {name}")
        JOBS.find("import_dataset").thing(run, name)
    built = {row["map_id"] for row in maps.map_rows(catalog)}
    unbuilt = [name for name in MAPS if name in wanted and name not in built]
    for i, name in enumerate(unbuilt):
        run.progress(0.3 + 0.4 * i / len(unbuilt), f"Building the map of {name}")
        JOBS.find("build_map").thing(run, name)
    untrained = [task for task in recipe_names() if models.promoted_version(catalog, task) is None]
    for i, task in enumerate(untrained):
        run.progress(0.7 + 0.3 * i / len(untrained), f"Training the first virtual cell for {task}")
        JOBS.find("train").thing(run, task)
    return str(len(datasets.list_datasets(catalog)))
