"""Let the machine propose: predictions of what was never measured, ranked by an acquisition function."""

from __future__ import annotations

import json

import numpy as np

from workbench.catalog import hypotheses
from workbench.catalog.people import MACHINE, ensure_person
from workbench.catalog.predictions import write_prediction
from workbench.catalog.store import new_id
from workbench.cells.ask import ask
from workbench.cells.questions import list_questions
from workbench.errors import ConflictError, InputError
from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates, of_responses
from workbench.hypotheses.draft import MEAN, draft
from workbench.hypotheses.queue import EVENT_OF
from workbench.jobs.engine.kinds import Run, job
from workbench.nouns import Prediction
from workbench.training.recipe import read_recipe

N_REPLICATES = 3.0  # what a drafted hypothesis costs


@job("propose", title="Let the machine propose", queue="light", estimate_s=5.0)
def propose(run: Run, task: str, k: int = 4, acquisition: str = "diverse", seed: int = 0) -> str:
    """k new hypotheses in state proposed, one a gene; gives their handles as JSON text."""
    run.progress(0.1, "Predicting what was never measured")
    return run.step("propose", _propose, run, task, k, acquisition, seed)


def _propose(run: Run, task: str, k: int, acquisition: str, seed: int) -> str:
    catalog = run.catalog
    chooser = ACQUISITIONS.find(acquisition)
    if not 1 <= k <= 50:
        raise InputError(f"between 1 and 50 proposals can be asked for, got {k}.")
    ensure_person(catalog, MACHINE)
    open_ids = {
        item.perturbation.perturbation_id
        for item in hypotheses.list_hypotheses(catalog, task=task)
        if item.state not in ("resolved", "withdrawn")
    }
    questions = list_questions(catalog, read_recipe(task))
    free = questions[(questions["role"] == "replay") & ~questions["measured"]]
    known = questions["perturbation_id"].isin(open_ids) | ((questions["role"] == "replay") & questions["measured"])
    asked = set(questions["gene"][known]) - {""}  # another construct of the same gene is no new question
    free = free[~free["perturbation_id"].isin(open_ids) & ~free["gene"].isin(asked)]
    free = free.sort_values("n_wells", ascending=False, kind="stable")  # one construct a gene, the one with most wells
    free = free.drop_duplicates("gene") if (free["gene"] != "").any() else free
    if free.empty:
        raise InputError(f"nothing unmeasured is left to propose for {task}.", hint="Import new data, or another task.")
    predictions = []
    for i, name in enumerate(free["perturbation_id"]):
        run.check_cancelled()
        run.progress(0.1 + 0.8 * i / len(free), f"Predicting {i + 1} of {len(free)} that were never measured")
        said = ask(catalog, task, name, new_id())
        if not said.is_refused:  # of what nothing is known, nothing can be believed
            predictions.append(said)
    if not predictions:
        raise InputError(
            f"{task} can say nothing about what is left to propose.", hint="Import networks, or another task."
        )
    rng = np.random.default_rng(seed)
    candidates = _candidates([said.perturbation.name for said in predictions], predictions, rng)
    made = []
    for choice in chooser.thing(candidates, k, rng):
        prediction = predictions[choice.index]
        write_prediction(catalog, prediction, MACHINE)
        item = draft(
            prediction, new_id(), MACHINE, author_kind="machine", score=choice.score, reason=choice.reason,
            rationale=f"{chooser.facts['title']}: {choice.reason}.",
        )  # fmt: skip
        try:
            added = hypotheses.insert_hypothesis(catalog, item, note=f"proposed by {acquisition}")
        except ConflictError:
            continue  # somebody queued the same question a moment ago
        made.append(hypotheses.change_state(catalog, added, "proposed", MACHINE, kind=EVENT_OF["proposed"]).handle)
    return json.dumps(made)


def _candidates(names: list[str], predictions: list[Prediction], rng: np.random.Generator) -> Candidates:
    """Departures from the mean of what was measured; rivals are the model and the baselines that all predictions carry."""
    delta, width = np.array([p.delta for p in predictions]), np.array([(p.high - p.low) / 2 for p in predictions])
    mean = np.array([p.baselines[MEAN] for p in predictions])
    shared = set.intersection(*(set(p.baselines) for p in predictions)) - {MEAN}
    others = [np.array([p.baselines[name] for p in predictions]) for name in sorted(shared)]
    rivals = np.array([np.sqrt(np.mean(np.square((view - mean) / width), axis=1)) for view in (delta, mean, *others)])
    return of_responses(names, delta, width, mean, rng=rng, rivals=rivals, cost=np.full(len(names), N_REPLICATES))
