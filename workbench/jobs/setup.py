"""Fill a fresh catalog: import what is on this machine, build the maps, train the first virtual cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog import datasets, entries, maps, models
from workbench.jobs.engine.kinds import Run, job
from workbench.jobs.engine.queue import run_job
from workbench.phenomics.recipe import dataset_names
from workbench.training.recipe import read_recipe, recipe_names

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

KINDS = {
    "import_dataset": ("Importing", "name"),
    "build_map": ("Building the map of", "dataset"),
    "train": ("Training the virtual cell", "task"),
}


@job("setup", title="Fill the catalog", queue="heavy", estimate_s=90.0)
def setup(run: Run) -> str:
    """Idempotent: does only what is missing. Gives the number of data sets."""
    todo = missing(run.catalog)
    n = sum(map(len, todo.values())) or 1
    done = 0
    for kind, names in todo.items():
        words, argument = KINDS[kind]
        for name in names:
            run.progress(done / n, f"{words} {name}")
            run_job(run.catalog, kind, inline=True, person=run.person, **{argument: name})
            done += 1
    return str(len(datasets.list_datasets(run.catalog)))


def missing(catalog: Catalog) -> dict[str, list[str]]:
    """What a filled catalog would have and this one has not: names by the job kind that brings them."""
    known = entries.read_entries(catalog.settings)
    here = [name for name, entry in known.items() if entries.is_available(catalog.settings, entry)]
    imported = {item.dataset: item.sha256 for item in datasets.list_datasets(catalog)}
    built = {row["dataset"] for row in maps.map_rows(catalog)}
    tasks = [task for task in recipe_names() if read_recipe(task).dataset in here]
    return {
        "import_dataset": [name for name in here if imported.get(name) != known[name].checksum],
        "build_map": [name for name in dataset_names() if name in here and name not in built],
        "train": [task for task in tasks if models.promoted_version(catalog, task) is None],
    }
