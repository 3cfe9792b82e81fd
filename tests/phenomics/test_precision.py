import itertools

import numpy as np
import pandas as pd
import pytest

from benchmarks.phenomics.referee import copairs, has_copairs
from workbench.errors import InputError
from workbench.phenomics.precision import (
    all_precisions,
    average_precision,
    expected_precision,
    mean_precision,
    null_precision,
    rank_annotated,
    rank_replicates,
)

needs_copairs = pytest.mark.skipif(not has_copairs(), reason="make referees")


@pytest.fixture(scope="module")
def plates() -> tuple[np.ndarray, ...]:
    """40 perturbations with 2 to 6 wells on 3 plates, 20 controls a plate; half of the perturbations do something."""
    rng = np.random.default_rng(0)
    entity = np.repeat([f"e{i:02d}" for i in range(40)], 2 + np.arange(40) % 5)
    effect = rng.normal(size=(40, 16)) * (np.arange(40) % 2)[:, None]
    values = rng.normal(size=(len(entity), 16)) + np.repeat(effect, 2 + np.arange(40) % 5, axis=0)
    plate = np.array([f"p{i % 3}" for i in range(len(entity))])
    values = np.vstack([values, rng.normal(size=(60, 16))])
    return values, np.append(entity, ["dmso"] * 60), np.append(plate, np.repeat(["p0", "p1", "p2"], 20))


def plain(values: np.ndarray, query: int, positive: np.ndarray, negative: np.ndarray) -> float:
    """Average precision by walking down the ranking."""
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    rows = np.concatenate([positive, negative])
    order = rows[np.argsort(-(unit[rows] @ unit[query]))]
    hit = np.isin(order, positive)
    return float(np.mean(np.cumsum(hit)[hit] / (np.flatnonzero(hit) + 1)))


def test_precision_equals_walking_down_every_ranking(plates) -> None:
    values, entity, plate = plates
    control = entity == "dmso"
    found = rank_replicates(values, entity, control, positive_apart=plate, negative_within=plate)
    for i in np.flatnonzero(~control):
        positive = np.flatnonzero((entity == entity[i]) & (plate != plate[i]))
        negative = np.flatnonzero(control & (plate == plate[i]))
        assert (found.n_positive[i], found.n_negative[i]) == (len(positive), 20)
        assert found.precision[i] == pytest.approx(plain(values, i, positive, negative), abs=1e-12)
    assert np.isnan(found.precision[control]).all()


@needs_copairs
def test_activity_equals_copairs(plates) -> None:
    values, entity, _ = plates
    control = entity == "dmso"
    meta = pd.DataFrame({"entity": entity, "control": control})
    meta["own"] = np.where(control, -1, np.arange(len(meta)))  # controls are no positives of each other
    meta["group"] = np.where(control, [f"c{i}" for i in range(len(meta))], entity)
    theirs = copairs().average_precision(meta, values, ["group"], [], [], ["control"], progress_bar=False)
    ours = rank_replicates(values, entity, control)
    np.testing.assert_allclose(ours.precision[~control], theirs["average_precision"][~control], atol=1e-9)
    np.testing.assert_allclose(ours.normalised[~control], theirs["normalized_average_precision"][~control], atol=1e-9)


@needs_copairs
def test_consistency_equals_copairs(plates) -> None:
    values = plates[0][:100]
    target = np.array([f"t{i % 17}" for i in range(100)])
    compound = np.array([f"c{i // 2}" for i in range(100)])
    target[1::2] = target[::2]  # two doses of a compound share its target and are never compared
    meta = pd.DataFrame({"target": target, "compound": compound})
    theirs = copairs().average_precision(
        meta, values, ["target"], ["compound"], [], ["target", "compound"], progress_bar=False
    )
    ours = rank_annotated(values, [{name} for name in target], compound)
    np.testing.assert_allclose(ours.precision, theirs["average_precision"], atol=1e-9)


def test_entities_with_several_annotations_share_any_of_them() -> None:
    values = np.random.default_rng(3).normal(size=(30, 6))
    labels = [{f"a{i % 4}", f"b{i % 7}"} if i else set() for i in range(30)]
    found = rank_annotated(values, labels)
    assert np.isnan(found.precision[0])
    for i in range(1, 30):
        positive = np.array([j for j in range(1, 30) if j != i and labels[i] & labels[j]])
        negative = np.array([j for j in range(1, 30) if not labels[i] & labels[j]])
        assert found.precision[i] == pytest.approx(plain(values, i, positive, negative), abs=1e-12)
    with pytest.raises(InputError, match="30 entities"):
        rank_annotated(values, labels[:-1])


def test_average_precision_by_hand_and_its_null() -> None:
    def of_all(positive, negative) -> float:
        positive, negative = np.array([positive]), np.array([negative])
        return average_precision(positive, np.ones(positive.shape, bool), negative)[0]

    assert of_all([0.9, 0.5], [0.7, 0.1]) == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert of_all([1.0], [1.0]) == 0.5  # a tie counts against us
    many = of_all(np.linspace(1, 0, 30), np.linspace(0.99, 0.01, 50))
    values = np.concatenate([[1.0], np.linspace(1, 0, 30), np.linspace(0.99, 0.01, 50)])
    hit = (np.arange(81) <= 30)[1:][np.argsort(-values[1:], kind="stable")]
    assert many == pytest.approx(np.mean(np.cumsum(hit)[hit] / (np.flatnonzero(hit) + 1)))
    null = null_precision(1, 3, 20_000, np.random.default_rng(0))
    for rank in (1, 2, 3, 4):
        assert np.mean(np.isclose(null, 1 / rank)) == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(("n_pos", "n_neg"), [(1, 1), (2, 5), (3, 4), (4, 1)])
def test_expectation_and_draws_agree_with_all_rankings(n_pos, n_neg) -> None:
    every = all_precisions(n_pos, n_neg)
    assert expected_precision(np.array([n_pos]), np.array([n_pos + n_neg]))[0] == pytest.approx(every.mean())
    drawn = null_precision(n_pos, n_neg, 20_000, np.random.default_rng(1))
    assert (drawn.mean(), drawn.std()) == pytest.approx((every.mean(), every.std()), abs=0.01)


def test_one_replicate_and_sixteen_controls_cannot_be_significant_and_p_is_exact() -> None:
    """A perfect ranking of one among seventeen happens once in seventeen times."""
    values = np.vstack([[1.0, 0], [1, 0.01], np.column_stack([np.full(16, -1.0), np.arange(16)])])
    entity = np.array(["a", "a", *["dmso"] * 16])
    found = mean_precision(rank_replicates(values, entity, entity == "dmso"), entity)
    assert found.value.tolist() == [1.0]
    assert found.p[0] == pytest.approx(1 / 17, abs=1e-12)


def test_exact_and_drawn_p_agree_and_mixed_shapes_are_drawn(plates) -> None:
    values, entity, plate = plates
    ranking = rank_replicates(values, entity, entity == "dmso", positive_apart=plate, negative_within=plate)
    exact = mean_precision(ranking, entity, exact=10**5)
    drawn = mean_precision(ranking, entity, exact=0, n_null=20_000)
    np.testing.assert_allclose(exact.p, drawn.p, atol=0.02)
    share = drawn.share()
    assert share["low"] <= share["value"] <= share["high"]
    assert 0.2 < share["value"] <= 0.55  # half of them do something, some with too few replicates to show it


def test_p_of_noise_is_never_too_small() -> None:
    rng = np.random.default_rng(5)
    entity = np.append(np.repeat([f"e{i}" for i in range(200)], 4), ["dmso"] * 100)
    p = mean_precision(rank_replicates(rng.normal(size=(900, 12)), entity, entity == "dmso"), entity).p
    assert (p < 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert all(0 < value <= 1 for value in itertools.chain(p))
