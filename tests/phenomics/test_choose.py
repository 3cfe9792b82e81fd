import numpy as np
import pytest

from workbench.errors import InputError
from workbench.phenomics.choose import choose
from workbench.phenomics.mechanism import nearest_mechanism

COMPOUND = np.repeat(np.arange(40), 2).astype(str)
MECHANISM = (np.repeat(np.arange(40), 2) % 4).astype(str)


def right(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return nearest_mechanism(vectors[rows], MECHANISM[rows], COMPOUND[rows])


def noise(n: int, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"noise {i}": rng.normal(size=(80, 5)) for i in range(n)}


def test_the_luck_of_many_recipes_is_caught() -> None:
    """Planted over-fitting: 150 maps of pure noise. The best looks far better than chance, the nested score does not."""
    outer, lucky = [], []
    for seed in range(3):
        maps = noise(150, seed)
        lucky.append(max(right(vectors, np.arange(80)).mean() for vectors in maps.values()))
        outer.append(choose(maps, COMPOUND, right, n_folds=5, seed=seed).value)
    assert min(lucky) > 0.36
    assert np.mean(outer) < 0.31  # chance is 18 of 78 other treatments, 0.23


def test_a_truly_better_recipe_wins_every_fold_and_keeps_its_score() -> None:
    rng = np.random.default_rng(1)
    maps = noise(20, 1) | {"good": np.eye(4, 6)[MECHANISM.astype(int)] + 0.35 * rng.normal(size=(80, 6))}
    found = choose(maps, COMPOUND, right, n_folds=5)
    assert found.best == "good"
    assert found.chosen["good"] == 5
    assert found.value == pytest.approx(right(maps["good"], np.arange(80)).mean())
    assert found.low <= found.value <= found.high
    assert "outer score" in repr(found)


def test_a_group_never_lies_on_both_sides() -> None:
    """Each inner comparison must see whole groups only, and all but those of its fold."""
    seen: list[np.ndarray] = []

    def watch(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
        seen.append(rows)
        return np.ones(len(rows))

    maps = noise(2, 0)
    found = choose(maps, COMPOUND, watch, n_folds=4)
    inner = [rows for rows in seen if len(rows) < 80]
    assert len(inner) == 8
    for rows in inner:
        assert len(rows) == 60
        assert not set(COMPOUND[rows]) & set(np.delete(COMPOUND, rows))
    assert found.best == "noise 0"  # ties go to the first


def test_too_little_to_choose_from_is_refused() -> None:
    with pytest.raises(InputError, match="Got 1 and 40"):
        choose(noise(1, 0), COMPOUND, right)
    with pytest.raises(InputError, match="at least 2 folds"):
        choose(noise(2, 0), COMPOUND, right, n_folds=1)
