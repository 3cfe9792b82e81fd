from pathlib import Path

import pytest

from workbench.catalog.stock import list_stock, read_stock, replace_plates
from workbench.catalog.store import Catalog
from workbench.errors import InputError
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
