import numpy as np
import pytest

from workbench.errors import DataQualityError
from workbench.phenomics.activity import replicate_evidence
from workbench.phenomics.quality import gate, number_agreement, position_effect, retrieval, screen_gate


def wells(effect: float, n_entities: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(n_entities, 16))
    values = np.vstack([rng.normal(size=(n_entities, 16)) + effect * directions for _ in range(3)])
    return values, np.tile(np.arange(n_entities).astype(str), 3), np.repeat(["a", "b", "c"], n_entities)


def test_noise_is_refused_and_signal_accepted_with_the_numbers_in_the_reason() -> None:
    noise = gate(replicate_evidence(*wells(0.0), n_null=6000))
    signal = gate(replicate_evidence(*wells(1.0), n_null=6000))
    assert noise["accepted"] is False
    assert signal["accepted"] is True
    assert noise["low"] < 0.05 < noise["high"] + 0.02
    assert "do not agree" in noise["reason"]
    assert "200" in noise["reason"]
    assert noise["agreement"]["low"] < noise["agreement"]["null"] + 0.02


def test_a_screens_own_null_group_decides() -> None:
    rng = np.random.default_rng(0)
    null = rng.normal(size=2000)
    assert not screen_gate(rng.normal(size=1000), null, what="silent genes")["accepted"]
    shifted = screen_gate(rng.normal(size=1000) + 1, null, what="silent genes")
    assert shifted["accepted"]
    assert "silent genes" in shifted["measure"]


def test_retrieval_stands_beside_chance_and_skips_very_large_sets() -> None:
    found = retrieval(*wells(3.0))
    assert found["value"] > 0.95
    assert found["null"] == pytest.approx(1 / 200)
    assert retrieval(np.zeros((7000, 1)), np.zeros(7000), np.zeros(7000)) is None


def test_a_planted_position_effect_is_measured() -> None:
    rng = np.random.default_rng(0)
    well = np.tile([f"A{i:02d}" for i in range(1, 13)], 4)
    plate = np.repeat(list("abcd"), 12)
    noise = rng.normal(size=(48, 30))
    by_position = rng.normal(size=(12, 30))[np.tile(np.arange(12), 4)]
    assert abs(position_effect(noise, well, plate)["value"]) < 0.05
    planted = position_effect(noise + 2 * by_position, well, plate)
    assert planted["value"] > planted["low"] > 0.6
    assert planted["n"] == 12 * 6
    assert position_effect(noise, np.arange(48).astype(str), plate) is None


def test_a_number_that_repeats_is_told_from_one_that_does_not() -> None:
    rng = np.random.default_rng(0)
    entity, plate = np.tile(np.arange(100).astype(str), 4), np.repeat(list("abcd"), 100)
    level = np.tile(rng.normal(size=100), 4)
    good = number_agreement(level + 0.3 * rng.normal(size=400), entity, plate)
    bad = number_agreement(rng.normal(size=400), entity, plate)
    assert good["low"] > 0.7 > 0.2 > bad["high"]
    assert abs(good["null"]) < 0.1
    with pytest.raises(DataQualityError, match="two plates"):
        number_agreement(np.arange(3.0), np.array(list("xyz")), np.array(list("aaa")))
