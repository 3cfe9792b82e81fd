import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog.importers.columns import first_of, looks_like_a_date, normal_well


@pytest.mark.parametrize(
    ("text", "well"),
    [
        ("A1", "A01"), ("a01", "A01"), ("A-1", "A01"), (" h12 ", "H12"), ("P24", "P24"), ("AF48", "AF48"),
        ("AG1", None), ("BA1", None), ("A49", None), ("A0", None), ("12", None), ("", None), ("<b>A1</b>", None),
    ],
)  # fmt: skip
def test_wells_are_written_one_way(text: str, well: str | None) -> None:
    assert normal_well(text) == well


@given(st.integers(1, 26), st.integers(1, 48))
def test_a_normal_well_stays_as_it_is(row: int, column: int) -> None:
    well = f"{chr(64 + row)}{column:02d}"
    assert normal_well(well) == well


@pytest.mark.parametrize("symbol", ["1-Mar", "2-Sep", "Mar-01", "1-Dec", "2023-03-01", "01/03/2023", "44621"])
def test_genes_that_became_dates_are_seen(symbol: str) -> None:
    assert looks_like_a_date(symbol)


def test_no_gene_of_the_bundled_sets_looks_like_a_date(loaded) -> None:
    symbols = set(loaded("periscope", "gene")["Metadata_Symbol"]) | set(
        loaded("l1000_orf_u2os", "gene")["Metadata_Symbol"]
    )
    assert [symbol for symbol in symbols if looks_like_a_date(symbol)] == []
    assert not looks_like_a_date("MARCHF1")
    assert not looks_like_a_date("NA")


def test_the_first_wanted_column_is_found_whatever_its_case() -> None:
    assert first_of(["Score", "GENE"], ("symbol", "gene")) == "GENE"
    assert first_of(["a"], ("b",)) is None
