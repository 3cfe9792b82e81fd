import json
from pathlib import Path

import pandas as pd

BUNDLED = Path(__file__).parents[3] / "data_catalog" / "bundled" / "periscope"


def test_counts_are_those_of_the_source(loaded) -> None:
    wells = loaded("periscope", "well")
    assert wells["Metadata_Plate"].value_counts().to_dict() == {"HeLa_DMEM": 20392, "HeLa_HPLM": 20392, "A549": 1089}
    assert wells["is_control"].sum() == 2 * 3472  # genes without expression in each HeLa screen
    assert not wells.loc[wells["Metadata_Plate"] == "A549", "is_control"].any()


def test_screens_are_contexts(loaded) -> None:
    wells = loaded("periscope", "well")
    contexts = wells.groupby("Metadata_Plate")["context_id"].unique().map(list)
    assert all(len(found) == 1 for found in contexts)
    assert len({found[0] for found in contexts}) == 3


def test_the_authors_map_and_score_are_kept(loaded) -> None:
    notes = loaded("periscope", "well")["annotations"].map(json.loads)
    assert sum("umap_x" in note for note in notes) == 1930 + 1553 + 1089
    assert sum("signal_score" in note for note in notes) == 2 * 16919


def test_cells_are_those_of_the_guides_of_each_gene(loaded) -> None:
    guides = pd.read_parquet(BUNDLED / "guide_cell_counts.parquet")
    wells = loaded("periscope", "well").set_index(["Metadata_Plate", "Metadata_Well"])["cell_count"]
    expected = guides.groupby(["screen", "Gene"])["cell_count"].sum()
    common = wells.dropna().index
    assert len(common) > 41_000
    assert (wells[common] == expected[common]).all()


def test_genes_that_the_source_has_as_dates_are_refused(imported) -> None:
    rows = imported.lake.rows("SELECT value, reason FROM lake.reject WHERE dataset = 'periscope'")
    assert {"1-Mar", "1-Dec", "9-Sep"} <= {row["value"] for row in rows}
    assert all("date" in row["reason"] for row in rows)
    guides = pd.read_parquet(BUNDLED / "guide_cell_counts.parquet")
    assert not {row["value"] for row in rows} & set(guides["Gene"][guides["Gene"].str.match(r"[A-Z]")])
