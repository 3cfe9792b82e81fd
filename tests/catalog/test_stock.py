from pathlib import Path

import pytest

from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.catalog.experiments import set_state
from workbench.catalog.stock import drawn_wells, list_stock, read_stock, replace_plates
from workbench.catalog.store import Catalog
from workbench.errors import InputError
from workbench.lab import Lab
from workbench.nouns.stock import Stock

TABLE = "Source Plate Barcode,Source Well,perturbation_id,volume_ul,concentration_mM\nS1,A01,compound:K,20,10\nS1,A02,g,5,\n"


def test_units_of_volumes_and_concentrations_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(TABLE)
    assert read_stock(path) == [Stock("S1", "A01", "compound:K", 20e3, 10e3), Stock("S1", "A02", "g", 5e3, None)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source_plate,source_well,volume_nl\nS,A01,1\n", "lacks the column perturbation_id"),
        ("source_plate,source_well,perturbation_id\nS,A01,g\n", "lacks the column volume_nl"),
        (
            "source_plate,source_well,perturbation_id,volume_nl\nS,A01,g,1\nS,A02,g,much\n",
            "row 3 of stock.csv: A volume",
        ),
        ("source_plate,source_well,perturbation_id,volume_nl\nS,A01,g,1\nS,A01,h,1\n", "row 3 .* twice"),
        ("source_plate,source_well,perturbation_id,volume_nl\n", "holds no row"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_row(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_stock(path)


def test_a_plate_brought_again_replaces_what_it_held(empty_catalog: Catalog) -> None:
    first = [Stock("S1", "A01", "g", 10.0), Stock("S1", "A02", "h", 10.0), Stock("S2", "A01", "g", 5.0)]
    replace_plates(empty_catalog, first, "ada")
    replace_plates(empty_catalog, [Stock("S1", "A01", "g", 7.0)], "ada")
    assert list_stock(empty_catalog) == [Stock("S1", "A01", "g", 7.0), Stock("S2", "A01", "g", 5.0)]


def test_plates_for_the_bench_draw_on_the_stock_that_was_there(queue_lab: Lab) -> None:
    one, other = approved(queue_lab, 2)
    name, catalog = one.perturbation.perturbation_id, queue_lab.catalog
    replace_plates(catalog, [Stock("S1", "A01", name, 1000.0)], "ada")
    assert drawn_wells(catalog) == {}
    queue_lab.experiments.plan([other.handle], lab="replay")  # it reveals wells that were measured: nothing is moved
    assert drawn_wells(catalog) == {}
    batch = queue_lab.experiments.plan([one.handle], lab="bench")
    assert drawn_wells(catalog)[name] == 3
    set_state(catalog, batch.experiment_id, "in lab")
    assert drawn_wells(catalog)[name] == 3
    replace_plates(catalog, [Stock("S1", "A01", name, 1000.0)], "ada")  # what was brought since lies untouched
    assert name not in drawn_wells(catalog)
    set_state(catalog, batch.experiment_id, "scheduled")
    assert drawn_wells(catalog)[name] == 3
