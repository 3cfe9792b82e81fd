"""Let the machine propose: predictions of what was never measured, ranked by an acquisition function, within limits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import hypotheses
from workbench.catalog import stock as stored_stock
from workbench.catalog.people import MACHINE, ensure_person
from workbench.catalog.predictions import write_prediction
from workbench.catalog.store import new_id
from workbench.cells.ask import ask
from workbench.cells.questions import list_questions
from workbench.errors import ConflictError, InputError
from workbench.hypotheses.acquisition import ACQUISITIONS, Candidates, of_responses, response_strength
from workbench.hypotheses.batch import wells_of
from workbench.hypotheses.choose import choose_within, grouped, ordinal
from workbench.hypotheses.draft import MEAN, draft
from workbench.hypotheses.limits import Refusal, Remaining, kind_of, room
from workbench.hypotheses.queue import EVENT_OF
from workbench.jobs.engine.kinds import Run, job
from workbench.nouns import LeftOut, Limits, Prediction, Room
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog

MOST = 50


@job("propose", title="Let the machine propose", queue="light", estimate_s=5.0)
def propose(
    run: Run, task: str, k: int = 4, acquisition: str = "diverse", seed: int = 0, limits: dict[str, Any] | None = None
) -> str:
    """At most k new hypotheses in state proposed, one a gene, within limits (`Limits.to_json`).

    Gives JSON text: the handles made, what was left_out by limit, and both in words.
    """
    run.progress(0.1, "Predicting what was never measured")
    return run.step("propose", _propose, run, task, k, acquisition, seed, limits)


def room_for(catalog: Catalog, task: str, limits: Limits) -> Room:
    """How much fits before anything is chosen. Raises UnknownNameError for an unknown task, InputError without any room."""
    recipe = read_recipe(task)
    limits = _on_bench(limits, task)
    reserved, remaining = _remaining(catalog, task, limits)
    return room(limits, remaining, reserved, recipe.perturbation_kind, len(stored_stock.list_stock(catalog)))


def _on_bench(limits: Limits, task: str) -> Limits:
    """Nothing is drawn for a simulated cell."""
    return replace(limits, volume_nl=None) if read_recipe(task).simulated else limits


def _remaining(catalog: Catalog, task: str, limits: Limits) -> tuple[list[int], Remaining]:
    """Replicates that what is approved needs on the same plates, and what remains beside it.

    One batch holds one task, so only its own approved hypotheses take wells; stock is drawn by those of every task.
    """
    approved = hypotheses.list_hypotheses(catalog, state="approved")
    drawn = stored_stock.drawn_wells(catalog)
    for name, n in wells_of(approved, limits.design).items():
        drawn[name] = drawn.get(name, 0) + n
    reserved = list(wells_of([item for item in approved if item.task == task], limits.design).values())
    return reserved, Remaining(limits, stored_stock.list_stock(catalog), reserved, drawn)


def _propose(run: Run, task: str, k: int, acquisition: str, seed: int, said: dict[str, Any] | None) -> str:
    catalog, chooser = run.catalog, ACQUISITIONS.find(acquisition)
    if not 1 <= k <= MOST:
        raise InputError(f"between 1 and {MOST} proposals can be asked for, got {k}.")
    ensure_person(catalog, MACHINE)
    limits = _on_bench(Limits() if said is None else Limits.of_json(said), task)
    _, start = _remaining(catalog, task, limits)
    free = _unmeasured(catalog, task, start)
    refused = {name: refusal for name in free["perturbation_id"] if (refusal := start.why_not(name)) is not None}
    names = dict(zip(free["perturbation_id"], free["name"], strict=True))
    if len(refused) == len(free):
        raise InputError(
            f"none of the {len(free)} that could be proposed fits: {'; '.join(_words(_grouped(refused, names)))}.",
            hint="Allow more plates or a larger budget, or bring stock.",
        )  # fmt: skip
    predictions = _predicted(run, task, [name for name in free["perturbation_id"] if name not in refused])
    rng = np.random.default_rng(seed)
    ids = [said.perturbation.perturbation_id for said in predictions]
    cost = np.array([limits.cost(name) for name in ids], dtype=float)
    candidates = _candidates([said.perturbation.name for said in predictions], predictions, cost, rng)
    chosen = choose_within(chooser.thing, candidates, k, seed, ids, start)
    refused |= {ids[i]: refusal for i, refusal in chosen.left_out.items()}
    made = []
    for rank, choice in enumerate(chosen.choices, start=1):
        prediction = predictions[choice.index]
        write_prediction(catalog, prediction, MACHINE)
        place = f"{ordinal(rank)} of {chosen.n_feasible} by {acquisition.replace('_', ' ')}"
        item = draft(
            prediction, new_id(), MACHINE, author_kind="machine", score=choice.score, reason=f"{place}: {choice.reason}",
            rationale=f"{chooser.facts['title']}: {choice.reason}.", n_replicates=limits.n_replicates,
        )  # fmt: skip
        try:
            added = hypotheses.insert_hypothesis(catalog, item, note=f"proposed by {acquisition}")
        except ConflictError:
            continue  # somebody queued the same question a moment ago
        made.append(hypotheses.change_state(catalog, added, "proposed", MACHINE, kind=EVENT_OF["proposed"]).handle)
    left_out = _grouped(refused, names)
    found = [{"limit": item.limit, "names": list(item.names), "reason": item.reason} for item in left_out]
    return json.dumps({"made": made, "left_out": found, "words": _summary(len(made), k, left_out, start, ids, limits)})


def _unmeasured(catalog: Catalog, task: str, start: Remaining) -> pd.DataFrame:
    """What may be proposed: held back, not measured, not asked about; one construct a gene, one that fits where there is.

    Raises InputError for nothing.
    """
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
    fits = [start.why_not(name) is None for name in free["perturbation_id"]]
    free = free.assign(fits=fits).sort_values(["fits", "n_wells"], ascending=False, kind="stable")
    free = free.drop_duplicates("gene") if (free["gene"] != "").any() else free
    if free.empty:
        raise InputError(f"nothing unmeasured is left to propose for {task}.", hint="Import new data, or another task.")
    return free


def _predicted(run: Run, task: str, ids: list[str]) -> list[Prediction]:
    """What the virtual cell says about each, where it says anything. Raises InputError when that is nothing at all."""
    predictions = []
    for i, name in enumerate(ids):
        run.check_cancelled()
        run.progress(0.1 + 0.8 * i / len(ids), f"Predicting {i + 1} of {len(ids)} that were never measured")
        said = ask(run.catalog, task, name, new_id())
        if not said.is_refused:  # of what nothing is known, nothing can be believed
            predictions.append(said)
    if not predictions:
        raise InputError(
            f"{task} can say nothing about what is left to propose.", hint="Import networks, or another task."
        )
    return predictions


def _candidates(
    names: list[str], predictions: list[Prediction], cost: np.ndarray, rng: np.random.Generator
) -> Candidates:
    """Departures from the mean of what was measured; rivals are the model and the baselines that all predictions carry."""
    delta, width = np.array([p.delta for p in predictions]), np.array([(p.high - p.low) / 2 for p in predictions])
    mean = np.array([p.baselines[MEAN] for p in predictions])
    shared = set.intersection(*(set(p.baselines) for p in predictions)) - {MEAN}
    others = [np.array([p.baselines[name] for p in predictions]) for name in sorted(shared)]
    rivals = np.array([response_strength(view, width, mean) for view in (delta, mean, *others)])
    return of_responses(names, delta, width, mean, rng=rng, rivals=rivals, cost=cost)


def _grouped(refused: dict[str, Refusal], names: dict[str, str]) -> tuple[LeftOut, ...]:
    order = list(refused)
    return grouped(dict(enumerate(refused.values())), [names.get(name, name) for name in order])


def _words(left_out: tuple[LeftOut, ...]) -> list[str]:
    return [item.words for item in left_out]


def _summary(n: int, k: int, left_out: tuple[LeftOut, ...], start: Remaining, ids: list[str], limits: Limits) -> str:
    words = [f"{n} proposed" if n >= k else f"{n} of {k} proposed", *_words(left_out)]
    unlisted = sorted({kind_of(name) for name in ids if not start.limits_stock_of(name)})
    if limits.volume_nl is not None and unlisted:
        words.append(f"no stock of {' and '.join(unlisted)} is known, so stock did not limit")
    return "; ".join(words) + "."
