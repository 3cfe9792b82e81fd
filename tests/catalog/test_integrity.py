from pathlib import Path

import pytest

from tests.conftest import copy_home
from workbench.catalog.datasets import get_dataset, import_dataset, list_datasets
from workbench.catalog.integrity import fingerprints, verify_dataset
from workbench.catalog.store import Catalog
from workbench.settings import Settings


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed catalog with one data set; only copy it."""
    home = tmp_path_factory.mktemp("sound")
    catalog = Catalog.open(Settings(home=home, mirror=None))
    import_dataset(catalog, "cellbox_skmel133")
    catalog.close()
    return home


def test_all_that_was_imported_verifies(imported: Catalog) -> None:
    for dataset in list_datasets(imported):
        report = verify_dataset(imported, dataset)
        assert report["ok"], report
        assert report["notes"] == []


def test_the_same_files_give_the_same_content_in_another_catalog(imported: Catalog, empty_catalog: Catalog) -> None:
    again = import_dataset(empty_catalog, "l1000_orf_u2os")
    assert again.quality["content"] == get_dataset(imported, "l1000_orf_u2os").quality["content"]
    assert again.quality["content"] == fingerprints(empty_catalog.lake.value, "l1000_orf_u2os")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE lake.response SET n = 9 WHERE dataset = $1", "content of table response"),
        ("DELETE FROM lake.feature WHERE dataset = $1 AND i_feature = 3", "table feature holds 86 rows"),
        ("DELETE FROM lake.perturbation WHERE dataset = $1", "responses are of a perturbation that is not described"),
        ("INSERT INTO lake.profile VALUES ('lost', $1, [1.0])", "1 profiles belong to no well"),
        ("INSERT INTO lake.profile VALUES ('lost', $1, ['nan'::FLOAT])", "hold a value that is not a number"),
    ],
)
def test_every_kind_of_damage_is_named(sound: Path, tmp_path: Path, change: str, problem: str) -> None:
    catalog = Catalog.open(Settings(home=copy_home(sound, tmp_path / "home"), mirror=None))
    with catalog.lake.writing("damage") as cursor:
        cursor.execute(change, ["cellbox_skmel133"])
    report = verify_dataset(catalog, get_dataset(catalog, "cellbox_skmel133"))
    catalog.close()
    assert not report["ok"]
    assert any(problem in text for text in report["problems"]), report["problems"]
