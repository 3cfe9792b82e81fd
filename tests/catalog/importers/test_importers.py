"""The registry of importers: one a kind of content, each saying what it needs; JUMP tables know their own."""

from pathlib import Path

import pandas as pd
import pytest

import workbench.catalog.importers as package
from workbench.catalog.importers import IMPORTERS
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.jump_tables import JumpTables
from workbench.catalog.importers.wishes import Wishes


def test_every_importer_lives_in_the_folder_and_says_what_it_needs() -> None:
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")}
    assert {entry.thing.__module__.rsplit(".", 1)[1] for entry in IMPORTERS} <= files
    assert len(IMPORTERS) >= 4
    for entry in IMPORTERS:
        assert len(entry.facts["needs"]) > 10, entry.name


@pytest.mark.parametrize(
    ("columns", "is_jump"),
    [
        ({"Metadata_JCP2022": ["JCP2022_1"], "Metadata_InChIKey": ["KEY"]}, True),
        ({"Metadata_Source": ["s1"], "Metadata_Plate": ["P1"], "Metadata_Batch": ["b1"]}, True),
        ({"Metadata_JCP2022": ["JCP2022_1"], "Cells_AreaShape_Area": [3.5]}, False),
        ({"gene": ["TP53"], "score": [1.0]}, False),
    ],
)
def test_jump_tables_are_those_without_measurements(tmp_path: Path, columns: dict, is_jump: bool) -> None:
    pd.DataFrame(columns).to_csv(tmp_path / "table.csv", index=False)
    assert JumpTables().accepts(open_table(tmp_path / "table.csv"), Wishes()) is is_jump
