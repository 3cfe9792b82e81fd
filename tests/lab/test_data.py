from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.lab import Lab
from workbench.settings import Settings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with three small data sets, imported as jobs in this process."""
    lab = Lab.open(Settings(home=tmp_path_factory.mktemp("lab"), mirror=None, person="tester"))
    for name in ("nelisa_jump_target", "cell_painting_images", "screen_scharenberg"):
        assert lab.data.import_(name, inline=True).state == "done"
    yield lab
    lab.close()


def test_imported_and_waiting_sets_are_told_apart(made: Lab) -> None:
    assert [item.dataset for item in made.data.list()] == [
        "cell_painting_images", "nelisa_jump_target", "screen_scharenberg",
    ]  # fmt: skip
    available = {item.dataset: item.imported_at for item in made.data.available()}
    assert available["bbbc021"] is None
    assert available["nelisa_jump_target"] is not None
    assert made.data.get("nelisa_jump_target").n_features == 191


def test_wells_plates_and_responses(made: Lab) -> None:
    profiles = made.data.profiles("nelisa_jump_target")
    assert profiles.values.shape == (1525, 191)
    plates = made.data.plates("nelisa_jump_target")
    table = made.data.plate("nelisa_jump_target", plates[0])
    treated = table.loc[~table["is_control"].astype(bool), "perturbation_id"].iloc[0]
    response = made.data.response("nelisa_jump_target", treated)
    assert response.delta.shape == (191,)
    assert made.data.responses(compound=treated.removeprefix("compound:"))[0].perturbation == response.perturbation
    assert made.data.responses(gene="TFEB") == [] or made.data.responses(gene="TFEB")[0].dataset == "screen_scharenberg"


def test_images(made: Lab) -> None:
    (first, *_) = made.data.images(well="N09")
    pixels, channels = made.data.image(first["image_id"])
    assert pixels.shape == (len(channels), 540, 540)


def test_a_file_is_understood_imported_exported_and_removed(made: Lab, tmp_path: Path) -> None:
    path = tmp_path / "screen.csv"
    path.write_text("gene,score\nTP53,1\nNA,2\n1-Mar,3\n")
    plan = made.data.understand(path, "mine")
    assert plan.counts["response"] == 2
    job = made.data.import_file(plan)
    assert (job.state, job.result_id) == ("done", "mine")
    assert made.data.rejects("mine")["value"].tolist() == ["1-Mar"]
    assert (made.data.export("mine", tmp_path) / "ATTRIBUTION.txt").exists()
    assert made.data.verify("mine")[0]["ok"]
    made.data.remove("mine")
    with pytest.raises(UnknownNameError):
        made.data.get("mine")


def test_a_failed_import_is_a_failed_job_and_leaves_nothing(made: Lab, tmp_path: Path) -> None:
    before = made.data.snapshots()[0].snapshot
    with pytest.raises(InputError, match="GPL"):
        made.data.import_("omnipath", inline=True)
    (job, *_) = made.jobs.list(limit=1)
    assert (job.kind, job.state) == ("import_dataset", "failed")
    with pytest.raises(InputError, match="no file or folder"):
        made.data.import_("omnipath", file=tmp_path / "gone", inline=True)
    assert made.data.snapshots()[0].snapshot == before


def test_everything_verifies_and_can_be_asked_in_sql(made: Lab) -> None:
    assert all(report["ok"] for report in made.data.verify())
    frame = made.data.sql("SELECT count(*) AS n FROM lake.well WHERE dataset = 'nelisa_jump_target'")
    assert frame["n"].tolist() == [1525]
    assert {"well", "profile", "response"} <= set(made.data.tables()["table_name"])
    assert any(snapshot.message == "import nelisa_jump_target" for snapshot in made.data.snapshots())
