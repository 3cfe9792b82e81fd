import numpy as np
import pytest

from workbench.hypotheses.replicates import replicate_agreement

RNG = np.random.default_rng(7)


def plates_of(effect: float, n: int = 12, n_readouts: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three plates with the same n perturbations: effect times their own signature, plus noise."""
    signatures = RNG.normal(size=(n, n_readouts))
    delta = np.vstack([effect * signatures + RNG.normal(size=(n, n_readouts)) for _ in range(3)])
    return delta, np.repeat(["P1", "P2", "P3"], n), np.tile([f"g{i}" for i in range(n)], 3)


def test_planted_agreement_lies_beyond_its_null_and_noise_inside() -> None:
    found = replicate_agreement(*plates_of(1.0), RNG)
    assert found.mean == pytest.approx(0.5, abs=0.08)
    assert found.null_high < 0.2 < found.low < found.mean < found.high
    assert found.n == 12
    noise = replicate_agreement(*plates_of(0.0), RNG)
    assert noise.null_low - 0.03 < noise.mean < noise.null_high + 0.03


def test_it_is_the_mean_pearson_correlation_of_pairs() -> None:
    delta, plates, names = plates_of(0.5, n=5, n_readouts=12)
    pairs = [np.corrcoef(delta[names == name])[np.triu_indices(3, 1)].mean() for name in np.unique(names)]
    assert replicate_agreement(delta, plates, names, RNG).mean == pytest.approx(np.mean(pairs))


def test_without_replicates_or_shapes_there_is_no_agreement() -> None:
    assert replicate_agreement(RNG.normal(size=(2, 9)), np.array(["P", "P"]), np.array(["a", "b"]), RNG) is None
    assert replicate_agreement(RNG.normal(size=(4, 1)), np.array(["P"] * 4), np.array(list("aabb")), RNG) is None


def test_one_perturbation_has_agreement_but_nothing_to_shuffle() -> None:
    delta = RNG.normal(size=(1, 9)).repeat(3, axis=0)
    found = replicate_agreement(delta, np.array(["P1", "P2", "P3"]), np.array(["a"] * 3), RNG)
    assert found.mean == pytest.approx(1.0)
    assert (found.null_low, found.n_draws) == (None, 0)
