"""Send an experiment to a lab that answers at once: its result file goes through the same intake as any other."""

from __future__ import annotations

from workbench.catalog import experiments, hypotheses
from workbench.catalog.entries import find_entry
from workbench.catalog.object_storage import hand_over
from workbench.catalog.safe_csv import write_csv
from workbench.catalog.training_sets import read_task_wells
from workbench.cells.examples import control_half
from workbench.cells.questions import list_questions
from workbench.cells.sources import ensure_split
from workbench.errors import InputError
from workbench.hypotheses.replay import replay_results, simulate_results
from workbench.jobs.engine.kinds import Run, job
from workbench.jobs.intake import intake
from workbench.kernels import simulated_cell as sim
from workbench.training.recipe import Recipe, read_recipe


@job("replay", title="Ask the replay lab", queue="heavy", estimate_s=8.0)
def replay(run: Run, experiment_id: str, train: bool = True) -> str:
    """Reveal held-back real replicates (or measure the simulated cell) for an experiment; gives its id."""
    run.progress(0.05, "The lab is measuring")
    path = run.step("measure", _measure, run, experiment_id)
    run.step("sent", _mark_sent, run, experiment_id)
    return intake(run, path, experiment_id, train)


def _measure(run: Run, experiment_id: str) -> str:
    """Write the lab's result file, for whichever host goes on with it; the same experiment gives the same file."""
    experiment = experiments.get_experiment(run.catalog, experiment_id)
    recipe = read_recipe(experiment.task)
    if experiment.lab == "bench":
        raise InputError(f"{experiment.handle} goes to the bench.", hint="Drop its result file on the experiment page.")
    if recipe.shape != "kernel":
        raise InputError(f"no lab that answers at once knows {recipe.title.lower()}.", where=experiment.handle)
    wells = read_task_wells(
        run.catalog.lake, recipe.dataset, recipe.task, recipe.context_id, in_control_sd=recipe.in_control_sd
    )
    if experiment.lab == "simulated":
        if not recipe.simulated:
            raise InputError(
                f"{recipe.task} is real; the simulated lab knows only its own cell.", where=experiment.handle
            )
        table = simulate_results(experiment, *_simulated(run, recipe), wells.readouts)
    else:
        ensure_split(run.catalog, recipe)
        questions = list_questions(run.catalog, recipe)
        revealable = set(questions["perturbation_id"][questions["role"] == "replay"])
        # the odd controls belong to the held-out truth
        source = ~wells.is_lab & (~wells.is_control | control_half(wells.plates, wells.is_control, "even"))
        table = replay_results(
            experiment, wells.values[source], wells.plates[source], wells.perturbations[source],
            wells.is_control[source], revealable, wells.readouts,
        )  # fmt: skip
    folder = run.catalog.settings.home / "lab"
    folder.mkdir(exist_ok=True)
    path = folder / f"{experiment.handle}-{experiment.lab}.csv"
    write_csv(table, path)
    return hand_over(run.catalog.settings, path)


def _simulated(run: Run, recipe: Recipe) -> tuple[sim.SimulatedCell, int, dict[str, int]]:
    entry = find_entry(run.catalog.settings, recipe.dataset)
    questions = list_questions(run.catalog, recipe)
    numbers = {row.perturbation_id: int(row.gene.rsplit("-", 1)[1]) - 1 for row in questions.itertuples(index=False)}
    context = 0 if "SimCell-A" in recipe.context_id else 1
    return sim.build(int(entry.options["seed"])), context, numbers | {recipe.control: -1}


def _mark_sent(run: Run, experiment_id: str) -> int:
    experiment = experiments.get_experiment(run.catalog, experiment_id)
    sent = 0
    for hypothesis_id in experiment.hypothesis_ids:
        hypothesis = hypotheses.get_hypothesis(run.catalog, hypothesis_id)
        if hypothesis.state == "scheduled":
            hypotheses.change_state(run.catalog, hypothesis, "in lab", run.person, kind="sent to the lab")
            sent += 1
    if experiment.state == "scheduled":
        experiments.set_state(run.catalog, experiment_id, "in lab")
    return sent
