"""Questions and results over HTTP on a filled catalog: the cell answers, plates are read, results come in by barcode."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.hypothesised import approved, held_back, queue_lab  # noqa: F401
from workbench.api.application import build_api
from workbench.api.results import finite, to_csv
from workbench.errors import InputError
from workbench.lab import Lab

CSV = {"Content-Type": "text/csv"}


def _without_plate(readouts: tuple[str, ...], wells: list[str]) -> str:
    """A table of one plate that does not say which."""
    return "\n".join([",".join(["well", *readouts]), *(",".join([well, *["1"] * len(readouts)]) for well in wells)])


@pytest.fixture(scope="module")
def asked(queue_lab: Lab) -> Iterator[TestClient]:
    """A client that may do everything, as me."""
    text = queue_lab.tokens.create("all", queue_lab.tokens.scopes(), person="me")[1]
    headers = {"Authorization": f"Bearer {text}"}
    with TestClient(build_api(queue_lab), base_url="http://127.0.0.1/api/v1", headers=headers) as opened:
        yield opened


def test_a_question_becomes_a_hypothesis_with_its_prediction_frozen(asked: TestClient, queue_lab: Lab) -> None:
    name = held_back(queue_lab, 1)[0]
    new = {"task": "l1000_orf", "perturbation_id": name, "tags": ["api"], "priority": 1, "propose": False}
    made = asked.post("/hypotheses", json=new)
    assert (made.status_code, made.headers["etag"]) == (201, '"0"')
    assert made.headers["location"] == f"/api/v1/hypotheses/{made.json()['handle']}"
    assert (made.json()["state"], made.json()["tags"], made.json()["priority"]) == ("draft", ["api"], 1)
    assert made.json()["predicted"]["readout"] == made.json()["rule"]["readout"]
    twin = asked.post("/hypotheses", json=new)
    assert (twin.status_code, twin.json()["error"]) == (409, "ConflictError")
    for wrong, status in (
        ({"task": "nothing"}, 404),
        ({"perturbation_id": "gene:\u202e"}, 404),
        ({"readout": "NOPE"}, 422),
    ):
        assert asked.post("/hypotheses", json=new | wrong).status_code == status


def test_results_are_understood_confirmed_and_brought_in_once(asked: TestClient, queue_lab: Lab) -> None:
    items = approved(queue_lab, 1)
    experiment = queue_lab.experiments.plan([item.handle for item in items], lab="bench")
    readouts = queue_lab.cells.prediction(items[0].prediction_id).readouts
    plate = experiment.plates[0]
    assert [row["handle"] for row in asked.get("/experiments").json()] == [experiment.handle]
    laid = asked.get(f"/plates/{plate.plate_barcode}").json()
    assert (laid["experiment"], len(laid["wells"])) == (experiment.handle, len(plate.wells))
    assert asked.get(f"/plates/{plate.plate_barcode}/map.csv").text.startswith("plate_barcode,")
    rng = np.random.default_rng(0)
    used = [well.well for well in plate.wells if well.role != "empty"]
    wells = {well: dict(zip(readouts, rng.normal(size=len(readouts)).tolist(), strict=True)) for well in used}
    told = asked.post("/results", json={"plate_barcode": plate.plate_barcode, "wells": wells | {"H12": wells[used[0]]}})
    plan = told.json()
    assert told.status_code == 202
    assert (plan["n_wells"], plan["n_readouts"], plan["job"]) == (len(used), len(readouts), None)
    assert any("never queued" in row["problem"] for row in plan["mismatches"]) or "H12" in used
    assert queue_lab.experiments.results(experiment.handle) == []
    done = asked.post(f"/results/{plan['plan_id']}/confirm").json()
    assert asked.get(f"/jobs/{done['job']}").json()["kind"] == "intake"
    queue_lab.jobs.cancel(done["job"])
    queue_lab.pushed.bring_in(plan["plan_id"], "me", inline=True, train=False)
    assert len(queue_lab.experiments.results(experiment.handle)) == len(used)
    second = experiment.plates[1].plate_barcode
    there = [well.well for well in experiment.plates[1].wells if well.role != "empty"]
    table = asked.post(
        "/results", params={"barcode": second}, content=_without_plate(readouts, there), headers=CSV
    ).json()
    assert (table["plates"], table["n_wells"]) == ([second], len(there))
    again = asked.post(f"/results/{plan['plan_id']}/confirm").json()
    assert (again["already_imported"], again["job"]) == (True, None)


@pytest.mark.parametrize(
    ("kind", "content", "status", "words"),
    [
        ("text/csv", b"a,b\n1,2\n", 422, "names no plate of ours"), ("text/csv", b"", 422, "names no plate of ours"),
        ("text/csv", b"plate_barcode,well,X\nNONE,A01,1\n", 422, "names no plate of ours (NONE, A01, 1)"),
        ("application/json", b'{"plate_barcode": "x", "wells": {"A01": {"G": NaN}}}', 422, ""),
        ("application/x-pickle", b"\x80\x04", 422, "text/csv or application/json"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_results_is_refused_and_not_kept(
    asked: TestClient, queue_lab: Lab, kind, content, status, words
) -> None:
    before = set(queue_lab.settings.files.rglob("*.csv"))
    answer = asked.post("/results", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert set(queue_lab.settings.files.rglob("*.csv")) == before


def test_json_of_a_plate_is_a_table() -> None:
    body = b'{"plate_barcode": "P,1", "wells": {"A01": {"x": 1.5, "y": -2}, "B02": {"y": 3, "z": 0.1}}}'
    rows = list(csv.reader(io.StringIO(to_csv(body).decode())))
    assert rows == [
        ["plate_barcode", "well", "x", "y", "z"], ["P,1", "A01", "1.5", "-2.0", ""], ["P,1", "B02", "", "3.0", "0.1"],
    ]  # fmt: skip
    with pytest.raises(InputError):
        to_csv(b'{"plate_barcode": "P", "wells": {}}')


def test_numbers_that_json_does_not_know_become_null() -> None:
    value = {"a": np.float64("nan"), "b": [float("inf"), np.int64(3)], "c": {"d": 1.0, "e": "x", "f": True, "g": None}}
    assert finite(value) == {"a": None, "b": [None, 3], "c": {"d": 1.0, "e": "x", "f": True, "g": None}}
