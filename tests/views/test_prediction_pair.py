"""Two predictions compared: what differs beyond both intervals, and how alike they are once the mean is taken off."""

import dataclasses

import numpy as np
import pytest

from tests.views.test_nouns_drawn import prediction, text_of
from workbench.errors import InputError
from workbench.nouns import Perturbation
from workbench.views.prediction_pair import PredictionPair


def test_only_a_difference_beyond_both_half_widths_is_clear():
    one = prediction()
    other = dataclasses.replace(
        one, perturbation=Perturbation.of_gene("over-expression", "Y"), delta=one.delta + np.where(np.arange(30) == 7, 3, 1),
        low=one.low, high=one.high + 4,
    )  # fmt: skip
    pair = PredictionPair(one, dataclasses.replace(other, low=other.delta - 1, high=other.delta + 1))
    frame = pair.data()
    assert frame["readout"].iloc[0] == "R7"
    assert frame["clear"].sum() == 1
    assert pair.sentence().startswith("1 of 30 readouts differ beyond both intervals")
    assert "R7" in text_of(pair.panel())


def test_two_versions_of_one_question_are_told_apart_by_their_names():
    one = prediction()
    pair = PredictionPair(one, dataclasses.replace(one, model_name="t-v2"))
    assert pair.names == ("t-v1", "t-v2")
    assert "No readout of 30 tells t-v1 and t-v2 apart" in pair.sentence()


def test_the_shared_mean_does_not_count_as_likeness():
    rng = np.random.default_rng(0)
    mean, a, b = rng.normal(size=(3, 300)) * [[3], [1], [1]]
    base = prediction(300)
    one, two = (
        dataclasses.replace(base, delta=mean + own, low=mean + own - 1, high=mean + own + 1, baseline=mean)
        for own in (a, b)
    )
    alike, over = PredictionPair(one, two).correlations()
    assert alike > 0.8
    assert abs(over) < 0.2


def test_nothing_in_common_is_refused():
    one = prediction(2)
    with pytest.raises(InputError, match="share no readout"):
        PredictionPair(one, dataclasses.replace(one, readouts=("A", "B")))
