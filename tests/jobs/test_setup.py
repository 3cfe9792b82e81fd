"""Setting up fills what is missing and nothing else; training compares and decides."""

from workbench.jobs.setup import missing


def test_a_filled_catalog_lacks_nothing_and_an_empty_one_everything(shared_lab, empty_catalog):
    assert not any(missing(shared_lab.catalog).values())
    todo = missing(empty_catalog)
    assert "l1000_orf_u2os" in todo["import_dataset"]
    assert set(todo["train"]) == {"bbbc021", "cellbox", "l1000_orf", "nelisa", "norman19", "simulated"}
    assert "bbbc021" in todo["build_map"]


def test_a_removed_data_set_is_missing_again(lab):
    lab.data.remove("screen_il2")
    assert missing(lab.catalog)["import_dataset"] == ["screen_il2"]


def test_setting_up_again_changes_nothing(lab):
    before = lab.catalog.lake.current_snapshot()
    assert lab.jobs.run("setup", inline=True).result_id == str(len(lab.data.list()))
    assert lab.catalog.lake.current_snapshot() == before
