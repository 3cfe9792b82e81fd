import pytest

from workbench.catalog.datasets import import_dataset, import_own_files
from workbench.catalog.importers.plan import recognise
from workbench.catalog.store import Catalog
from workbench.errors import InputError

SCORES = "gene,score\nTP53,1\nFOOGENE,2\n1-Mar,3\n"


def test_a_plan_says_what_was_understood_and_writes_nothing(imported: Catalog, write_csv) -> None:
    before = imported.lake.current_snapshot()
    plan = recognise(imported, write_csv(SCORES), "mine")
    text = "\n".join(plan.lines())
    assert plan.importer == "gene scores"
    assert "score column: score" in text
    assert "row 3, gene = '1-Mar'" in text
    assert "1 of 2 gene symbols are not known here (FOOGENE)" in text
    assert imported.lake.current_snapshot() == before


@pytest.mark.parametrize("name", ["", "a b", "../x", "=x", "x" * 65, "bbbc021"])
def test_names_that_cannot_be_used_are_refused(imported: Catalog, write_csv, name: str) -> None:
    with pytest.raises(InputError, match=r"name of a data set|data set of the data catalog"):
        recognise(imported, write_csv(SCORES), name)


def test_a_file_of_no_kind_says_what_is_read(imported: Catalog, write_csv) -> None:
    with pytest.raises(InputError, match="a, b") as caught:
        recognise(imported, write_csv("a,b\n1,2\n"), "mine")
    for kind in ("profiles", "gene scores", "relations"):
        assert kind in caught.value.hint
    with pytest.raises(InputError, match="there is no file"):
        recognise(imported, write_csv(SCORES).with_name("gone.csv"), "mine")


def test_a_file_without_one_usable_row_is_refused(empty_catalog: Catalog, write_csv) -> None:
    before = empty_catalog.lake.current_snapshot()
    for text, reason in (("gene,score\n1-Mar,1\n", "date"), ("gene,score\n", "no rows")):
        with pytest.raises(InputError, match=f"no row of file.csv can be used: .*{reason}"):
            import_own_files(empty_catalog, write_csv(text), "mine")
    assert empty_catalog.lake.current_snapshot() == before


def test_former_names_of_genes_are_told(empty_catalog: Catalog, write_csv) -> None:
    import_dataset(empty_catalog, "hgnc")
    plan = recognise(empty_catalog, write_csv("gene,score\nTP53,1\nC14orf2,2\nMLL2,1\nFOOGENE,3\n"), "mine")
    told = next(note for note in plan.notes if "former names or aliases" in note)
    assert told.startswith("2 of them are former names")
    assert "C14orf2 is now ATP5MJ" in told
    assert any("3 of 4 gene symbols are not known here" in note for note in plan.notes)
