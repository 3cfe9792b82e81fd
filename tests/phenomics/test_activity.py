import itertools

import numpy as np
import pytest

from workbench.errors import DataQualityError
from workbench.phenomics.activity import (
    activity,
    agreement,
    nearest_replicate,
    replicate_evidence,
    well_strength,
)


def planted(
    effect: float, n_entities: int = 40, n_plates: int = 4, d: int = 20, seed: int = 0
) -> tuple[np.ndarray, ...]:
    """Half of the entities have a direction of their own; the others are noise. One well a plate."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(n_entities, d)) * (np.arange(n_entities) < n_entities / 2)[:, None]
    values = np.vstack([rng.normal(size=(n_entities, d)) + effect * directions for _ in range(n_plates)])
    entity = np.tile([f"e{i:02d}" for i in range(n_entities)], n_plates)
    return values, entity, np.repeat([f"p{i}" for i in range(n_plates)], n_entities)


def test_agreement_equals_the_list_of_pairs() -> None:
    values, entity, plate = planted(1.0, n_entities=5)
    plate = plate.copy()
    plate[:3] = "p1"  # some replicates on one plate: their pairs do not count
    names, mean, count = agreement(values, entity, plate)
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    for name, found in zip(names, mean, strict=True):
        rows = np.flatnonzero(entity == name)
        pairs = [unit[i] @ unit[j] for i, j in itertools.combinations(rows, 2) if plate[i] != plate[j]]
        assert found == pytest.approx(np.mean(pairs), abs=1e-6)
    assert count.tolist() == [4] * 5


def test_planted_entities_are_found_and_noise_is_not() -> None:
    values, entity, plate = planted(1.0)
    found = replicate_evidence(values, entity, plate, n_null=4000)
    assert (found.q[:20] < 0.05).mean() > 0.9
    assert (found.q[20:] < 0.05).mean() <= 0.1


def test_p_values_of_pure_noise_are_uniform() -> None:
    values, entity, plate = planted(0.0, n_entities=400)
    p = replicate_evidence(values, entity, plate, n_null=8000).p
    for level in (0.05, 0.2, 0.5):
        assert abs((p <= level).mean() - level) < 3 * np.sqrt(level * (1 - level) / 400)


def test_one_plate_alone_cannot_show_agreement() -> None:
    values, entity, _ = planted(1.0)
    with pytest.raises(DataQualityError, match="two plates"):
        replicate_evidence(values, entity, np.full(len(entity), "p"))


def test_activity_tells_planted_entities_from_controls() -> None:
    values, entity, plate = planted(1.2)
    controls = np.random.default_rng(9).normal(size=(120, 20))
    values = np.vstack([values, controls])
    entity = np.append(entity, ["dmso"] * 120)
    plate = np.append(plate, np.repeat(["p0", "p1", "p2", "p3"], 30))
    is_control = entity == "dmso"
    names, score, _, q = activity(values, entity, plate, is_control, n_null=4000)
    assert "dmso" not in names
    assert score[:20].mean() > 0.9 > 0.4 > score[20:].mean()
    assert (q[:20] < 0.05).mean() > 0.9
    assert (q[20:] < 0.05).mean() <= 0.1


def test_nearest_replicate_is_one_for_copies_and_chance_for_noise() -> None:
    values, entity, plate = planted(50.0)
    strong = np.char.startswith(entity, "e0") | np.char.startswith(entity, "e1")
    assert nearest_replicate(values[strong], entity[strong], plate[strong]).all()
    values, entity, plate = planted(0.0)
    assert nearest_replicate(values, entity, plate).mean() < 0.1


def test_well_strength_is_one_for_controls_and_unknown_without_them() -> None:
    rng = np.random.default_rng(0)
    values = np.vstack([rng.normal(size=(50, 30)), rng.normal(size=(5, 30)) + 4])
    strength = well_strength(values, np.arange(55) < 50)
    assert strength[:50].mean() == pytest.approx(1, abs=0.05)
    assert (strength[50:] > 3).all()
    assert np.isnan(well_strength(values, np.zeros(55, bool))).all()
