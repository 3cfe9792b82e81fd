import pandas as pd
import pytest

from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.roles import roles_of
from workbench.catalog.importers.wells import NO_PLATE, NO_WELL, TWICE, Places, places_of
from workbench.catalog.importers.wishes import Wishes


def places(path, **said: str) -> Places:
    table = open_table(path)
    roles = roles_of(table, Wishes(**said))
    return places_of(table.texts([name for name in table.columns if name not in roles.features]), roles)


@pytest.mark.parametrize(
    "plate", ["plate", "Plate ID", "Metadata_Plate", "barcode", "Assay_Plate_Barcode", "plate.name"]
)
@pytest.mark.parametrize("well", ["well", "Well Position", "Metadata_Well", "well_id", "address"])
def test_plates_and_wells_are_found_however_they_are_called(write_csv, plate: str, well: str) -> None:
    found = places(write_csv(f"{plate},{well},drug,f1\nP1,a1,x,1\nP1,B-02,y,2\n"))
    assert (found.plate.tolist(), found.well.tolist()) == (["P1", "P1"], ["A01", "B02"])


def test_wells_by_row_and_column(write_csv) -> None:
    assert places(write_csv("plate,row,col,drug,f1\nP,1,1,x,1\nP,2,12,y,2\n")).well.tolist() == ["A01", "B12"]
    assert places(write_csv("plate,row,col,drug,f1\nP,C,3,x,1\n")).well.tolist() == ["C03"]


def test_what_stands_nowhere_is_refused(write_csv) -> None:
    found = places(write_csv("plate,well,drug,f1\nP,A1,x,1\n,A2,x,1\nP,A99,x,1\nP,a01,x,1\nP,A3,x,1\n"))
    assert {row: reason for row, (_, _, reason) in found.refused.items()} == {1: NO_PLATE, 2: NO_WELL, 3: TWICE}


def test_plates_of_the_same_name_in_several_batches_are_told_apart(write_csv) -> None:
    found = places(write_csv("batch,plate,well,drug,f1\nb1,1,A1,x,1\nb2,1,A1,x,2\n"))
    assert (found.plate.tolist(), found.refused) == (["b1 1", "b2 1"], {})
    assert any("same name" in note for note in found.notes)


def test_rows_without_plate_and_well_are_called_by_what_there_is(write_csv) -> None:
    found = places(write_csv("drug,f1\nx,1\ny,2\n"))
    assert (found.plate.tolist(), found.well.tolist()) == (["all", "all"], ["row 1", "row 2"])
    found = places(write_csv("sample_id,drug,f1\ns-1,x,1\ns-2,y,2\n"))
    assert found.well.tolist() == ["s-1", "s-2"]


def test_hidden_signs_are_refused(write_csv) -> None:
    found = places(write_csv("plate,well,drug,f1\nP\u202ex,A1,x,1\nP,A2,x,1\n"))
    assert list(found.refused) == [0]


def test_a_column_can_be_named(write_csv) -> None:
    path = write_csv("Kiste,Loch,drug,f1\nP,A1,x,1\nP,A2,x,1\n")
    assert places(path, plate_column="Kiste", well_column="loch").well.tolist() == ["A01", "A02"]
    assert isinstance(places(path).described, str)
    assert pd.isna(places(write_csv("plate,well,drug,f1\nP,?,x,1\nP,A2,x,1\nP,A3,x,1\n")).well[0])
