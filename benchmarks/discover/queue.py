"""The queue: two reviewers at once, a history that was tampered with, results through the intake, the API under fuzzing."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.discover.api_fuzz import fuzz
from benchmarks.figures import figure
from benchmarks.house.homes import filled_home

PEOPLE = {"me": "admin", "ada": "reviewer", "rosalind": "reviewer"}
# what somebody who can write the ledger might do to the history of H-2, each undone before the next
BY = "hypothesis_id = (SELECT hypothesis_id FROM hypothesis WHERE number = 2)"
LAST = "(SELECT max(position) FROM hypothesis_event)"
BACK = "UPDATE hypothesis SET state = 'approved', version = version - 1 WHERE number ="
CUT = (
    "UPDATE event_head SET n_events = n_events - 1, ledger_hash = "
    f"(SELECT ledger_hash FROM hypothesis_event WHERE position = {LAST})"
)
TAMPERINGS: dict[str, tuple[str, ...]] = {
    "a note edited": (f"UPDATE hypothesis_event SET note = 'x' WHERE {BY} AND sequence = 3",),
    "who approved edited": (f"UPDATE hypothesis_event SET person = 'eve' WHERE {BY} AND sequence = 3",),
    "a time edited": (f"UPDATE hypothesis_event SET at = '2020-01-01 00:00:00.000000' WHERE {BY} AND sequence = 1",),
    "an old value edited": (f"UPDATE hypothesis_event SET payload = '{{}}' WHERE {BY} AND sequence = 1",),
    "an event deleted": (f"DELETE FROM hypothesis_event WHERE {BY} AND sequence = 2",),
    "the last event of one deleted": (f"DELETE FROM hypothesis_event WHERE {BY} AND sequence = 4",),
    "the same, state and count put back": (f"DELETE FROM hypothesis_event WHERE {BY} AND sequence = 4", f"{BACK} 2"),
    "the last event of all, the same": (f"DELETE FROM hypothesis_event WHERE position = {LAST}", f"{BACK} 3"),
    "the same, the recorded end moved": (f"DELETE FROM hypothesis_event WHERE position = {LAST}", f"{BACK} 3", CUT),
    "a whole hypothesis deleted": (f"DELETE FROM hypothesis_event WHERE {BY}", "DELETE FROM hypothesis WHERE number = 2"),
    "two events of one reordered": tuple(
        f"UPDATE hypothesis_event SET sequence = {after} WHERE {BY} AND sequence = {before}"
        for before, after in ((2, 99), (3, 2), (99, 3))
    ),
    "two events of two reordered": tuple(
        f"UPDATE hypothesis_event SET position = {after} WHERE position = {before}"
        for before, after in ((4, 99), (5, 4), (99, 5))
    ),
    "the statement edited": ("UPDATE hypothesis SET statement = 'x' WHERE number = 2",),
    "the priority edited": ("UPDATE hypothesis SET priority = 3 WHERE number = 2",),
    "the state edited": ("UPDATE hypothesis SET state = 'approved' WHERE number = 2",),
}  # fmt: skip
TABLES = ("event_head", "hypothesis_event", "hypothesis")


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """All figures of the queue."""
    imported = results_import(n=8, replicates=4) if quick else results_import(n=40, replicates=24)
    return two_reviewers() | tampering() | imported | api_fuzz(n_each=5 if quick else 20)


def two_reviewers(n_races: int = 100) -> dict[str, dict[str, Any]]:
    """`queue_two_reviewers_lost`: races in which a decision got lost, was made twice, or the loser was not told by whom."""
    from workbench.errors import ConflictError
    from workbench.lab import Lab
    from workbench.settings import Settings

    lost = 0
    with tempfile.TemporaryDirectory() as folder:
        labs = [Lab.open(Settings(home=Path(folder) / "home")) for _ in range(2)]
        _people(labs[0])
        for number in range(n_races):
            handle = _add(labs[0], number)
            labs[0].hypotheses.propose(handle, "ada")
            seen = labs[0].hypotheses.get(handle).version
            told = race(
                {
                    "ada": partial(labs[0].hypotheses.approve, [handle], "ada", seen={handle: seen}),
                    "rosalind": partial(labs[1].hypotheses.withdraw, handle, "rosalind", seen=seen),
                },
                ConflictError,
            )
            winners = [name for name, error in told.items() if error is None]
            told_whom = (
                all(error is None or f"by {winners[0]} at " in str(error) for error in told.values())
                if winners
                else False
            )
            kinds = [event.kind for event in labs[0].hypotheses.events(handle)]
            stands = {"ada": "approved", "rosalind": "withdrawn"}.get(winners[0] if winners else "", "")
            lost += not (len(winners) == 1 and told_whom and kinds == ["created", "proposed", stands])
        lost += len(labs[0].hypotheses.verify())
        for lab in labs:
            lab.close()
    how = "approve against withdraw on two open catalogs of one home; one stands, the other is told by whom, one event"
    return {"queue_two_reviewers_lost": figure(float(lost), "races", how, n=n_races)}


def tampering() -> dict[str, dict[str, Any]]:
    """`events_tamper_detected`: 1 when `workbench verify` names a bad event after each way of tampering, and none before."""
    from sqlalchemy import text

    from workbench.lab import Lab
    from workbench.settings import Settings

    missed = []
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab.open(Settings(home=Path(folder) / "home"))
        _people(lab)
        for number in range(3):
            handle = _add(lab, number)
            lab.hypotheses.propose(handle, "ada")
            lab.hypotheses.approve([handle], "ada", note="a good one")
            lab.hypotheses.withdraw(handle, "ada", note="changed my mind")
        for name, statements in TAMPERINGS.items():
            if lab.hypotheses.verify():
                missed.append(f"before {name}")
            with put_back(lab.catalog.ledger):
                with lab.catalog.ledger.session() as session:
                    for statement in statements:
                        session.execute(text(statement))
                if not lab.hypotheses.verify():
                    missed.append(name)
        lab.close()
    how = "ways to edit, delete (also the last event), reorder or rewrite rows by SQL; `verify` names a bad event after each"
    how += f"; missed: {', '.join(missed)}" if missed else ""
    return {"events_tamper_detected": figure(float(not missed), "1 = all", how, n=len(TAMPERINGS))}


def results_import(n: int, replicates: int) -> dict[str, dict[str, Any]]:
    """`results_import_rows_per_s`: wells of one pushed file, understood and brought in by the intake (verdicts included)."""
    from starlette.testclient import TestClient

    from workbench.api.application import build_api
    from workbench.lab import Lab
    from workbench.nouns.experiment import Design
    from workbench.settings import Settings

    with filled_home() as home:
        lab = Lab.open(Settings(home=home))
        items = lab.hypotheses.suggest("l1000_orf", k=n)
        lab.hypotheses.approve([item.handle for item in items])
        design = Design(n_wells=384, replicates=replicates, per_plate=min(4, replicates))
        experiment = lab.experiments.plan([item.handle for item in items], lab="bench", design=design)
        readouts = lab.cells.prediction(items[0].prediction_id).readouts
        rng, lines = np.random.default_rng(0), [",".join(["plate_barcode", "well", *readouts])]
        for plate in experiment.plates:
            for well in plate.wells:
                if well.role != "empty":
                    values = ",".join(f"{value:.4f}" for value in rng.normal(size=len(readouts)))
                    lines.append(f"{plate.plate_barcode},{well.well},{values}")
        token = lab.tokens.create("bench", ["results", "read"])[1]
        client = TestClient(build_api(lab), headers={"Authorization": f"Bearer {token}", "Content-Type": "text/csv"})
        start, computing = time.perf_counter(), time.process_time()
        plan = client.post("/api/v1/results", content="\n".join(lines).encode()).json()
        understood = time.perf_counter() - start
        lab.pushed.bring_in(plan["plan_id"], "me", inline=True, train=False, override="made-up numbers")
        took, computed = time.perf_counter() - start, time.process_time() - computing
        wells = len(lab.experiments.results(experiment.handle))
        assert wells == len(lines) - 1
        lab.close()
    how = (
        f"{wells} wells of made-up numbers × {len(readouts)} readouts on {len(experiment.plates)} plates as CSV: "
        f"POST /results ({understood:.1f} s), then the intake with quality, lake, ledger and {len(items)} verdicts, "
        f"in all {took:.1f} s, {computed:.1f} s of them computing; once"
    )
    return {"results_import_rows_per_s": figure(wells / took, "wells/s", how, n=wells)}


def api_fuzz(n_each: int) -> dict[str, dict[str, Any]]:
    """`api_fuzz_5xx`: answers 5xx to made-up requests; how many were of another shape than declared stands beside it."""
    from workbench.api.application import PREFIX, build_api
    from workbench.lab import Lab
    from workbench.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        lab = Lab.open(Settings(home=Path(folder) / "home"))
        _people(lab)
        for number in range(3):
            lab.hypotheses.propose(_add(lab, number), "ada")
        kept = lab.hypotheses.attach("H-1", "a.txt", b"a", "me")
        token = lab.tokens.create("fuzz", lab.tokens.scopes())[1]
        known = {"name": "H-1", "attachment_id": kept.attachment_id}
        found = fuzz(build_api(lab), f"{PREFIX}/openapi.json", {"Authorization": f"Bearer {token}"}, known, n_each)
        broken = len(lab.hypotheses.verify())
        lab.close()
    n = sum(found.statuses.values())
    told = ", ".join(f"{count} × {status}" for status, count in sorted(found.statuses.items()))
    how = "schemathesis on our own OpenAPI, requests that fit and that do not, with a token of every scope"
    return {
        "api_fuzz_5xx": figure(float(found.n_5xx), "answers", f"{how}: {told}", n=n),
        "api_fuzz_undeclared": figure(
            float(len(found.problems) + broken),
            "answers",
            f"{how}; undeclared status or shape, or a history that broke",
            n=n,
        ),
    }


def _people(lab: Any) -> None:
    from workbench.catalog.people import ensure_person

    for name, role in PEOPLE.items():
        ensure_person(lab.catalog, name, role)


def _add(lab: Any, number: int) -> str:
    """A made-up draft of ada's with a readout of its own; gives its handle."""
    from workbench.catalog.hypotheses import insert_hypothesis
    from workbench.catalog.store import new_id
    from workbench.nouns import Context, DecisionRule, Hypothesis, Perturbation

    item = Hypothesis(
        hypothesis_id=new_id(), number=0, statement="Over-expressing BRAF raises R in U2OS", task="l1000_orf",
        perturbation=Perturbation.of_gene("over-expression", "BRAF", "R1"), context=Context("U2OS", 72.0),
        rule=DecisionRule(f"R{number}", "up", 1.0), state="draft", author="ada", author_kind="person",
    )  # fmt: skip
    return insert_hypothesis(lab.catalog, item).handle


def race(decisions: dict[str, Callable[[], object]], conflict: type[Exception]) -> dict[str, Exception | None]:
    """Everybody decides at the same moment; what each was told (None: it stands)."""
    ready, told = threading.Barrier(len(decisions)), {}

    def act(name: str) -> None:
        ready.wait()
        try:
            decisions[name]()
            told[name] = None
        except conflict as error:
            told[name] = error

    threads = [threading.Thread(target=act, args=(name,)) for name in decisions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@contextmanager
def put_back(ledger: Any) -> Iterator[None]:
    """Whatever is done to the history meanwhile, the rows are as before afterwards."""
    from sqlalchemy import text

    with ledger.session() as session:
        kept = {name: session.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in TABLES}
    yield
    with ledger.session() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in TABLES:
            session.execute(text(f"DELETE FROM {name}"))
        for name in reversed(TABLES):
            columns = ", ".join(f":{column}" for column in kept[name][0])
            session.execute(text(f"INSERT INTO {name} VALUES ({columns})"), [dict(row) for row in kept[name]])
