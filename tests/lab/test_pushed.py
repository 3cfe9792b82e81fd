from __future__ import annotations

import pytest

from workbench.catalog.store import Catalog
from workbench.errors import InputError, UnknownNameError
from workbench.lab import Lab


def test_what_no_plate_can_have_is_not_kept(empty_catalog: Catalog) -> None:
    lab = Lab(empty_catalog)
    for content in (b"plate_barcode,well,x\nP1,A01,1\n", b"x\n1\n", b"", b"\xff\xfe\n\x00"):
        with pytest.raises(InputError, match="names no plate of ours"):
            lab.pushed.keep(content, "../a b.csv")
    with pytest.raises(UnknownNameError, match="no plate 'P1'"):
        lab.pushed.keep(b"well,x\nA01,1\n", barcode="P1")
    assert not empty_catalog.settings.files.exists()


@pytest.mark.parametrize("name", ["", "E-1", "E-1." + "0" * 64, "../../x", "E-1." + "../" * 21 + "a"])
def test_an_unknown_plan_is_named(empty_catalog: Catalog, name: str) -> None:
    with pytest.raises(UnknownNameError, match="no plan"):
        Lab(empty_catalog).pushed.understand(name)
