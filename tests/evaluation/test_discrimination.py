"""Discrimination: chance, ties, scale and mask in both normalisations (cell-eval's and Systema's)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.evaluation import discrimination as pds

RNG = np.random.default_rng(0)
TRUTH = RNG.normal(size=(9, 40))
REFERENCE = TRUTH.mean(axis=0)


@pytest.mark.parametrize("distance", list(pds.DISTANCES))
def test_a_perfect_prediction_scores_one_and_a_constant_one_is_at_chance(distance):
    assert pds.discrimination_score(TRUTH, TRUTH, distance).tolist() == [1.0] * 9
    assert pds.discrimination_share(TRUTH, TRUTH, distance).tolist() == [1.0] * 9
    constant = np.tile(TRUTH[3] + 0.1, (9, 1))
    assert pds.discrimination_score(constant, TRUTH, distance).mean() == pytest.approx((9 + 1) / (2 * 9), abs=1e-12)
    assert pds.discrimination_share(constant, TRUTH, distance).mean() == pytest.approx(0.5, abs=1e-12)


def test_no_prediction_at_all_is_half_by_ties_and_the_mean_too():
    zero, mean = np.zeros_like(TRUTH), np.tile(REFERENCE, (9, 1))
    np.testing.assert_array_equal(pds.discrimination_share(zero, TRUTH, "cosine"), 0.5)
    np.testing.assert_array_equal(pds.discrimination(mean, TRUTH, REFERENCE), 0.5)
    assert pds.discrimination(zero, TRUTH, REFERENCE).mean() == pytest.approx(0.5)


def test_ten_times_the_prediction_changes_the_l1_form_and_not_the_cosine_form():
    rough = TRUTH + RNG.normal(size=TRUTH.shape)
    for form in (pds.discrimination_score, pds.discrimination_share):
        np.testing.assert_array_equal(form(10 * rough, TRUTH, "cosine"), form(rough, TRUTH, "cosine"))
    sizes = TRUTH * np.linspace(0.1, 3, 9)[:, None]
    one, ten = (pds.discrimination_score(k * (sizes + rough), sizes, "l1").mean() for k in (1, 10))
    assert one != ten
    scaled = REFERENCE + 10 * (TRUTH - REFERENCE)
    np.testing.assert_allclose(pds.discrimination(scaled, TRUTH, REFERENCE), 1)


def test_permuted_predictions_are_at_chance_on_average():
    scores = [
        pds.discrimination(TRUTH[np.random.default_rng(s).permutation(9)], TRUTH, REFERENCE).mean() for s in range(300)
    ]
    assert np.mean(scores) == pytest.approx(0.5, abs=0.03)


@given(st.integers(0, 1000), st.sampled_from(list(pds.DISTANCES)))
def test_the_order_of_perturbations_and_readouts_changes_nothing(seed, distance):
    rng = np.random.default_rng(seed)
    rough = TRUTH + 2 * rng.normal(size=TRUTH.shape)
    rows, columns = rng.permutation(9), rng.permutation(40)
    for form in (pds.discrimination_score, pds.discrimination_share):
        moved = form(rough[rows][:, columns], TRUTH[rows][:, columns], distance)
        np.testing.assert_allclose(moved, form(rough, TRUTH, distance)[rows])
    assert (
        (pds.discrimination_share(rough, TRUTH, distance) - 1) * 8
        == -np.round((1 - pds.discrimination_score(rough, TRUTH, distance)) * 9)
    ).all()  # without ties the two forms count the same others


@pytest.mark.parametrize("distance", list(pds.DISTANCES))
def test_a_masked_column_is_as_if_it_were_not_there(distance):
    masked = np.where(np.arange(9) == 4, 7, -1)
    rough = TRUTH + RNG.normal(size=TRUTH.shape)
    expected = pds.discrimination_score(rough, TRUTH, distance)
    expected[4] = pds.discrimination_score(np.delete(rough, 7, 1), np.delete(TRUTH, 7, 1), distance)[4]
    np.testing.assert_array_equal(pds.discrimination_score(rough, TRUTH, distance, masked), expected)


def test_own_readouts_are_found_by_name():
    found = pds.own_readout(np.array(["KLF1", "TMSB4X", "A+B"]), np.array(["X", "TMSB4X"]))
    assert found.tolist() == [-1, 1, -1]


def test_centroid_accuracy_loses_ties_and_ignores_a_common_shift():
    assert pds.centroid_accuracy(TRUTH, TRUTH).tolist() == [1.0] * 9
    twins = TRUTH.copy()
    twins[1] = twins[0]
    assert pds.centroid_accuracy(twins, twins)[:2].tolist() == [7 / 8, 7 / 8]
    rough = TRUTH + RNG.normal(size=TRUTH.shape)
    shifted = pds.centroid_accuracy(rough + 3, TRUTH + 3)
    np.testing.assert_allclose(shifted, pds.centroid_accuracy(rough, TRUTH))


def test_a_single_row_cannot_be_discriminated_and_strange_input_is_named():
    assert np.isnan(pds.discrimination(TRUTH[:1], TRUTH[:1], REFERENCE)).all()
    assert np.isnan(pds.centroid_accuracy(TRUTH[:1], TRUTH[:1])).all()
    with pytest.raises(InputError, match="l3"):
        pds.discrimination_score(TRUTH, TRUTH, "l3")
    with pytest.raises(InputError, match="one shape"):
        pds.discrimination_score(TRUTH, TRUTH[:2])
