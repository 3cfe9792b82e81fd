"""`lab.experiments`: plates, results and the labs that answer."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog import experiments as stored
from workbench.catalog import hypotheses as stored_hypotheses
from workbench.catalog import stock as stored_stock
from workbench.catalog.object_storage import hand_over
from workbench.catalog.safe_csv import to_csv
from workbench.catalog.store import new_id
from workbench.cells.questions import list_questions
from workbench.errors import InputError, UnknownNameError
from workbench.hypotheses.batch import check_cost, plates_of
from workbench.hypotheses.exchange import FORMS, Export, export, plate_map
from workbench.hypotheses.queue import check_transition
from workbench.hypotheses.wells import parse_well, well_name
from workbench.jobs.engine.queue import run_job
from workbench.nouns import Experiment
from workbench.nouns.experiment import Design
from workbench.nouns.stock import Stock
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.hypotheses.intake import IntakePlan
    from workbench.nouns import Hypothesis, Job, Result
    from workbench.training.recipe import Recipe


class Experiments:
    """Batches of plates."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def plan(
        self, hypothesis_ids: list[str], lab: str = "replay", n_wells: int = 96, seed: int = 0,
        title: str | None = None, person: str | None = None, design: Design | None = None, budget: float | None = None,
    ) -> Experiment:  # fmt: skip
        """Lay approved hypotheses out by a design: by default one plate of `n_wells` a replicate, the outer ring empty.

        Raises InputError when they do not fit, or cost more than `budget`.
        """
        if not hypothesis_ids:
            raise InputError("a batch needs at least one approved hypothesis; got none.")
        items = [stored_hypotheses.get_hypothesis(self.catalog, name) for name in hypothesis_ids]
        for item in items:
            check_transition(item, "scheduled")
        tasks = sorted({item.task for item in items})
        if len(tasks) > 1:
            raise InputError(
                f"one batch holds one assay; these are {' and '.join(tasks)}.", hint="Make a batch for each."
            )
        person = person or self.catalog.settings.person
        design = design or Design(n_wells)
        recipe = read_recipe(tasks[0])
        check_cost(items, budget)
        names = self._control_names(recipe, design, lab)
        what = "hypothesis" if len(items) == 1 else "hypotheses"
        title = title or f"{len(items)} {what}: {recipe.title}"

        def build(number: int) -> Experiment:
            experiment = Experiment(
                experiment_id=new_id(), number=number, title=title, lab=lab, state="scheduled", task=tasks[0],
                hypothesis_ids=tuple(item.hypothesis_id for item in items), seed=seed, design=design, created_by=person,
            )  # fmt: skip
            plates = plates_of(experiment.experiment_id, number, items, design, recipe.control, names, seed)
            return replace(experiment, plates=plates)

        return stored.insert_experiment(self.catalog, build, items, person)

    def preview(self, name: str, design: Design, seed: int | None = None) -> Experiment:
        """How a batch would lie by another design or seed; writes nothing. Raises InputError for one that does not fit."""
        return self._laid_out(self.get(name), design, seed)[0]

    def lay_out(self, name: str, design: Design, seed: int | None = None, person: str | None = None) -> Experiment:
        """Lay a batch out anew, by another design or seed, before anything of it was sent; the same questions stay on it.

        Raises ConflictError when the batch went to the lab, and InputError for a design that does not fit.
        """
        new, items = self._laid_out(self.get(name), design, seed)
        return stored.replace_plates(self.catalog, new, items, person or self.catalog.settings.person)

    def positive_controls(self, name: str) -> dict[str, str]:
        """Perturbations that can be the positive control of a batch: name to id; their effect was measured before."""
        table = list_questions(self.catalog, read_recipe(self.get(name).task))
        table = table[table["role"] == "train"]
        names, ids = table["name"].astype(str), table["perturbation_id"].astype(str)
        twice = names.duplicated(keep=False)
        return dict(zip(names.where(~twice, names + " (" + ids + ")"), ids, strict=True))

    def list(self) -> list[Experiment]:
        """Newest first."""
        return stored.list_experiments(self.catalog)

    def get(self, name: str) -> Experiment:
        """By id or handle."""
        return stored.get_experiment(self.catalog, name)

    def plate_csv(self, plate_barcode: str) -> str:
        """The plate map as CSV text, safe to open in a spreadsheet."""
        experiment = stored.experiment_of_plate(self.catalog, plate_barcode)
        plate = next(plate for plate in experiment.plates if plate.plate_barcode == plate_barcode)
        return to_csv(plate_map(plate, self._handles(experiment)))

    def export_forms(self) -> dict[str, str]:
        """Forms that `export` makes, with their titles."""
        return dict(FORMS)

    def export(
        self, name: str, form: str, volume_nl: float | None = None, well_volume_ul: float | None = None
    ) -> Export:
        """A file for the bench: csv, pdf, echo, opentrons or hamilton. Lists for liquid handlers need `import_stock`.

        Wells with a dose get what their stock's concentration asks for in `well_volume_ul`, all others `volume_nl`.
        """
        experiment = self.get(name)
        stock = stored_stock.list_stock(self.catalog)
        return export(experiment, form, self._handles(experiment), stock, volume_nl, well_volume_ul)

    def import_stock(self, path: Path | str, person: str | None = None) -> int:
        """Read source plates of a table (source_plate, source_well, perturbation_id, volume_nl, concentration_um).

        What the same source plates held before is replaced; gives the number of source wells.
        """
        items = stored_stock.read_stock(Path(path))
        items = [replace(item, source_well=well_name(*parse_well(item.source_well))) for item in items]
        return stored_stock.replace_plates(self.catalog, items, person or self.catalog.settings.person)

    def stock(self) -> pd.DataFrame:
        """Source wells: source_plate, source_well, perturbation_id, volume_nl, concentration_um."""
        import pandas as pd

        columns = list(Stock.__dataclass_fields__)
        return pd.DataFrame([asdict(item) for item in stored_stock.list_stock(self.catalog)], columns=columns)

    def results(self, name: str) -> list[Result]:
        """Wells of an experiment that have a result, with file and row."""
        return stored.list_results(self.catalog, self.get(name).experiment_id)

    def check_results(self, path: Path | str, experiment: str, answers: dict[str, str] | None = None) -> IntakePlan:
        """What was understood of a result file; writes nothing. `answers` by the keys of an earlier plan's questions."""
        from workbench.jobs.intake import understand

        return understand(self.catalog, Path(path), self.get(experiment).experiment_id, answers)

    def import_results(
        self, path: Path | str, experiment: str, person: str | None = None, inline: bool = False, train: bool = True,
        answers: dict[str, str] | None = None, override: str = "",
    ) -> Job:  # fmt: skip
        """Import a result file; verdicts follow, and with `train` the next version.

        A plate that stops at quality control keeps the file out, unless `override` says why it counts all the same; that
        is written into the history of its hypotheses.
        """
        return run_job(
            self.catalog, "intake", inline=inline, person=person, path=hand_over(self.catalog.settings, Path(path)),
            experiment_id=self.get(experiment).experiment_id, train=train, answers=answers or {}, override=override,
        )  # fmt: skip

    def replay(
        self, experiment: str, person: str | None = None, inline: bool = False, train: bool | None = None
    ) -> Job:
        """Send to the lab that answers at once: held-back real wells, or the simulated cell."""
        return run_job(
            self.catalog, "replay", inline=inline, person=person, experiment_id=self.get(experiment).experiment_id,
            train=not inline if train is None else train,
        )  # fmt: skip

    def _handles(self, experiment: Experiment) -> dict[str, str]:
        return {item: stored_hypotheses.get_hypothesis(self.catalog, item).handle for item in experiment.hypothesis_ids}

    def _laid_out(self, old: Experiment, design: Design, seed: int | None) -> tuple[Experiment, list[Hypothesis]]:
        items = [stored_hypotheses.get_hypothesis(self.catalog, item) for item in old.hypothesis_ids]
        recipe = read_recipe(old.task)
        new = replace(old, design=design, seed=old.seed if seed is None else seed)
        names = self._control_names(recipe, design, old.lab)
        plates = plates_of(old.experiment_id, old.number, items, design, recipe.control, names, new.seed)
        return replace(new, plates=plates), items

    def _control_names(self, recipe: Recipe, design: Design, lab: str) -> dict[str, str]:
        """Names of the controls by id. Raises InputError for a design the lab or the task cannot carry."""
        names = {recipe.control: recipe.control.partition(":")[2]}
        if lab == "replay" and design.per_plate > 1:
            raise InputError(
                f"the replay lab has one replicate a plate; {design.per_plate} on one plate are for the bench or the "
                "simulated lab."
            )
        if design.positive_control:
            table = list_questions(self.catalog, recipe).set_index("perturbation_id")
            if design.positive_control not in table.index:
                raise UnknownNameError(
                    f"{recipe.task} knows no {design.positive_control!r}.",
                    hint=f"See lab.cells.perturbations({recipe.task!r}).",
                )
            found = table.loc[design.positive_control]
            if found["role"] != "train":
                raise InputError(
                    f"{found['name']} is held back ({found['role']}), so it cannot be a positive control.",
                    hint="Choose one whose effect was measured: its role is train.",
                )
            names[design.positive_control] = str(found["name"])
        return names
