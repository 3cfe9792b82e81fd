from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.views.plate_heatmap import PlateHeatmap

SVG = "{http://www.w3.org/2000/svg}"


def plate(wells: list[str]) -> pd.DataFrame:
    rest = len(wells) - 1
    return pd.DataFrame(
        {
            "Metadata_Well": wells,
            "strength": np.arange(len(wells), dtype=float),
            "is_control": [True] + [False] * rest,
            "Metadata_Name": ["DMSO"] + ["<b>drug</b>"] * rest,
        }
    )


@pytest.mark.parametrize(("last", "columns"), [("H12", 12), ("P24", 24), ("AF48", 48)])
def test_the_format_follows_from_the_wells(last: str, columns: int) -> None:
    tree = ElementTree.fromstring(PlateHeatmap(plate(["A01", last]), "strength", marked=last).svg())
    heads = [item.text for item in tree.iter(f"{SVG}text")]
    assert str(columns) in heads
    assert str(columns + 1) not in heads
    assert len(list(tree.iter(f"{SVG}circle"))) == 1  # the treated well; controls are squares
    assert [item.attrib["stroke"] for item in tree.iter(f"{SVG}rect") if item.attrib["fill"] == "none"] == ["#E8590C"]


def test_missing_numbers_and_hostile_names_are_drawn() -> None:
    wells = plate(["A01", "A02", "B01"])
    wells.loc[1, "strength"] = np.nan
    svg = PlateHeatmap(wells, "strength", signed=True).svg()
    assert "<b>" not in svg
    assert ElementTree.fromstring(svg) is not None


def test_bad_wells_and_columns_are_named() -> None:
    with pytest.raises(InputError, match="'moon'"):
        PlateHeatmap(plate(["moon"]), "strength").svg()
    with pytest.raises(InputError, match="larger than 1,536"):
        PlateHeatmap(plate(["A99"]), "strength").svg()
    with pytest.raises(InputError, match="effect"):
        PlateHeatmap(plate(["A01"]), "effect")
