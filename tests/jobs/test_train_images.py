"""From the bundled fields or a folder to weights and a card; runs that are interrupted or cancelled."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.catalog import jobs as records
from workbench.catalog import models as versions
from workbench.catalog.datasets import import_dataset
from workbench.errors import DataQualityError, JobError
from workbench.jobs import train_images as job
from workbench.jobs.engine.run import JobRun, plain_step
from workbench.lab import Lab
from workbench.settings import Settings
from workbench.training.checkpoint import load_checkpoint
from workbench.training.image_recipe import read_image_recipe

STEPS = 3  # enough to go through every part; how well it learns is measured by the benchmark
FIELDS = "cell_painting_images"


@pytest.fixture
def images_lab(tmp_path):
    """A catalog with the bundled fields and nothing else."""
    lab = Lab.open(Settings(home=tmp_path / "home", mirror=None))
    import_dataset(lab.catalog, FIELDS)
    yield lab
    lab.close()


@pytest.fixture(autouse=True)
def small_recipe(monkeypatch):
    """The recipe of the bundled fields with a smaller network and batch."""
    sizes = {"width": 16, "depth": 1, "heads": 2, "decoder_width": 16, "decoder_depth": 1}
    whole = read_image_recipe("camae_small")
    small = replace(whole, crops_a_step=2, hyperparameters=whole.hyperparameters | sizes)
    monkeypatch.setattr(job, "read_image_recipe", lambda _name: small)


def tiffs(folder, n=6, channels=5):
    from PIL import Image

    rng = np.random.default_rng(0)
    for i in range(n):
        first, *rest = [Image.fromarray(rng.integers(0, 255, (140, 150)).astype(np.uint8)) for _ in range(channels)]
        first.save(folder / f"field {i}.tif", save_all=True, append_images=rest)
    return folder


def test_a_trial_gives_weights_and_a_card_that_says_what_it_is_worth(images_lab):
    lab = images_lab
    version = lab.models.get(lab.models.train_images(steps=STEPS, inline=True).result_id)
    assert version.name == "image_embedding-v1"
    assert version.architecture == "camae"
    assert version.state == "rejected"  # three steps teach nothing, and it is said
    assert "Not better than the mean patch" in version.card["decision"]
    assert len(version.training_set["images"]) == 8
    assert not set(version.training_set["images"]) & set(version.training_set["held_out"])
    scores = {(row["metric"], row["reference"]): row for row in version.card["suite"]}
    assert scores["pixels", "model"]["n"] == 2
    assert scores["pixels", "mean patch"]["value"] == pytest.approx(1, abs=0.05)
    assert not list((lab.settings.cache / "training").glob("*")), "what a finished run kept for resuming is removed"


class Killed(BaseException):
    """The worker dies: no job may catch it."""


def test_a_killed_run_goes_on_at_its_leg_and_ends_with_the_same_weights(images_lab, monkeypatch, tmp_path):
    """Steps that had finished are not run again; the weights are those of a run that was never interrupted."""
    monkeypatch.setattr(job, "STEPS_A_LEG", 1)
    folder, done = str(tiffs(tmp_path)), {}

    def run(job_id, die_at=""):
        def step(name, function, arguments):
            if (job_id, name) not in done:
                if name == die_at:
                    function(*arguments)  # the work is done, its result is lost
                    raise Killed
                done[job_id, name] = plain_step(name, function, arguments)
            return done[job_id, name]

        records.create_job(images_lab.catalog, "train_images", "", {}, "test", key=job_id)
        return job.train_images(JobRun(images_lab.catalog, job_id, "test", step), "camae_small", folder, STEPS)

    whole = versions.get_version(images_lab.catalog, run("whole"))
    with pytest.raises(Killed):
        run("killed", die_at="fit 1")
    again = versions.get_version(images_lab.catalog, run("killed"))
    assert again.weights_sha256 == whole.weights_sha256
    assert again.version_id != whole.version_id


def test_a_cancelled_run_stops_within_a_leg(images_lab):
    record = records.create_job(images_lab.catalog, "train_images", "", {}, "test")
    records.cancel_job(images_lab.catalog, record.job_id, "test")
    run = JobRun(images_lab.catalog, record.job_id, "test", plain_step)
    with pytest.raises(JobError, match="cancelled"):
        job._leg(run, read_image_recipe("camae_small"), "", 0, "")


def test_own_images_of_a_folder(images_lab, tmp_path):
    folder = tiffs(tmp_path)
    version = images_lab.models.get(images_lab.models.train_images(folder=folder, steps=STEPS, inline=True).result_id)
    assert version.training_set["held_out"] == ["field 0.tif", "field 5.tif"]
    assert version.training_set["source"] == str(folder)
    assert load_checkpoint(images_lab.settings.weights, version.weights_sha256)[1]["config"]["channels"] == 5
    (tmp_path / "grey").mkdir()
    with pytest.raises(
        DataQualityError, match=r"0 images to train on and 0 to hold out have 5 channels \(of 2 images\)"
    ):
        images_lab.models.train_images(folder=tiffs(tmp_path / "grey", 2, 3), steps=STEPS, inline=True)
