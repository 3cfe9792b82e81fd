"""`lab.hypotheses`: queue, decide, propose, history."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog import attachments, events, inbox, people, results
from workbench.catalog import experiments as stored_experiments
from workbench.catalog import hypotheses as stored
from workbench.catalog.attachments import lost_attachments
from workbench.catalog.predictions import read_prediction, write_prediction
from workbench.catalog.prices import read_prices
from workbench.catalog.store import new_id
from workbench.cells.signature import read_signature
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.hypotheses.acquisition import ACQUISITIONS
from workbench.hypotheses.draft import departure, draft, effects_on_rule, suggest_readout, suggest_threshold
from workbench.hypotheses.queue import check_transition
from workbench.hypotheses.verdict import rule_in_words
from workbench.jobs.engine.queue import run_job
from workbench.jobs.propose import room_for
from workbench.nouns import LeftOut, Limits, Outcome, Proposals
from workbench.nouns.limits import USUAL_REPLICATES, VOLUME_NL

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Attachment, Event, Hypothesis, Job, News, Prediction, Room

ACTIONS = {"propose": "proposed", "approve": "approved", "withdraw": "withdrawn"}


class Hypotheses:
    """What people and the machine believe, and what became of it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def queue(
        self, prediction: Prediction, readout: str | None = None, direction: str | None = None,
        threshold: float | None = None, statement: str | None = None, rationale: str = "", person: str | None = None,
        propose: bool = True, signature: str | dict[str, float] | None = None, priority: int = 0,
        tags: Iterable[str] = (), cost: float | None = None,
    ) -> Hypothesis:  # fmt: skip
        """Freeze a prediction into a hypothesis with its decision rule, and propose it for approval.

        signature: readout -> weight, or text as people write signatures; `readout` is then the name it goes by.
        """
        person = self._person(person)
        weights = read_signature(signature) if isinstance(signature, str) else signature
        score, reason = departure(prediction) or (None, "")  # people's beside the machine's
        item = draft(
            prediction, new_id(), person, readout=readout, direction=direction, threshold=threshold,
            statement=statement, rationale=rationale, signature=weights, score=score, reason=reason,
        )  # fmt: skip
        item = replace(item, priority=priority, tags=tuple(tags), cost=item.cost if cost is None else cost)
        write_prediction(self.catalog, prediction, person)
        added = stored.insert_hypothesis(self.catalog, item)
        return self.propose(added.hypothesis_id, person) if propose else added

    def list(
        self, state: str | None = None, author_kind: str | None = None, gene: str | None = None,
        compound: str | None = None, author: str = "", task: str = "", tag: str = "", text: str = "",
        priority: int | None = None,
    ) -> list[Hypothesis]:  # fmt: skip
        """Newest first; by state, kind of author (person or machine), author, gene, compound, task, tag, priority or text."""
        items = stored.list_hypotheses(self.catalog, state=state, task=task or None)
        sought = text.strip().lower()
        return [
            item
            for item in items
            if (author_kind is None or item.author_kind == author_kind)
            and (gene is None or gene in item.perturbation.genes)
            and (compound is None or compound in item.perturbation.compounds)
            and (not author or item.author == author)
            and (not tag or tag in item.tags)
            and (priority is None or item.priority == priority)
            and (not sought or sought in searched(item))
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

    def decide(self, action: str, seen: dict[str, int], person: str | None = None, note: str = "") -> list[Outcome]:
        """Propose, approve or withdraw several, each for itself: what was done, and why not where it was not.

        seen: handle -> the version that was looked at. Raises InputError for another action.
        """
        if action not in ACTIONS:
            raise InputError(f"an action is one of {', '.join(ACTIONS)}, got {action!r}.")
        person, outcomes = self._person(person), []
        for name, version in seen.items():
            try:
                item = self._move(name, ACTIONS[action], person, note, version)
                outcomes.append(Outcome(item.handle, True, f"{item.state} now"))
            except (ConflictError, InputError, UnknownNameError) as error:
                outcomes.append(Outcome(name, False, f"{error.message} {error.hint}".strip()))
        return outcomes

    def change(
        self, name: str, *, priority: int | None = None, tags: Iterable[str] | None = None, cost: float | None = None,
        person: str | None = None, note: str = "", seen: int | None = None,
    ) -> Hypothesis:  # fmt: skip
        """Change priority (-2 to 3), tags or cost in wells; the history keeps the old values with the note."""
        person, hypothesis = self._person(person), self.get(name)
        stored.refuse_outdated(self.catalog, hypothesis, seen, "")
        given: dict[str, Any] = {"priority": priority, "tags": tags if tags is None else tuple(tags), "cost": cost}
        wanted = {key: value for key, value in given.items() if value is not None}
        return stored.edit(self.catalog, hypothesis, wanted, person, note)

    def set_priority(self, name: str, priority: int, person: str | None = None, note: str = "") -> Hypothesis:
        """-2 (lowest) to 3 (urgent)."""
        return self.change(name, priority=priority, person=person, note=note)

    def tag(self, name: str, *tags: str, person: str | None = None, note: str = "") -> Hypothesis:
        """Add tags."""
        have = self.get(name).tags
        return self.change(name, tags=[*have, *(tag for tag in tags if tag not in have)], person=person, note=note)

    def untag(self, name: str, *tags: str, person: str | None = None, note: str = "") -> Hypothesis:
        """Take tags away."""
        return self.change(name, tags=[tag for tag in self.get(name).tags if tag not in tags], person=person, note=note)

    def comment(self, name: str, text: str, person: str | None = None) -> Event:
        """Say something about a hypothesis; it stands in its history."""
        return stored.comment(self.catalog, self.get(name), text, self._person(person))

    def attach(
        self, name: str, file: Path | str, content: bytes | None = None, person: str | None = None
    ) -> Attachment:
        """Attach a file (a path, or a name with its content); kept by its content, told in the history."""
        if content is None:
            path = Path(file)
            if not path.is_file():
                raise InputError(f"there is no file {str(file)!r}.")
            if path.stat().st_size > attachments.MAX_BYTES:
                raise InputError(f"{path.name} is larger than {attachments.MAX_BYTES // 2**20} MB.")
            content = path.read_bytes()
        return attachments.attach(self.catalog, self.get(name), Path(file).name, content, self._person(person))

    def attachments(self, name: str) -> list[Attachment]:
        """Files of a hypothesis, oldest first."""
        return attachments.list_attachments(self.catalog, self.get(name).hypothesis_id)

    def attachment(self, attachment_id: str) -> tuple[Attachment, bytes]:
        """A file's record and content."""
        return attachments.read_attachment(self.catalog, attachment_id)

    def log(self, after: int = 0, limit: int = 500) -> list[tuple[str, Event]]:
        """What happened to all hypotheses beyond a position, oldest first."""
        return events.list_all(self.catalog, after=after, limit=limit)

    def timeline(self, limit: int = 100, after: int = 0) -> list[tuple[str, Event]]:
        """What happened to all hypotheses, newest first, each event with the handle of its hypothesis."""
        return events.list_all(self.catalog, after=after, limit=limit, newest=True)

    def inbox(self, person: str | None = None, limit: int = 50) -> list[News]:
        """What others did since you last looked, newest first: to what is yours, what you took part in, or may approve."""
        return inbox.list_news(self.catalog, person or self.catalog.settings.person, limit)

    def mark_read(self, person: str | None = None, position: int | None = None) -> int:
        """You have seen the news up to this place of the ledger (default: up to now); gives the place."""
        if position is None:
            position = int(self.head().partition(":")[0])
        return inbox.mark_seen(self.catalog, self._person(person), position)

    def events(self, name: str) -> list[Event]:
        """The whole history."""
        return stored.list_events(self.catalog, self.get(name).hypothesis_id)

    def limits(
        self, n_wells: int = 96, plates: int | None = None, replicates: int = USUAL_REPLICATES,
        budget: float | None = None, prices: Path | str | dict[str, float] | None = None,
        volume_nl: float | None = VOLUME_NL,
    ) -> Limits:  # fmt: skip
        """What proposals may take up: plates, budget (in wells, or in the unit of `prices`), stock a well (None: any).

        prices: of testing a perturbation, by id, or a CSV or Parquet table with perturbation_id and cost.
        """
        known = read_prices(Path(prices)) if isinstance(prices, str | Path) else prices
        return Limits.of(n_wells, plates, replicates, budget=budget, prices=known, volume_nl=volume_nl)

    def room(self, task: str, limits: Limits) -> Room:
        """How much fits within limits beside what is approved, before anything is chosen."""
        return room_for(self.catalog, task, limits)

    def suggest(
        self, task: str, k: int = 4, acquisition: str = "diverse", person: str | None = None, inline: bool = True,
        limits: Limits | None = None,
    ) -> Proposals | Job:  # fmt: skip
        """Machine proposals with score and reason, within limits; a job record when not inline."""
        job = run_job(
            self.catalog, "propose", inline=inline, person=self._person(person), task=task, k=k,
            acquisition=acquisition, limits=None if limits is None else limits.to_json(),
        )  # fmt: skip
        return self.proposals(job) if inline else job

    def proposals(self, job: Job) -> Proposals:
        """What a finished job of `suggest` made, and what limits kept out."""
        said = json.loads(job.result_id)
        left_out = tuple(LeftOut(item["limit"], tuple(item["names"]), item["reason"]) for item in said["left_out"])
        return Proposals(tuple(self.get(handle) for handle in said["made"]), left_out, said["words"])

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
        """How many a person can move on, by state: drafts of their own, proposals where they may approve, and the rest."""
        person = person or self.catalog.settings.person
        counts = dict.fromkeys(("draft", "proposed", "approved", "scheduled", "in lab", "measured", "resolved"), 0)
        counts |= {state: n for state, n in stored.count_states(self.catalog).items() if state in counts}
        counts["draft"] = stored.count_states(self.catalog, person).get("draft", 0)
        if not people.may_approve(self.catalog, person):
            counts["proposed"] = 0
        return counts

    def verify(self, since: str = "") -> list[dict[str, Any]]:
        """What is wrong with the history, first bad event first: handle, sequence, problem; none when it is whole.

        since: an earlier `head()`; the history must still hold it.
        """
        lost = [{"handle": handle, "sequence": 0, "problem": words} for handle, words in lost_attachments(self.catalog)]
        return events.verify(self.catalog, since) + lost

    def head(self) -> str:
        """Where the history of everything ends, as a line to keep elsewhere: number of events and the last hash."""
        return events.head_of(self.catalog)

    def people(self) -> list[tuple[str, str]]:
        """People with their roles."""
        self._person(None)
        return people.list_people(self.catalog)

    def set_role(self, name: str, role: str, person: str | None = None) -> None:
        """scientist, reviewer or admin; for admins."""
        people.set_role(self.catalog, name, role, self._person(person))

    def _person(self, person: str | None) -> str:
        name = person or self.catalog.settings.person
        people.ensure_person(self.catalog, name)
        return name

    def _move(self, name: str, to_state: str, person: str, note: str = "", seen: int | None = None) -> Hypothesis:
        hypothesis = self.get(name)
        stored.refuse_outdated(self.catalog, hypothesis, seen, to_state)
        kind = check_transition(hypothesis, to_state)
        return stored.change_state(self.catalog, hypothesis, to_state, person, kind=kind, note=note)


def searched(item: Hypothesis) -> str:
    """The words of a hypothesis in which a text is sought, in lower case."""
    words = (item.handle, item.statement, item.author, item.rationale, item.reason, *item.tags)
    return " ".join(words).lower()
