"""Does a plate's assay tell its positive from its negative controls, and does a well's place matter?

Z', its robust version and SSMD; the share of variance that rows, columns or the edge hold, against permuted places.

Zhang, Chung and Oldenburg (J Biomol Screen, 1999) for Z'; median and 1.4826 MAD in place of mean and sd for the robust
version; Zhang (Genomics, 2007) for SSMD. Z' above 0.5 is an excellent assay, above 0 a usable one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError, InputError

LEAST_WELLS = 2
N_DRAWS = 1000
N_POSITION_DRAWS = 200
MOST_AXES = 50
ENOUGH = 10  # permuted places with as large an effect: nothing more is to be learned from further ones


@dataclass(frozen=True)
class PlateQuality:
    """One plate: z_prime, z_prime_robust, ssmd, the 95 % interval of Z' over resampled wells, and the wells counted."""

    plate: str
    z_prime: float
    low: float
    high: float
    z_prime_robust: float
    ssmd: float
    n_positive: int
    n_negative: int


def z_prime(positive: np.ndarray, negative: np.ndarray) -> float:
    """1 − 3 (s₊ + s₋) / |m₊ − m₋| with means and sample sd (ddof 1); −inf when the means agree.

    positive [n], negative [m] one readout, any unit. Raises DataQualityError for fewer than two wells of a kind.
    """
    positive, negative = _two_kinds(positive, negative)
    return _z(positive.mean() - negative.mean(), positive.std(ddof=1) + negative.std(ddof=1))


def z_prime_robust(positive: np.ndarray, negative: np.ndarray) -> float:
    """Z' with medians and 1.4826 MAD: one outlier among the controls moves it little. positive [n], negative [m]."""
    positive, negative = _two_kinds(positive, negative)
    from scipy.stats import median_abs_deviation

    spread = sum(float(median_abs_deviation(kind, scale="normal")) for kind in (positive, negative))
    return _z(float(np.median(positive) - np.median(negative)), spread)


def ssmd(positive: np.ndarray, negative: np.ndarray) -> float:
    """Strictly standardised mean difference (m₊ − m₋) / sqrt(s₊² + s₋²), signed; ±inf without spread.

    positive [n], negative [m]. Two equal constants give 0.
    """
    positive, negative = _two_kinds(positive, negative)
    gap = float(positive.mean() - negative.mean())
    spread = float(np.sqrt(positive.var(ddof=1) + negative.var(ddof=1)))
    if spread == 0:
        return 0.0 if gap == 0 else float(np.copysign(np.inf, gap))
    return gap / spread


def plate_quality(
    readout: np.ndarray, plate: np.ndarray, is_positive: np.ndarray, is_negative: np.ndarray, *, seed: int = 0
) -> list[PlateQuality]:
    """Z' with its interval, robust Z' and SSMD of every plate, in the order of their names.

    readout [n_wells] one number a well, plate [n_wells], is_positive and is_negative [n_wells]. A plate with fewer than
    two wells of a kind gets NaN, with its counts. Raises InputError for shapes or values that cannot be used.
    """
    readout, plate = np.asarray(readout, dtype=float), np.asarray(plate).astype(str)
    is_positive, is_negative = np.asarray(is_positive, bool), np.asarray(is_negative, bool)
    if not readout.shape == plate.shape == is_positive.shape == is_negative.shape or readout.ndim != 1:
        raise InputError(f"a readout of shape {readout.shape} needs a plate and two marks a well.")
    used = is_positive | is_negative
    if (is_positive & is_negative).any() or not np.isfinite(readout[used]).all():
        raise InputError(
            f"{int((is_positive & is_negative).sum())} wells are both controls and "
            f"{int((~np.isfinite(readout[used])).sum())} control wells have no readout."
        )
    rng = np.random.default_rng(seed)
    rows = []
    for name in np.unique(plate).tolist():
        positive, negative = (readout[(plate == name) & kind] for kind in (is_positive, is_negative))
        if min(len(positive), len(negative)) < LEAST_WELLS:
            rows.append(PlateQuality(name, *[float("nan")] * 5, len(positive), len(negative)))
            continue
        drawn = _drawn_z(positive, negative, rng)
        rows.append(PlateQuality(
            name, z_prime(positive, negative), *np.quantile(drawn, [0.025, 0.975], method="nearest").tolist(),
            z_prime_robust(positive, negative), ssmd(positive, negative), len(positive), len(negative),
        ))  # fmt: skip
    return rows


def project_on_controls(
    values: np.ndarray, plate: np.ndarray, is_positive: np.ndarray, is_negative: np.ndarray
) -> np.ndarray:
    """Each well's coordinate from the negative centroid (0) to the positive one (1), the axis fitted on other plates.

    values [n_wells, d], plate, is_positive, is_negative [n_wells] -> [n_wells]: the one readout of an embedding. An axis
    fitted on the plate it judges would be optimistic. Raises DataQualityError for one plate, or when the controls of
    the other plates coincide or are missing.
    """
    values, plate = np.asarray(values, dtype=float), np.asarray(plate).astype(str)
    is_positive, is_negative = np.asarray(is_positive, bool), np.asarray(is_negative, bool)
    readout = np.empty(len(values))
    for name in np.unique(plate).tolist():
        other = plate != name
        kinds = [values[other & kind] for kind in (is_positive, is_negative)]
        if min(map(len, kinds)) == 0:
            raise DataQualityError(
                f"no plate but {name!r} has both kinds of controls: an axis fitted on it would flatter it.",
                hint="Judge a single plate by one readout instead of an embedding.",
            )
        origin = kinds[1].mean(axis=0)
        axis = kinds[0].mean(axis=0) - origin
        length = float(axis @ axis)
        if not length > 0:
            raise DataQualityError(f"positive and negative controls coincide on all plates but {name!r}.")
        readout[plate == name] = (values[plate == name] - origin) @ axis / length
    return readout


def controls_differ(
    values: np.ndarray, plate: np.ndarray, is_positive: np.ndarray, is_negative: np.ndarray, *, n_draws: int = 499,
    seed: int = 0,
) -> float:  # fmt: skip
    """p that positive controls differ from negative ones in the same way on all plates together.

    values [n_wells, d] in any units, plate, is_positive, is_negative [n_wells]. Squared length of the mean over plates of
    m₊ − m₋, readouts in SD of the negative controls within plates, against kinds permuted within plates and counted with
    the observed order (Phipson and Smyth, 2010). NaN where no plate has both kinds.
    """
    values, plate = np.asarray(values, dtype=float), np.asarray(plate).astype(str)
    is_positive, is_negative = np.asarray(is_positive, bool), np.asarray(is_negative, bool)
    kinds = [
        (np.flatnonzero((plate == name) & is_positive), np.flatnonzero((plate == name) & is_negative))
        for name in np.unique(plate)
    ]
    kinds = [(positive, negative) for positive, negative in kinds if len(positive) and len(negative)]
    if not kinds:
        return float("nan")
    spread = np.sqrt(np.mean([values[negative].var(axis=0) for _, negative in kinds], axis=0))
    blocks = [values[np.concatenate(both)] for both in kinds]
    centred = np.concatenate([block - block.mean(axis=0) for block in blocks])
    centred = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    inner, rng = centred @ centred.T, np.random.default_rng(seed)
    contrasts = np.concatenate(
        [_contrasts(len(positive), len(negative), n_draws, rng) for positive, negative in kinds], axis=1
    )
    lengths = np.einsum("ij,ij->i", contrasts @ inner, contrasts)
    return float((lengths >= lengths[0] * (1 - 1e-12)).sum() / len(lengths))


def _contrasts(n_positive: int, n_negative: int, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Weights [1 + n_draws, n] of m₊ − m₋ over the wells of a plate: as they are, then with kinds permuted."""
    weights = np.repeat([1 / n_positive, -1 / n_negative], [n_positive, n_negative])
    return np.vstack([weights, rng.permuted(np.tile(weights, (n_draws, 1)), axis=1)])


@dataclass(frozen=True)
class PositionEffect:
    """share of the variance between groups of places, its mean over permuted places, p, wells counted and draws."""

    share: float
    null: float
    p: float
    n: int
    n_draws: int


def position_effects(
    values: np.ndarray,
    groups: dict[str, np.ndarray],
    strata: np.ndarray,
    *,
    n_draws: int = N_POSITION_DRAWS,
    seed: int = 0,
) -> dict[str, PositionEffect]:
    """How much of the wells' variance lies between groups of places: sum over readouts of SS_between / SS_total.

    values [n_wells, n_readouts] in any units, brought to unit variance a readout; groups: what is compared (row, column,
    edge), each [n_wells]; strata [n_wells] what is centred and permuted apart (treated wells, controls): places were drawn
    at random within them, so any order of them was equally likely. p counts the observed order (Phipson and Smyth, 2010);
    draws end early once ten were as large, with p their share (Besag and Clifford, Biometrika, 1991).
    More than 50 readouts are replaced by their first 50 principal components. NaN where there is nothing to compare.
    Raises InputError for other shapes.
    """
    values, strata = np.asarray(values, dtype=float), np.asarray(strata)
    if values.ndim != 2 or any(len(values) != len(own) for own in (strata, *groups.values())):
        raise InputError(f"values of shape {values.shape} need a group and a stratum a well.")
    centred, members, total = _centred(values, strata)
    n = len(values)
    sorted_by = {name: _runs(np.asarray(own)) for name, own in groups.items()}
    asked = {name: runs for name, runs in sorted_by.items() if n >= 4 and len(runs[1]) > 1 and total > 0}
    observed = {name: _between(centred, *runs) / total for name, runs in asked.items()}
    drawn: dict[str, list[float]] = {name: [] for name in asked}
    beyond = dict.fromkeys(asked, 0)
    rng, order, still = np.random.default_rng(seed), np.arange(n), list(asked)
    for _ in range(n_draws):
        if not still:
            break
        for own in members:
            order[own] = own[rng.permutation(len(own))]
        shuffled = centred[order]
        for name in still:
            drawn[name].append(_between(shuffled, *asked[name]) / total)
            beyond[name] += drawn[name][-1] >= observed[name] - 1e-12
        still = [name for name in still if beyond[name] < ENOUGH]
    found = dict.fromkeys(groups, PositionEffect(float("nan"), float("nan"), float("nan"), n, 0))
    for name, nulls in drawn.items():
        stopped = beyond[name] >= ENOUGH
        p = beyond[name] / len(nulls) if stopped else (1 + beyond[name]) / (len(nulls) + 1)
        found[name] = PositionEffect(observed[name], float(np.mean(nulls)), p, n, len(nulls))
    return found


def _centred(values: np.ndarray, strata: np.ndarray) -> tuple[np.ndarray, list[np.ndarray], float]:
    """Values centred within strata at unit variance [n_wells, at most 50 axes], the strata's wells, total squares."""
    centred = np.empty_like(values)
    members = [np.flatnonzero(strata == name) for name in np.unique(strata)]
    for own in members:
        centred[own] = values[own] - values[own].mean(axis=0)
    spread = centred.std(axis=0) if len(values) else np.zeros(values.shape[1])
    centred = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    if centred.shape[1] > MOST_AXES and len(values):
        axes, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        centred = axes[:, :MOST_AXES] * sizes[:MOST_AXES]
    return centred, members, float((centred**2).sum())


def _runs(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An order of the wells by group, where each group begins in it, and how many wells it has."""
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return np.argsort(index, kind="stable"), np.cumsum(counts) - counts, counts


def _between(values: np.ndarray, order: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> float:
    return float(((np.add.reduceat(values[order], starts, axis=0) ** 2).sum(axis=1) / counts).sum())


def _two_kinds(positive: np.ndarray, negative: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kinds = [np.asarray(kind, dtype=float).ravel() for kind in (positive, negative)]
    if min(map(len, kinds)) < LEAST_WELLS:
        raise DataQualityError(
            f"a plate's quality needs {LEAST_WELLS} positive and {LEAST_WELLS} negative controls. Got {len(kinds[0])} "
            f"and {len(kinds[1])}."
        )
    if not all(np.isfinite(kind).all() for kind in kinds):
        raise InputError(f"control wells hold values that are not finite: {[k[~np.isfinite(k)][:3] for k in kinds]}.")
    return kinds[0], kinds[1]


def _z(gap: float, spread: float) -> float:
    if gap == 0:
        return float("-inf")
    return float(1 - 3 * spread / abs(gap))


def _drawn_z(positive: np.ndarray, negative: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Z' of resampled wells: [n_draws]; draws whose means agree count as −inf."""
    drawn = [kind[rng.integers(0, len(kind), (N_DRAWS, len(kind)))] for kind in (positive, negative)]
    gap = np.abs(drawn[0].mean(axis=1) - drawn[1].mean(axis=1))
    spread = sum(kind.std(axis=1, ddof=1) for kind in drawn)
    return np.where(gap > 0, 1 - 3 * spread / np.maximum(gap, 1e-300), -np.inf)
