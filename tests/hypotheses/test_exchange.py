from workbench.catalog.safe_csv import to_csv
from workbench.hypotheses.exchange import COLUMNS, plate_map
from workbench.nouns import Plate, Well


def test_a_plate_map_names_everything_the_bench_needs() -> None:
    wells = (
        Well("WB1", "B02", "treatment", "over-expression:BRAF/R1", "BRAF", "01H", 2),
        Well("WB1", "B03", "negative control", "control:vector", "vector", None, 2),
    )
    table = plate_map(Plate("WB1", "E", 96, wells, 2), {"01H": "H-12"})
    assert tuple(table.columns) == COLUMNS
    assert table["hypothesis"].tolist() == ["H-12", ""]
    assert table["well"].tolist() == ["B02", "B03"]


def test_names_that_look_like_formulas_cannot_run_in_a_spreadsheet() -> None:
    wells = (Well("WB1", "B02", "treatment", "compound:KEY", '=HYPERLINK("http://x")', None, 1),)
    text = to_csv(plate_map(Plate("WB1", "E", 96, wells), {}))
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text
