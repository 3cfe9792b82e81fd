"""Perturbation magnitude: how far do the replicates of a perturbation lie from the controls?

The published measure ("print") is the energy distance 2 E|X − Y| − E|X − X'| − E|Y − Y'| between replicates and controls
(Székely and Rizzo, 2013; Celik et al., PLoS Comput Biol, 2024; efaar-benchmarking), which sees any difference of the two
clouds and asks for five replicates. The norm of the mean shift sees one difference only, but two replicates will do.
"""

from __future__ import annotations

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.permutation import benjamini_hochberg, p_upper
from workbench.phenomics.consistency import Signal, against_null_entities, checked_wells, random_sets

LEAST_REPLICATES = 5  # of the published measure
MOST_CONTROLS = 1000


def energy_distance(sample: np.ndarray, controls: np.ndarray) -> float:
    """2 E|X − Y| − E|X − X'| − E|Y − Y'| with Euclidean distances and all pairs, a row with itself included.

    sample [n, d], controls [m, d] -> number >= 0, in the units of the values.
    """
    return float(
        2 * _distances(sample, controls).mean()
        - _distances(sample, sample).mean()
        - _distances(controls, controls).mean()
    )


def perturbation_magnitude(
    values: np.ndarray,
    entity: np.ndarray,
    is_control: np.ndarray,
    *,
    least_replicates: int = LEAST_REPLICATES,
    most_controls: int = MOST_CONTROLS,
    n_null: int = 2000,
    seed: int = 0,
) -> Signal:
    """Energy distance of each perturbation's wells to the controls, with p against sets of as many controls.

    values [n_wells, d], entity [n_wells] text, is_control [n_wells]. A null set is compared with the controls that it
    does not hold, so p is slightly too large, never too small; p = (k + 1) / (n + 1), q by Benjamini-Hochberg. At most
    `most_controls` controls are drawn, by the seed. Perturbations with fewer wells than `least_replicates` get NaN.
    Raises DataQualityError when no perturbation has enough or there are fewer than two controls a replicate.
    """
    values, entity = checked_wells(values, entity)
    rng = np.random.default_rng(seed)
    controls = _some_controls(values, is_control, most_controls, rng)
    entities, observed, count = _energy(values, entity, np.asarray(is_control, bool), controls, least_replicates)
    among = _distances(controls, controls)
    from_all = among.sum(axis=1)
    m = len(controls)
    p = np.full(len(entities), np.nan)
    middles = []
    for size in np.unique(count[np.isfinite(observed)]).tolist():
        _enough(m, size)
        sets = random_sets(m, size, n_null, rng)
        inside = np.array([among[np.ix_(rows, rows)].sum() for rows in sets])
        reach = from_all[sets].sum(axis=1)
        rest = m - size
        null = (
            2 * (reach - inside) / (size * rest)
            - inside / size**2
            - (from_all.sum() - 2 * reach + inside) / rest**2
        )  # fmt: skip
        mine = (count == size) & np.isfinite(observed)
        p[mine] = p_upper(observed[mine], null)
        middles.append(np.median(null))
    return Signal(entities, count, observed, p, benjamini_hochberg(p), n_null, float(np.mean(middles)))


def magnitude_against(
    values: np.ndarray,
    entity: np.ndarray,
    is_control: np.ndarray,
    null_entities: np.ndarray,
    *,
    least_replicates: int = LEAST_REPLICATES,
    most_controls: int = MOST_CONTROLS,
    seed: int = 0,
) -> Signal:
    """Energy distance with the published null: one value for each perturbation that is known to do nothing.

    Arrays as in `perturbation_magnitude`; null_entities: names, left out of the result. Raises DataQualityError for
    fewer than 20 null perturbations with enough wells.
    """
    values, entity = checked_wells(values, entity)
    controls = _some_controls(values, is_control, most_controls, np.random.default_rng(seed))
    entities, observed, count = _energy(values, entity, np.asarray(is_control, bool), controls, least_replicates)
    return against_null_entities(entities, count, observed, null_entities, f"{least_replicates} wells")


def shift_norm(
    values: np.ndarray, entity: np.ndarray, is_control: np.ndarray, *, n_null: int = 10_000, seed: int = 0
) -> Signal:
    """Distance of each perturbation's mean from the mean of the controls, with p against sets of as many controls.

    values [n_wells, d], entity [n_wells] text, is_control [n_wells]; one well is enough. A null set is compared with
    the controls that it does not hold. Raises DataQualityError for fewer than two controls a replicate.
    """
    values, entity = checked_wells(values, entity)
    is_control = np.asarray(is_control, bool)
    controls = _some_controls(values, is_control, len(values), np.random.default_rng(seed))
    middle, m = controls.mean(axis=0), len(controls)
    entities, code = np.unique(entity[~is_control], return_inverse=True)
    count = np.bincount(code, minlength=len(entities))
    total = np.zeros((len(entities), values.shape[1]))
    np.add.at(total, code, values[~is_control])
    observed = np.linalg.norm(total / count[:, None] - middle, axis=1)
    p, rng, middles = np.full(len(entities), np.nan), np.random.default_rng(seed), []
    centred = controls - middle
    for size in np.unique(count).tolist():
        _enough(m, size)
        null = np.empty(n_null)
        sets = random_sets(m, size, n_null, rng)
        rows = max(1, 4_000_000 // (size * values.shape[1]))
        for start in range(0, n_null, rows):
            away = centred[sets[start : start + rows]].mean(axis=1)
            null[start : start + rows] = np.linalg.norm(away, axis=1)
        null *= m / (m - size)  # mean of the set minus mean of the rest, when all are centred
        p[count == size] = p_upper(observed[count == size], null)
        middles.append(np.median(null))
    return Signal(entities, count, observed, p, benjamini_hochberg(p), n_null, float(np.mean(middles)))


def _energy(
    values: np.ndarray, entity: np.ndarray, is_control: np.ndarray, controls: np.ndarray, least: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entities [n], energy distance [n] (NaN with too few wells) and number of wells [n] of the treated wells."""
    treated = np.flatnonzero(~is_control)
    entities, code = np.unique(entity[treated], return_inverse=True)
    count = np.bincount(code, minlength=len(entities))
    if not (count >= least).any():
        raise DataQualityError(
            f"none of {len(entities):,} perturbations has {least} wells, the most is {count.max(initial=0)}.",
            hint="Lower least_replicates, or use the norm of the mean shift.",
        )
    within = _distances(controls, controls).mean()
    observed = np.full(len(entities), np.nan)
    order = treated[np.argsort(code, kind="stable")]
    for i, rows in enumerate(np.split(order, np.cumsum(count)[:-1])):
        if len(rows) >= least:
            mine = values[rows]
            observed[i] = 2 * _distances(mine, controls).mean() - _distances(mine, mine).mean() - within
    return entities, observed, count


def _some_controls(values: np.ndarray, is_control: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    rows = np.flatnonzero(np.asarray(is_control, bool))
    if np.shape(is_control) != (len(values),):
        raise InputError(f"{len(values):,} wells need as many marks of controls. Got {np.shape(is_control)}.")
    if len(rows) < 2:
        raise DataQualityError(f"a magnitude needs at least 2 control wells. Got {len(rows)}.")
    return values[rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))]


def _enough(n_controls: int, size: int) -> None:
    if n_controls < 2 * size:
        raise DataQualityError(
            f"{n_controls} controls are too few for a null of sets of {size}; at least {2 * size} are needed."
        )


def _distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    from scipy.spatial.distance import cdist

    return cdist(left.astype(np.float64), right.astype(np.float64))
