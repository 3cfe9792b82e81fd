from __future__ import annotations

import weakref
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.catalog.batch import Batch, list_column
from workbench.catalog.store import Catalog
from workbench.errors import DataQualityError, InputError
from workbench.nouns import Context, Perturbation

WELLS = pd.DataFrame(
    {
        "Metadata_Plate": "P1", "Metadata_Well": ["A01", "A02", "A03", "A04", "A05"],
        "perturbation_id": ["control:DMSO", "control:DMSO", "x", "x", "y"], "context_id": "U2OS||",
        "is_control": [True, True, False, False, False],
    }
)  # fmt: skip


def batch() -> Batch:
    made = Batch("mine")
    made.add_features(["a", "b"])
    return made


def test_a_well_that_comes_twice_is_refused_once() -> None:
    made, values = batch(), np.arange(10.0).reshape(5, 2)
    wells = WELLS.assign(Metadata_Well=["A01", "A02", "A03", "A03", "A05"])
    assert made.add_wells(wells, values, file="f.csv").tolist() == [True, True, True, False, True]
    (refused,) = made.rejects
    assert (refused["file"], refused["row_number"], refused["value"]) == ("f.csv", 4, "P1 A03")
    assert made.counts() == {"feature": 2, "well": 4, "plate": 1, "profile": 4}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_vector_that_is_no_number_is_refused_but_its_well_is_kept(bad: float) -> None:
    made, values = batch(), np.arange(10.0).reshape(5, 2)
    values[2, 1] = bad
    made.add_wells(WELLS, values, file="f.csv")
    (refused,) = made.rejects
    assert (refused["row_number"], refused["column_name"], refused["value"]) == (3, "b", str(bad))
    assert (made.counts()["well"], made.counts()["profile"]) == (5, 4)


def test_responses_are_differences_to_the_controls_of_the_plate() -> None:
    made = batch()
    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 5.0], [7.0, 7.0], [2.0, 3.0]])
    made.add_responses(WELLS, values)
    (frame,) = made.frames["response"]
    by_id = frame.set_index("perturbation_id")
    assert by_id.at["x", "delta"].tolist() == [4.0, 3.0]
    assert by_id.at["x", "standard_error"].tolist() == [1.0, 1.0]
    assert by_id.at["y", "delta"].tolist() == [0.0, 0.0]
    assert by_id["n"].to_dict() == {"x": 2, "y": 1}
    assert set(by_id["n_controls"]) == {2}


def test_a_plate_without_controls_is_named() -> None:
    with pytest.raises(DataQualityError, match="plate P1 has 0 negative control"):
        batch().add_responses(WELLS.assign(is_control=False), np.zeros((5, 2)))


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(InputError, match="no table 'wells'"):
        batch().add("wells", [{"a": 1}])


def test_perturbations_and_contexts_are_written_once() -> None:
    made, item = batch(), Perturbation.of_gene("knock-out", "TP53")
    made.add_perturbations([item, item], {item.perturbation_id: {"note": "<b>x</b>"}})
    made.add_contexts([Context("U2OS"), Context("U2OS")])
    assert made.counts()["perturbation"] == 1
    assert made.counts()["context"] == 1
    assert made.frames["perturbation"][0].iloc[0]["annotations"] == '{"note": "<b>x</b>"}'


def test_blocks_of_a_stream_are_let_go_of_before_the_transaction_ends(empty_catalog: Catalog) -> None:
    alive: list[weakref.ref] = []

    def blocks() -> Iterator[pa.Table]:
        for i in range(40):
            values = np.full((500, 20), i, dtype=np.float32)
            alive.append(weakref.ref(values))
            ids = pa.array([f"{i}-{row}" for row in range(500)])
            yield pa.table({"well_id": ids, "dataset": pa.array(["mine"] * 500), "vector": list_column(values)})

    made = batch()
    made.add_stream("profile", 20_000, blocks)
    with empty_catalog.lake.writing("stream") as cursor:
        made.write(cursor)
        assert len(alive) == 40
        assert sum(ref() is not None for ref in alive) < 10
    assert empty_catalog.lake.value("SELECT count(DISTINCT well_id) FROM lake.profile") == 20_000
    assert empty_catalog.lake.value("SELECT sum(vector[20]) FROM lake.profile") == 500 * sum(range(40))


def test_what_is_wrong_with_a_block_is_said_as_it_is_and_nothing_is_written(empty_catalog: Catalog) -> None:
    def blocks() -> Iterator[pa.Table]:
        vector = list_column(np.zeros((1, 2), dtype=np.float32))
        yield pa.table({"well_id": ["a"], "dataset": ["mine"], "vector": vector})
        raise DataQualityError("plate P1 has no controls.", where="f.csv")

    made = batch()
    made.add_stream("profile", 2, blocks)
    with (
        pytest.raises(DataQualityError, match="plate P1 has no controls") as told,
        empty_catalog.lake.writing("stream") as cursor,
    ):
        made.write(cursor)
    assert told.value.where == "f.csv"
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.profile") == 0
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.feature") == 0
