"""Scores of folds: what each reference is, that nothing of the test rows reaches a baseline, hostile predictions."""

import numpy as np
import pytest

from workbench.errors import DataQualityError, InputError
from workbench.evaluation.evaluate import (
    Predicted,
    matched_mean,
    permuted_identity,
    score_folds,
    score_null,
    strong_rows,
    top_k_of,
)
from workbench.evaluation.split import Fold, folds_by_group, folds_of_pairs


@pytest.fixture(scope="module")
def scores(planted, ridge):
    return score_folds(planted[0], ridge, folds_by_group(planted[0].units, 5, 0))


def test_every_row_is_scored_once_by_every_reference(scores, planted):
    assert set(scores) == {"zero", "mean", "matched mean", "model", "replicate ceiling"}
    assert all(np.isfinite(found["mae"]).all() for found in scores.values())
    assert {"coverage", "crps", "error_against_spread"} <= scores["model"].keys()
    assert "coverage" not in scores["mean"]


def test_the_mean_is_at_chance_and_a_model_that_knows_is_not(scores):
    np.testing.assert_array_equal(scores["mean"]["rdmean"], 0)
    np.testing.assert_array_equal(scores["mean"]["pds"], 0.5)
    assert scores["zero"]["pds"].mean() == pytest.approx(0.5)
    assert scores["model"]["pds"].mean() > 0.75
    assert scores["model"]["rdmean"].mean() > 0.4
    assert scores["matched mean"]["mae"].mean() < scores["mean"]["mae"].mean()


def test_truth_reaches_no_prediction(planted, ridge, scores):
    other = planted[0]._replace(truth=np.random.default_rng(1).normal(size=planted[0].truth.shape))
    found = score_folds(other, ridge, folds_by_group(other.units, 5, 0))
    assert abs(found["model"]["rdmean"].mean()) < 0.1
    assert found["model"]["pds"].mean() == pytest.approx(0.5, abs=0.08)


def test_a_control_shared_by_training_and_truth_is_seen_only_in_rd(planted, ridge):
    """The trap of this data: noise of one control in every response makes the mean look like skill."""
    measured = planted[0]
    rng = np.random.default_rng(2)
    nothing = rng.normal(size=measured.truth.shape)
    shared = rng.normal(size=measured.truth.shape[1])
    folds = folds_by_group(measured.units, 5, 0)
    apart = score_folds(measured._replace(known=nothing, truth=nothing), ridge, folds)["mean"]
    same = score_folds(measured._replace(known=nothing + shared, truth=nothing + shared), ridge, folds)
    assert same["mean"]["rd"].mean() > apart["rd"].mean() + 0.3
    assert abs(same["zero"]["rdmean"].mean()) < 0.9
    np.testing.assert_array_equal(same["mean"]["rdmean"], 0)


def test_permuted_units_stay_whole_and_lose_the_skill(planted, ridge, scores):
    measured = planted[0]
    fold = folds_by_group(measured.units, 5, 0)[0]
    identity = permuted_identity(measured.units, fold.train, np.random.default_rng(0))
    np.testing.assert_array_equal(identity[fold.test], fold.test)
    for unit in np.unique(measured.units[fold.train]):
        assert len(np.unique(measured.units[identity[(measured.units == unit)]])) == 1
    assert set(measured.units[identity[fold.train]]) == set(measured.units[fold.train])
    null = score_null(measured, ridge, folds_by_group(measured.units, 5, 0), np.random.default_rng(0))
    assert null["pds"].mean() < 0.62
    assert null["pds"].mean() < scores["model"]["pds"].mean() - 0.15


def test_the_matched_mean_of_a_pair_is_that_of_its_singles(planted):
    measured = planted[0]._replace(
        parts=(("a",), ("b",), ("a", "b"), ("c",)), units=np.array(list("abxc")), contexts=np.array(["A"] * 4),
        known=planted[0].known[:4], truth=planted[0].truth[:4], agreement=planted[0].agreement[:4], replicates=None,
    )  # fmt: skip
    fold = Fold("pairs", np.array([0, 1, 3]), np.array([2]))
    np.testing.assert_allclose(matched_mean(measured, fold)[0], measured.known[:2].mean(axis=0))
    assert matched_mean(measured, Fold("one", np.array([1, 3]), np.array([2]))) is None
    with pytest.raises(InputError, match="two are needed"):
        folds_of_pairs(measured.parts, 2, 0)


def test_strong_rows_are_the_top_fifth_of_those_with_replicates():
    strong = strong_rows(np.array([0.1, 0.9, np.nan, 0.3, 0.2, 0.5]))
    assert np.flatnonzero(strong).tolist() == [1]
    assert not strong_rows(np.full(4, np.nan)).any()
    assert [top_k_of(n) for n in (3, 40, 87, 978)] == [3, 5, 8, 50]


def test_strange_predictions_and_rows_are_named(planted, ridge):
    measured, folds = planted[0], folds_by_group(planted[0].units, 5, 0)
    with pytest.raises(InputError, match="rows × readouts"):
        score_folds(measured, lambda train, test, identity: Predicted(np.zeros((1, 40))), folds)
    with pytest.raises(InputError, match="not a number"):
        score_folds(measured, lambda train, test, identity: Predicted(np.full((len(test), 40), np.nan)), folds)
    with pytest.raises(DataQualityError, match="units 3"):
        score_folds(measured._replace(units=measured.units[:3]), ridge, folds)
    with pytest.raises(DataQualityError, match="0 test rows"):
        score_folds(measured, ridge, [Fold("none", np.arange(3), np.array([], dtype=int))])
