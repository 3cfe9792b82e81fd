import pytest

from tests.mapped import InlineRun
from workbench.catalog.datasets import list_datasets
from workbench.catalog.entries import file_sha256
from workbench.catalog.store import Catalog
from workbench.errors import InputError
from workbench.jobs.import_file import import_file


def test_a_file_is_read_then_written(empty_catalog: Catalog, tmp_path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("gene,score\nTP53,1\n")
    run = InlineRun(empty_catalog)
    assert import_file(run, [str(path)], "mine", file_sha256(path)) == "mine"
    assert run.steps == ["check", "write"]
    assert [item.dataset for item in list_datasets(empty_catalog)] == ["mine"]


def test_a_file_that_changed_after_the_plan_was_shown_is_refused(empty_catalog: Catalog, tmp_path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("gene,score\nTP53,1\n")
    seen = file_sha256(path)
    path.write_text("gene,score\nTP53,-1\n")
    with pytest.raises(InputError, match="changed since"):
        import_file(InlineRun(empty_catalog), [str(path)], "mine", seen)
    assert list_datasets(empty_catalog) == []
