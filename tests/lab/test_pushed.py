from __future__ import annotations

import pytest

from workbench.catalog.store import Catalog
from workbench.errors import InputError, UnknownNameError
from workbench.lab import Lab
from workbench.lab.pushed import file_name


def test_what_no_plate_can_have_is_not_kept(empty_catalog: Catalog) -> None:
    lab = Lab(empty_catalog)
    for content in (b"plate_barcode,well,x\nP1,A01,1\n", b"x\n1\n", b"", b"\xff\xfe\n\x00"):
        with pytest.raises(InputError, match="names no plate of ours"):
            lab.pushed.receive(content, "../a b.csv")
    with pytest.raises(UnknownNameError, match="no plate 'P1'"):
        lab.pushed.receive(b"well,x\nA01,1\n", barcode="P1")
    with pytest.raises(UnknownNameError, match="no experiment 'E-9'"):
        lab.pushed.receive(b"well,x\nA01,1\n", experiment="E-9")
    assert not empty_catalog.settings.files.exists()


@pytest.mark.parametrize("name", ["", "E-1", "E-1." + "0" * 64, "../../x", "E-1." + "../" * 21 + "a"])
def test_an_unknown_plan_is_named(empty_catalog: Catalog, name: str) -> None:
    with pytest.raises(UnknownNameError, match="no plan"):
        Lab(empty_catalog).pushed.understand(name)


@pytest.mark.parametrize(
    ("name", "content", "barcode", "kept"),
    [
        ("a b.csv", b"", "", "a b.csv"), ("../../x.XLSX", b"", "", "x.xlsx"), ("plate.csv.gz", b"", "WB1-1", "WB1-1.csv.gz"),
        ("results", b"PAR1", "", "results.parquet"), ("results", b"\x89HDF\r\n", "", "results.h5ad"), ("", b"", "", "results.csv"),
        ("results", b"PK\x03\x04", "WB1-1", "WB1-1.xlsx"), ("a.pkl", b"\x80\x04", "", "a.pkl.csv"), ("r.txt", b"", "../x", "x.txt"),
        ("x" * 300 + ".h5ad", b"", "", "x" * 80 + ".h5ad"),
    ],
)  # fmt: skip
def test_a_files_name_says_what_it_is_or_its_content_does(name: str, content: bytes, barcode: str, kept: str) -> None:
    assert file_name(name, content, barcode) == kept
