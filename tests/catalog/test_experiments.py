from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine

from tests.hypothesised import hypothesis
from workbench.catalog import experiments as stored
from workbench.catalog.hypotheses import change_state, get_hypothesis, insert_hypothesis
from workbench.catalog.people import ensure_person
from workbench.catalog.store import Catalog, new_id
from workbench.errors import ConflictError, UnknownNameError
from workbench.nouns import Experiment, Hypothesis, Plate, Well
from workbench.nouns.experiment import Design
from workbench.settings import Settings


def approved(catalog: Catalog) -> Hypothesis:
    ensure_person(catalog, "ada", "reviewer")
    item = insert_hypothesis(catalog, hypothesis(hypothesis_id=new_id(), number=0))
    for state in ("proposed", "approved"):
        item = change_state(catalog, item, state, "ada", kind=state)
    return item


def build(item: Hypothesis):
    def of(number: int) -> Experiment:
        barcode = f"WB{number:04d}-1"
        wells = (
            Well(barcode, "B02", "treatment", "x", "X", item.hypothesis_id),
            Well(barcode, "C03", "negative control"),
        )
        plates = (Plate(barcode, f"E{number}", 96, wells),)
        return Experiment(f"E{number}", number, "one", "bench", "scheduled", "l1000_orf", (item.hypothesis_id,), plates)

    return of


def test_an_experiment_comes_back_with_its_plates_and_marks_its_hypotheses(empty_catalog: Catalog) -> None:
    item = approved(empty_catalog)
    made = stored.insert_experiment(empty_catalog, build(item), [item], "ada")
    assert (made.handle, made.plates[0].wells[0].hypothesis_id) == ("E-1", item.hypothesis_id)
    assert stored.get_experiment(empty_catalog, "e-1") == made == stored.list_experiments(empty_catalog)[0]
    assert stored.experiment_of_plate(empty_catalog, "WB0001-1") == made
    assert get_hypothesis(empty_catalog, item.hypothesis_id).state == "scheduled"


def test_a_changed_hypothesis_leaves_no_half_experiment(empty_catalog: Catalog) -> None:
    item = approved(empty_catalog)
    change_state(empty_catalog, item, "withdrawn", "ada", kind="withdrawn")
    with pytest.raises(ConflictError, match="withdrawn by ada"):
        stored.insert_experiment(empty_catalog, build(item), [item], "ada")
    assert stored.list_experiments(empty_catalog) == []


def test_a_result_file_counts_once(empty_catalog: Catalog) -> None:
    item = approved(empty_catalog)
    made = stored.insert_experiment(empty_catalog, build(item), [item], "ada")
    rows = pd.DataFrame({"plate_barcode": ["WB0001-1"], "well": ["B02"], "row_number": [2]})
    for _ in range(2):
        stored.insert_results(empty_catalog, made.experiment_id, "abc", "r.csv", "ada", rows, 0)
    assert stored.file_is_known(empty_catalog, "abc")
    assert stored.count_files(empty_catalog, made.experiment_id) == 1
    assert [(row.well, row.row_number) for row in stored.list_results(empty_catalog, made.experiment_id)] == [
        ("B02", 2)
    ]


def test_state_and_quality_are_kept(empty_catalog: Catalog) -> None:
    item = approved(empty_catalog)
    made = stored.insert_experiment(empty_catalog, build(item), [item], "ada")
    stored.set_state(empty_catalog, made.experiment_id, "measured", {"passed": True})
    again = stored.get_experiment(empty_catalog, "E-1")
    assert (again.state, again.quality) == ("measured", {"passed": True})


def test_unknown_names_are_said(empty_catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError, match="'E-9'"):
        stored.get_experiment(empty_catalog, "E-9")
    with pytest.raises(UnknownNameError, match="'WB1'"):
        stored.experiment_of_plate(empty_catalog, "WB1")


def test_a_ledger_of_before_keeps_its_batches_and_gets_a_design(tmp_path: Path) -> None:
    """Migration 0005: what 0001 holds is still there, laid out by the design that was the only one then."""
    from alembic import command
    from alembic.config import Config

    settings = Settings(home=tmp_path / "old", mirror=None)
    settings.home.mkdir()
    engine = create_engine(settings.ledger_url)
    config = Config()
    config.set_main_option("script_location", str(Path(stored.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO experiment (experiment_id, number, title, lab, task, state, hypothesis_ids, seed, quality, "
            "created_by, created_at) VALUES ('E1', 1, 'one', 'bench', 't', 'measured', '[]', 3, '{}', 'ada', "
            "'2026-01-02 03:04:05.000000')"
        )
    engine.dispose()
    catalog = Catalog.open(settings)
    found = stored.get_experiment(catalog, "E-1")
    catalog.close()
    assert (found.title, found.seed, found.design) == ("one", 3, Design())
