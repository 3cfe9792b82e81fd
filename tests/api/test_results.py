"""Questions and results over HTTP on a filled catalog: the cell answers, plates are read, results come in by barcode."""

from __future__ import annotations

import csv
import gzip
import io
import pickle
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import openpyxl
import pandas as pd
import pytest
from starlette.testclient import TestClient

from tests.hypothesised import approved, held_back, queue_lab  # noqa: F401
from workbench.api.application import build_api
from workbench.api.results import finite, to_csv
from workbench.errors import InputError
from workbench.lab import Lab
from workbench.nouns import Experiment

FILE = {"Content-Type": "application/octet-stream"}
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
    assert asked.get("/experiments").json()[0]["handle"] == experiment.handle
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


@pytest.fixture(scope="module")
def batch(queue_lab: Lab) -> tuple[Experiment, tuple[str, ...]]:
    """Plates at the bench, and the readouts of their task."""
    items = approved(queue_lab, 1)
    experiment = queue_lab.experiments.plan([item.handle for item in items], lab="bench")
    return experiment, queue_lab.cells.prediction(items[0].prediction_id).readouts


def _wells(batch: tuple[Experiment, tuple[str, ...]], number: int) -> pd.DataFrame:
    """Made-up results of a plate."""
    experiment, readouts = batch
    plate = experiment.plates[number]
    names = [well.well for well in plate.wells if well.role != "empty"]
    values = np.random.default_rng(number).normal(size=(len(names), len(readouts)))
    facts = pd.DataFrame({"plate_barcode": plate.plate_barcode, "well": names})
    return pd.concat([facts, pd.DataFrame(values.round(4), columns=list(readouts))], axis=1)


def _as(form: str, table: pd.DataFrame) -> bytes:
    """The table as a file of a form."""
    buffer = io.BytesIO()
    if form == "xlsx":
        table.to_excel(buffer, index=False)
    elif form == "parquet":
        table.to_parquet(buffer)
    elif form == "csv.gz":
        buffer.write(gzip.compress(table.to_csv(index=False).encode()))
    elif form == "h5ad":
        obs = table[["plate_barcode", "well"]].set_axis(table.index.astype(str))
        values = table.drop(columns=["plate_barcode", "well"])
        data = anndata.AnnData(values.to_numpy(), obs=obs, var=pd.DataFrame(index=list(values.columns)))
        with tempfile.TemporaryDirectory() as folder:
            data.write_h5ad(Path(folder) / "x.h5ad")
            buffer.write((Path(folder) / "x.h5ad").read_bytes())
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["xlsx", "parquet", "csv.gz", "h5ad"])
@pytest.mark.parametrize("named", [True, False])
def test_every_form_that_a_page_takes_can_be_pushed(asked: TestClient, batch, form: str, named: bool) -> None:
    table = _wells(batch, 0)
    body = _as(form, table)
    answer = asked.post("/results", params={"name": f"r.{form}"} if named else {}, content=body, headers=FILE)
    assert answer.status_code == 202, answer.text
    plan = answer.json()
    assert (plan["experiment"], plan["plates"]) == (batch[0].handle, [batch[0].plates[0].plate_barcode])
    assert (plan["n_wells"], plan["n_readouts"], plan["questions"]) == (len(table), len(batch[1]), [])
    assert asked.post(f"/results/{plan['plan_id']}/confirm").status_code == 202


def test_a_plate_readers_grid_asks_what_it_does_not_say(asked: TestClient, queue_lab: Lab, batch) -> None:
    experiment, readouts = batch
    plate = experiment.plates[1]
    rows = [",".join(["", *map(str, range(1, 13))])]
    rows += [",".join([letter, *("1.5" for _ in range(12))]) for letter in "ABCDEFGH"]
    rng = np.random.default_rng(0)
    grids = [f"Plate {plate.plate_barcode}"]
    for label in ("signal", *readouts[1:]):  # the first does not say what it is
        lines = [",".join([letter, *rng.normal(size=12).round(3).astype(str)]) for letter in "ABCDEFGH"]
        grids += ["", label, rows[0], *lines]
    grid = "\n".join(grids).encode()
    plan = asked.post(
        "/results", params={"name": "reader.txt"}, content=grid, headers={"Content-Type": "text/plain"}
    ).json()
    assert (plan["experiment"], plan["n_wells"], plan["job"]) == (experiment.handle, 0, None)
    (question,) = plan["questions"]
    assert set(question["options"]) <= {*readouts, "leave out"}
    still = asked.post(f"/results/{plan['plan_id']}/confirm").json()
    assert (still["job"], len(still["questions"])) == (None, 1)
    wrong = asked.post(f"/results/{plan['plan_id']}/confirm", json={"answers": {question["key"]: "no such readout"}})
    assert wrong.status_code == 422
    done = asked.post(f"/results/{plan['plan_id']}/confirm", json={"answers": {question["key"]: readouts[0]}}).json()
    assert done["questions"] == []
    assert done["job"] is not None
    assert queue_lab.jobs.get(done["job"]).kind == "intake"
    queue_lab.jobs.cancel(done["job"])
    unnamed = asked.post("/results", content="\n".join(rows).encode(), headers=FILE)
    assert unnamed.status_code == 422
    chosen = asked.post(
        "/results", params={"experiment": experiment.handle}, content="\n".join(rows).encode(), headers=FILE
    )
    assert [item["key"] for item in chosen.json()["questions"]] == ["grid 1 plate"]


def test_files_that_mean_ill_are_refused_and_leave_nothing(asked: TestClient, queue_lab: Lab, batch) -> None:
    barcode = batch[0].plates[0].plate_barcode
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b"0" * (1 << 24))
    formula = openpyxl.Workbook()
    formula.active.append(["plate_barcode", "well", batch[1][0]])
    formula.active.append([barcode, "A01", "=1+1"])
    with_formula = io.BytesIO()
    formula.save(with_formula)
    whole = {form: _as(form, _wells(batch, 0)) for form in ("parquet", "h5ad", "xlsx")}
    bad = {
        "bomb.xlsx": bomb.getvalue(), "formula.xlsx": with_formula.getvalue(), "p.pkl": pickle.dumps({"a": 1}),
        "zero.h5ad": b"\x89HDF\r\n\x1a\n" + b"\0" * 500, "x.csv.gz": b"\x1f\x8b" + b"\0" * 40, "none.xlsx": b"PK\x03\x04",
        **{f"cut.{form}": content[: len(content) // 2] for form, content in whole.items()},
    }  # fmt: skip
    before = {path for path in queue_lab.settings.home.rglob("*") if ".sqlite" not in path.name}
    for name, content in bad.items():
        for chosen in ({}, {"barcode": barcode}):
            answer = asked.post(
                "/results", params={"name": name, "confirm": True, **chosen}, content=content, headers=FILE
            )
            assert answer.status_code == 422, (name, answer.text)
            assert set(answer.json()) == {"error", "message", "where", "hint"}
            assert tempfile.gettempdir() not in answer.text, (name, answer.text)
    assert {path for path in queue_lab.settings.home.rglob("*") if ".sqlite" not in path.name} == before
    assert queue_lab.experiments.results(batch[0].handle) == []


@pytest.mark.parametrize(
    ("kind", "content", "status", "words"),
    [
        ("text/csv", b"a,b\n1,2\n", 422, "names no plate of ours"), ("text/csv", b"", 422, "names no plate of ours"),
        ("text/csv", b"plate_barcode,well,X\nNONE,A01,1\n", 422, "names no plate of ours (NONE, A01, 1)"),
        ("application/json", b'{"plate_barcode": "x", "wells": {"A01": {"G": NaN}}}', 422, ""),
        ("application/x-pickle", b"\x80\x04", 422, "results come as text/csv, application/json or a file"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_results_is_refused_and_not_kept(
    asked: TestClient, queue_lab: Lab, kind, content, status, words
) -> None:
    before = set(queue_lab.settings.files.rglob("*"))
    answer = asked.post("/results", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert set(queue_lab.settings.files.rglob("*")) == before


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
