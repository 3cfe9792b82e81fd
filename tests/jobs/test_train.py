"""Training on the planted truth: beats mean and null, is compared on the held-out genes, repeats harmlessly."""

import numpy as np

from workbench.jobs.engine.queue import run_job
from workbench.jobs.predict import predict
from workbench.jobs.train import train


def test_the_first_version_beats_mean_and_null_on_planted_truth(shared_lab):
    table = shared_lab.models.metrics(shared_lab.models.list("simulated")[-1].name)
    value = table.set_index(["metric", "reference"])
    assert value.loc[("pds", "model"), "low"] > value.loc[("pds", "permuted null"), "value"]
    assert value.loc[("rdmean", "model"), "low"] > 0
    assert value.loc[("mae", "model"), "value"] < value.loc[("mae", "mean"), "value"]


def test_training_again_on_the_same_data_gives_the_same_weights_and_a_comparison(lab):
    old = lab.models.promoted("simulated")
    job = lab.models.train("simulated", inline=True)
    new = lab.models.get(job.result_id)
    assert new.weights_sha256 == old.weights_sha256
    (made,) = lab.models.comparisons("simulated")
    assert (made.old, made.new) == (old.name, new.name)
    assert all(row["difference"] == 0 for row in made.rows)
    assert {row["n"] for row in made.rows} == {16}


def test_a_job_that_is_run_twice_is_one_version(lab):
    first = run_job(lab.catalog, "train", inline=True, key="same", task="simulated")
    again = run_job(lab.catalog, "train", inline=True, key="same", task="simulated")
    assert first == again
    assert [v.version_id for v in lab.models.list("simulated")].count("same") == 1


def test_coverage_on_held_out_genes_is_near_the_level(lab):
    lab.models.train("l1000_orf", inline=True)
    row = next(r for r in lab.models.comparisons("l1000_orf")[0].rows if r["metric"] == "coverage")
    assert 0.85 < row["new"] < 0.95


def test_the_predict_job_keeps_what_it_answers(lab):
    job = lab.jobs.run("predict", task="simulated", perturbation_id="over-expression:SIM-005", inline=True)
    kept = lab.cells.prediction(job.result_id)
    np.testing.assert_array_equal(kept.delta, lab.cells.predict("over-expression:SIM-005", task="simulated").delta)
    assert callable(predict)
    assert callable(train)
