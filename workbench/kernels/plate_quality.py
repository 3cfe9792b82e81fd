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


@dataclass(frozen=True)
class PositionEffect:
    """share of the variance between groups of places, its mean over permuted places, p, wells counted and draws."""

    share: float
    null: float
    p: float
    n: int
    n_draws: int


def position_effect(
    values: np.ndarray, groups: np.ndarray, strata: np.ndarray, *, n_draws: int = N_POSITION_DRAWS, seed: int = 0
) -> PositionEffect:
    """How much of the wells' variance lies between groups of places: sum over readouts of SS_between / SS_total.

    values [n_wells, n_readouts] in any units, brought to unit variance a readout; groups [n_wells] what is compared (row,
    column, edge); strata [n_wells] what is centred and permuted apart (treated wells, controls): places were drawn at
    random within them, so any order of them was equally likely. p counts the observed order (Phipson and Smyth, 2010).
    More than 50 readouts are replaced by their first 50 principal components. Raises InputError for other shapes.
    """
    values, groups, strata = np.asarray(values, dtype=float), np.asarray(groups), np.asarray(strata)
    if values.ndim != 2 or not len(values) == len(groups) == len(strata):
        raise InputError(f"values of shape {values.shape} need a group and a stratum a well.")
    n = len(values)
    centred = np.empty_like(values)
    members = [np.flatnonzero(strata == name) for name in np.unique(strata)]
    for own in members:
        centred[own] = values[own] - values[own].mean(axis=0)
    spread = centred.std(axis=0)
    centred = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    labels, index = np.unique(groups, return_inverse=True)
    total = float((centred**2).sum())
    if n < 4 or len(labels) < 2 or total == 0:
        return PositionEffect(float("nan"), float("nan"), float("nan"), n, 0)
    if centred.shape[1] > MOST_AXES:
        axes, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        centred = axes[:, :MOST_AXES] * sizes[:MOST_AXES]
        total = float((centred**2).sum())
    mean = np.zeros((len(labels), n))
    mean[index, np.arange(n)] = 1.0
    mean /= np.sqrt(mean.sum(axis=1, keepdims=True))
    observed = float(((mean @ centred) ** 2).sum()) / total
    rng = np.random.default_rng(seed)
    drawn = np.empty(n_draws)
    order = np.arange(n)
    for draw in range(n_draws):
        for own in members:
            order[own] = own[rng.permutation(len(own))]
        drawn[draw] = ((mean @ centred[order]) ** 2).sum() / total
    p = (1 + int((drawn >= observed - 1e-12).sum())) / (n_draws + 1)
    return PositionEffect(observed, float(drawn.mean()), p, n, n_draws)


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
