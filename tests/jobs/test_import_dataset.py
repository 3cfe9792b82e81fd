import pytest

from tests.mapped import InlineRun
from workbench.catalog.datasets import list_datasets
from workbench.catalog.store import Catalog
from workbench.errors import InputError, UnknownNameError
from workbench.jobs.import_dataset import import_dataset


def test_the_files_are_checked_before_anything_is_written(empty_catalog: Catalog) -> None:
    run = InlineRun(empty_catalog)
    assert import_dataset(run, "cellbox_skmel133") == "cellbox_skmel133"
    assert run.steps == ["check", "write"]
    assert import_dataset(InlineRun(empty_catalog), "cellbox_skmel133") == "cellbox_skmel133"
    assert [item.n_rows for item in list_datasets(empty_catalog)] == [89]


def test_a_file_that_is_brought_is_checked_too(empty_catalog: Catalog, tmp_path) -> None:
    file = tmp_path / "tf_targets_trrust.parquet"
    file.write_bytes(b"not the file")
    with pytest.raises(InputError, match="sha256"):
        import_dataset(InlineRun(empty_catalog), "trrust", str(file))
    with pytest.raises(InputError, match="no file or folder 'elsewhere'"):
        import_dataset(InlineRun(empty_catalog), "trrust", str(tmp_path / "elsewhere"))
    with pytest.raises(UnknownNameError, match="bbbc021"):
        import_dataset(InlineRun(empty_catalog), "bbbc022")
    assert list_datasets(empty_catalog) == []
