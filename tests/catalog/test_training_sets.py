"""Splits, task wells, predictions, metrics and model versions in the catalog."""

import numpy as np
import pytest

from workbench.catalog import metrics, models, people, predictions, splits
from workbench.catalog.store import new_id
from workbench.catalog.training_sets import read_task_wells
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.nouns import ModelVersion


def test_task_wells_of_real_data(shared_lab):
    wells = read_task_wells(shared_lab.catalog.lake, "l1000_orf_u2os", "l1000_orf", "U2OS|72h|")
    assert wells.values.shape == (934 + 72, 978)
    assert wells.is_control.sum() == 72
    assert not wells.is_lab.any()
    with pytest.raises(UnknownNameError, match="no wells in"):
        read_task_wells(shared_lab.catalog.lake, "l1000_orf_u2os", "l1000_orf", "HeLa||")


def test_a_split_is_written_once(empty_catalog):
    splits.write_split(empty_catalog, "d", "s", {"a": "train", "b": "held_out"}, 0)
    splits.write_split(empty_catalog, "d", "s", {"a": "train", "b": "held_out"}, 0)
    assert splits.read_split(empty_catalog, "d", "s") == {"a": "train", "b": "held_out"}
    with pytest.raises(ConflictError, match="never changed"):
        splits.write_split(empty_catalog, "d", "s", {"a": "held_out"}, 0)


def test_a_kept_prediction_is_the_one_that_was_made(lab):
    said = lab.cells.predict(lab.cells.perturbations("cellbox")["perturbation_id"].iloc[3], task="cellbox")
    predictions.write_prediction(lab.catalog, said, "ann")
    predictions.write_prediction(lab.catalog, said, "ann")
    again = predictions.read_prediction(lab.catalog, said.prediction_id)
    for name in ("delta", "low", "high", "baseline"):
        np.testing.assert_array_equal(getattr(again, name), getattr(said, name))
    assert (again.perturbation, again.context, again.verdict) == (said.perturbation, said.context, said.verdict)
    (row,) = predictions.find_predictions(lab.catalog, compound=said.perturbation.compounds[0])
    assert row["prediction_id"] == said.prediction_id
    with pytest.raises(UnknownNameError, match="'nothing'"):
        predictions.read_prediction(lab.catalog, "nothing")


def test_metrics_are_kept_once(empty_catalog):
    row = {"metric": "pds", "value": 0.6, "low": 0.5, "high": 0.7, "n": 38, "reference": "model"}
    for _ in range(2):
        metrics.write_metrics(empty_catalog, "v1", "model version", "suite", [row])
    table = metrics.read_metrics(empty_catalog, "v1")
    assert table[["metric", "value", "n"]].to_dict("records") == [{"metric": "pds", "value": 0.6, "n": 38}]


def make(catalog, parent=None):
    version = ModelVersion(new_id(), "", "t", "mean", "candidate", "w", "r", 1, "c", parent=parent)
    return models.register_version(catalog, version)


def test_promotion_is_compare_and_set_and_can_be_rolled_back(empty_catalog):
    one = make(empty_catalog)
    assert one.name == "t-v1"
    models.decide(empty_catalog, one.version_id, promoted=True, instead_of=None)
    two, three = make(empty_catalog, one.version_id), make(empty_catalog, one.version_id)
    models.decide(empty_catalog, two.version_id, promoted=True, instead_of=one.version_id)
    with pytest.raises(ConflictError, match="t-v2"):
        models.decide(empty_catalog, three.version_id, promoted=True, instead_of=one.version_id)
    models.decide(empty_catalog, three.version_id, promoted=False, instead_of=None)
    states = {v.name: v.state for v in models.list_versions(empty_catalog, "t")}
    assert states == {"t-v1": "retired", "t-v2": "promoted", "t-v3": "rejected"}
    for name in ("ada", "bob"):
        people.ensure_person(empty_catalog, name)  # the first one is admin
    with pytest.raises(InputError, match="bob is a scientist"):
        models.roll_back(empty_catalog, "t", "bob")
    assert models.roll_back(empty_catalog, "t", "ada", "it forgot TP53").name == "t-v1"
    (kept,) = models.list_comparisons(empty_catalog, "t")
    assert (kept.old, kept.new, kept.decision) == ("t-v2", "t-v1", "rolled back")
    assert kept.reason == "ada took t-v2 back: it forgot TP53."
    with pytest.raises(UnknownNameError, match="no earlier"):
        models.roll_back(empty_catalog, "t", "ada")
