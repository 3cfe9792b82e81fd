import numpy as np
import pytest

from workbench.errors import InputError
from workbench.phenomics.layout import layout, principal_components


def test_planted_groups_stay_apart_and_the_seed_repeats() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], 40)
    vectors = 6 * rng.normal(size=(3, 20))[group] + rng.normal(size=(120, 20))
    first = layout(vectors, seed=4)
    np.testing.assert_array_equal(first, layout(vectors, seed=4))
    distance = np.linalg.norm(first[:, None] - first[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (group[distance.argmin(axis=1)] == group).mean() > 0.98


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_tiny_maps_get_principal_components(n: int) -> None:
    coordinates = layout(np.random.default_rng(0).normal(size=(n, 4)))
    assert coordinates.shape == (n, 2)
    assert np.isfinite(coordinates).all()


def test_principal_components_keep_the_longest_axis() -> None:
    vectors = np.column_stack([np.linspace(-5, 5, 50), np.zeros(50), np.linspace(-1, 1, 50) ** 2])
    first = principal_components(vectors)[:, 0]
    assert abs(np.corrcoef(first, vectors[:, 0])[0, 1]) > 0.999


def test_missing_values_are_refused() -> None:
    with pytest.raises(InputError, match="1 values"):
        layout(np.array([[1.0, np.nan]]))
