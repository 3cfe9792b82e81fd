"""`lab.hypotheses`: queue, decide, propose, history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workbench.catalog import experiments as stored_experiments
from workbench.catalog import hypotheses as stored
from workbench.catalog import people, results
from workbench.catalog.event_chain import first_break
from workbench.catalog.predictions import read_prediction, write_prediction
from workbench.catalog.store import new_id
from workbench.errors import ConflictError
from workbench.hypotheses.acquisition import ACQUISITIONS
from workbench.hypotheses.draft import draft, effects_on_rule, suggest_readout, suggest_threshold
from workbench.hypotheses.queue import check_transition
from workbench.hypotheses.verdict import rule_in_words
from workbench.jobs.engine.queue import run_job

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Event, Hypothesis, Job, Prediction


class Hypotheses:
    """What people and the machine believe, and what became of it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def queue(
        self, prediction: Prediction, readout: str | None = None, direction: str | None = None,
        threshold: float | None = None, statement: str | None = None, rationale: str = "", person: str | None = None,
        propose: bool = True,
    ) -> Hypothesis:  # fmt: skip
        """Freeze a prediction into a hypothesis with its decision rule, and propose it for approval."""
        person = self._person(person)
        write_prediction(self.catalog, prediction, person)
        item = draft(
            prediction, new_id(), person, readout=readout, direction=direction, threshold=threshold,
            statement=statement, rationale=rationale,
        )  # fmt: skip
        added = stored.insert_hypothesis(self.catalog, item)
        return self.propose(added.hypothesis_id, person) if propose else added

    def list(
        self, state: str | None = None, author_kind: str | None = None, gene: str | None = None,
        compound: str | None = None,
    ) -> list[Hypothesis]:  # fmt: skip
        """Newest first; by state, author (person or machine), gene or compound."""
        items = stored.list_hypotheses(self.catalog, state=state)
        return [
            item
            for item in items
            if (author_kind is None or item.author_kind == author_kind)
            and (gene is None or gene in item.perturbation.genes)
            and (compound is None or compound in item.perturbation.compounds)
        ]

    def get(self, name: str) -> Hypothesis:
        """By id or handle."""
        return stored.get_hypothesis(self.catalog, name)

    def propose(self, name: str, person: str | None = None, seen: int | None = None) -> Hypothesis:
        """draft → proposed, by its author or a reviewer; `seen` is the version that was looked at."""
        return self._move(name, "proposed", self._person(person), seen=seen)

    def approve(
        self, names: list[str], person: str | None = None, note: str = "", seen: dict[str, int] | None = None
    ) -> list[Hypothesis]:
        """proposed → approved, for reviewers and admins; `seen` holds the versions that were looked at.

        One that somebody else changed meanwhile does not stop the others; ConflictError names it after them.
        """
        person, seen, done, conflicts = self._person(person), seen or {}, [], []
        people.require_reviewer(self.catalog, person, "approve")
        for name in names:
            try:
                done.append(self._move(name, "approved", person, note, seen.get(name)))
            except ConflictError as error:
                conflicts.append(error)
        if conflicts:
            more = f" The other {len(done)} are approved." if done else ""
            raise ConflictError(
                " ".join(error.message for error in conflicts) + more, where=conflicts[0].where, hint=conflicts[0].hint
            )
        return done

    def withdraw(self, name: str, person: str | None = None, note: str = "", seen: int | None = None) -> Hypothesis:
        """Take back what has not gone to the lab, by its author or a reviewer; `seen` is the version looked at."""
        return self._move(name, "withdrawn", self._person(person), note, seen)

    def events(self, name: str) -> list[Event]:
        """The whole history."""
        return stored.list_events(self.catalog, self.get(name).hypothesis_id)

    def suggest(
        self, task: str, k: int = 4, acquisition: str = "diverse", person: str | None = None, inline: bool = True
    ) -> list[Hypothesis] | Job:
        """Machine proposals with score and reason; a job record when not inline."""
        job = run_job(
            self.catalog, "propose", inline=inline, person=self._person(person), task=task, k=k, acquisition=acquisition
        )
        return [self.get(handle) for handle in json.loads(job.result_id)] if inline else job

    def suggest_readout(self, prediction: Prediction) -> str:
        """The readout a hypothesis about this prediction would name first."""
        return suggest_readout(prediction)

    def suggest_threshold(self, prediction: Prediction, readout: str) -> float:
        """The size a hypothesis about this readout would ask for: half the predicted one."""
        return suggest_threshold(prediction, readout)

    def acquisitions(self) -> dict[str, str]:
        """Names and titles of the acquisition functions."""
        return {entry.name: entry.facts["title"] for entry in ACQUISITIONS}

    def rule(self, hypothesis: Hypothesis) -> str:
        """The decision rule as a sentence."""
        return rule_in_words(hypothesis.rule, str(hypothesis.predicted.get("units", "")))

    def results(self, name: str) -> pd.DataFrame:
        """Measured effect of each replicate on the rule's readout: experiment, plate, well, effect."""
        import pandas as pd

        hypothesis, rows = self.get(name), []
        for experiment in stored_experiments.list_experiments(self.catalog):
            if hypothesis.hypothesis_id not in experiment.hypothesis_ids or hypothesis.prediction_id is None:
                continue
            measured = results.measured_effects(self.catalog, experiment)
            picked = [
                i for i, key in enumerate(measured.perturbations) if key == hypothesis.perturbation.perturbation_id
            ]
            if not picked:
                continue
            prediction = read_prediction(self.catalog, hypothesis.prediction_id)
            order = [measured.readouts.index(readout) for readout in prediction.readouts]
            effects = effects_on_rule(hypothesis.rule, prediction, measured.delta[picked][:, order])
            places = [(experiment.handle, measured.plates[i], measured.wells[i]) for i in picked]
            rows += [(*place, float(effect)) for place, effect in zip(places, effects, strict=True)]
        return pd.DataFrame(rows, columns=["experiment", "plate", "well", "effect"])

    def waiting(self, person: str | None = None) -> dict[str, int]:
        """What waits: to approve, to lay out, in the lab, resolved lately."""
        counts = dict.fromkeys(("draft", "proposed", "approved", "scheduled", "in lab", "measured", "resolved"), 0)
        for item in stored.list_hypotheses(self.catalog):
            if item.state in counts:
                counts[item.state] += 1
        return counts

    def verify(self) -> list[dict[str, Any]]:
        """Check every history's hash chain; one row a broken one."""
        broken = []
        for item in stored.list_hypotheses(self.catalog):
            found = first_break(item.hypothesis_id, stored.list_events(self.catalog, item.hypothesis_id), item.state)
            if found is not None:
                broken.append({"handle": item.handle, "sequence": found[0], "problem": found[1]})
        return broken

    def people(self) -> list[tuple[str, str]]:
        """People with their roles."""
        self._person(None)
        return people.list_people(self.catalog)

    def _person(self, person: str | None) -> str:
        name = person or self.catalog.settings.person
        people.ensure_person(self.catalog, name)
        return name

    def _move(self, name: str, to_state: str, person: str, note: str = "", seen: int | None = None) -> Hypothesis:
        hypothesis = self.get(name)
        if to_state != "approved":
            people.require_author_or_reviewer(self.catalog, person, hypothesis.author, f"change {hypothesis.handle}")
        stored.refuse_outdated(self.catalog, hypothesis, seen, to_state)
        kind = check_transition(hypothesis, to_state)
        return stored.change_state(self.catalog, hypothesis, to_state, person, kind=kind, note=note)
