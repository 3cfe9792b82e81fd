import zipfile
from pathlib import Path

import openpyxl
import pytest

from workbench.catalog.importers.formats.excel import read_sheets
from workbench.errors import InputError


def workbook(path: Path, cell: object) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["well", "x"])
    book.active.append(["A01", cell])
    book.create_sheet("empty")
    book.save(path)
    return path


def test_cells_come_as_they_are_and_empty_sheets_are_left_out(tmp_path: Path) -> None:
    sheets = read_sheets(workbook(tmp_path / "a.xlsx", 1.5))
    assert [sheet.name for sheet in sheets] == ["Sheet"]
    assert sheets[0].rows == [("well", "x"), ("A01", 1.5)]


def test_a_formula_is_refused_with_its_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", '=HYPERLINK("http://x")')
    with pytest.raises(InputError, match="cell B2 of sheet 'Sheet' in a.xlsx is a formula"):
        read_sheets(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    with pytest.raises(InputError, match="times its size"):
        read_sheets(path)


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match="a.xlsx cannot be read as an Excel workbook"):
        read_sheets(path)
