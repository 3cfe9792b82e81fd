import tomllib
from pathlib import Path

import pandas as pd

ENTRY = Path(__file__).parents[3] / "data_catalog" / "bbbc021.toml"


def test_counts_are_those_of_the_source(loaded) -> None:
    wells = loaded("bbbc021", "well")
    assert len(wells) == 632
    assert wells["is_control"].sum() == 330
    assert (wells[wells["is_control"]].groupby("Metadata_Plate").size() == 6).all()
    assert wells["Metadata_Plate"].nunique() == 55
    assert wells["Metadata_Batch"].nunique() == 10
    assert len(loaded("bbbc021", "response")) == 103
    assert len(loaded("bbbc021", "compound")) == 39


def test_structures_are_given_only_where_the_jump_table_proves_them(loaded) -> None:
    jump = loaded("cpjump1", "compound").set_index("Metadata_InChIKey")["Metadata_Name"]
    claimed = tomllib.loads(ENTRY.read_text())["options"]["structures"]
    assert len(claimed) == 5
    for name, key in claimed.items():
        assert jump[key].lower() == name
    keys = loaded("bbbc021", "compound")["Metadata_InChIKey"]
    assert keys.str.startswith("NAME:").sum() == 39 - len(claimed)


def test_a_dose_is_part_of_the_perturbation(loaded) -> None:
    doses = loaded("bbbc021", "perturbation")
    doses = doses[doses["kind"] == "compound"]
    assert len(doses) == 103
    taxol = doses[doses["perturbation_id"].str.startswith("compound:NAME:taxol@")]
    assert len(taxol) > 1
    assert pd.Series([dose for row in taxol["dose_um"] for dose in row]).is_unique
