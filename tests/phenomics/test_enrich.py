import numpy as np
import pytest
from scipy.stats import fisher_exact

from workbench.errors import InputError
from workbench.phenomics.enrich import Membership, enrich
from workbench.phenomics.relate import clustered_cosines


def planted() -> tuple[np.ndarray, Membership]:
    rng = np.random.default_rng(2)
    is_selected = np.arange(200) < 30
    pairs = [(unit, 0) for unit in [*range(12), 50, 60]]  # 12 of 14 members selected
    pairs += [(int(unit), 1) for unit in rng.choice(200, 40, replace=False)]
    pairs += [(199, 2), (198, 2)]
    units, sets = np.array(pairs).T
    return is_selected, Membership(units, sets, ("planted", "random", "tiny"))


def test_p_equals_fishers_exact_test_against_the_map():
    is_selected, membership = planted()
    found = enrich(is_selected, membership)
    assert found.set_number.tolist() == [0, 1]  # a set of two is not tested
    for i, number in enumerate(found.set_number):
        inside = np.zeros(200, dtype=bool)
        inside[membership.unit_of[membership.set_of == number]] = True
        table = [[(inside & is_selected).sum(), (inside & ~is_selected).sum()],
                 [(~inside & is_selected).sum(), (~inside & ~is_selected).sum()]]  # fmt: skip
        assert found.p[i] == pytest.approx(fisher_exact(table, alternative="greater").pvalue, rel=1e-9)
        assert found.expected[i] == pytest.approx(inside.sum() * 30 / 200)
    assert found.q[0] < 1e-6
    assert found.fold[0] == pytest.approx(12 / (14 * 30 / 200))


def test_selecting_everything_surprises_nobody():
    _, membership = planted()
    found = enrich(np.ones(200, dtype=bool), membership)
    assert np.allclose(found.p, 1)
    assert np.allclose(found.fold, 1)


def test_random_selections_pass_at_the_rate_they_should():
    rng = np.random.default_rng(0)
    units = np.concatenate([rng.choice(300, 25, replace=False) for _ in range(40)])
    membership = Membership(units, np.repeat(np.arange(40), 25), tuple(f"set {i}" for i in range(40)))
    p = [enrich(rng.permutation(300) < 60, membership).p for _ in range(30)]
    assert np.mean(np.concatenate(p) < 0.05) < 0.06


def test_an_empty_selection_is_refused():
    with pytest.raises(InputError, match="200"):
        enrich(np.zeros(200, dtype=bool), planted()[1])


def test_clustered_cosines_put_like_next_to_like():
    rng = np.random.default_rng(1)
    which = np.arange(12) % 3
    vectors = rng.normal(size=(3, 20))[which] + 0.1 * rng.normal(size=(12, 20))
    order, cosines = clustered_cosines(vectors)
    assert sorted(order.tolist()) == list(range(12))
    assert (np.diff(which[order]) != 0).sum() == 2
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert np.allclose(cosines, (units @ units.T)[np.ix_(order, order)], atol=1e-5)
