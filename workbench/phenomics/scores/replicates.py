"""Do the wells of a perturbation agree, do they differ from controls, and do batches leave the controls alike?"""

from __future__ import annotations

from dataclasses import replace
from math import comb
from typing import Any

import numpy as np

from workbench.errors import DataQualityError, WorkbenchError
from workbench.kernels.bootstrap import bootstrap_groups
from workbench.nouns import Profiles
from workbench.phenomics.align import align
from workbench.phenomics.batch_mixing import batch_mixing
from workbench.phenomics.consistency import Signal, perturbation_consistency
from workbench.phenomics.magnitude import LEAST_REPLICATES, perturbation_magnitude, shift_norm
from workbench.phenomics.precision import mean_precision, rank_replicates
from workbench.phenomics.scores.score import (
    ACTIVE_Q,
    FEWEST_GROUPS,
    MapScore,
    chance_precision,
    count_of,
    open_ends,
    unmeasured,
)

COARSE_P = 0.01
LEAST_CONTROLS = 16  # a plate: eight to fit on, eight to compare with
N_SPLITS = 3
LEVEL = 0.05
MOST_CONTROLS = 5000  # beyond that mixing is asked of controls drawn by the seed


def entities_of(profiles: Profiles) -> np.ndarray:
    """The perturbation of each well: [n_wells] text."""
    return np.asarray(profiles.wells["perturbation_id"]).astype(str)


def groups_of(profiles: Profiles) -> np.ndarray:
    """What each well repeats: its perturbation, in its context where there are several. [n_wells] text."""
    group, context = entities_of(profiles), np.asarray(profiles.wells["context_id"]).astype(str)
    return np.char.add(np.char.add(group, " in "), context) if len(np.unique(context)) > 1 else group


def replicate_scores(aligned: Profiles, identity: np.ndarray, *, seed: int = 0) -> list[MapScore]:
    """Are a perturbation's wells on other plates found before the controls of the plate?

    aligned: wells with perturbation_id, context_id, Metadata_Plate; identity [n_wells] is what the interval resamples.
    """
    key, title = "replicate precision", "Replicates found among controls (mAP)"
    plate = np.asarray(aligned.wells["Metadata_Plate"]).astype(str)
    group = groups_of(aligned)
    if not aligned.is_control.any():
        return [unmeasured(key, title, "no well is a negative control")]
    ranking = rank_replicates(aligned.values, group, aligned.is_control, positive_apart=plate, negative_within=plate)
    found = mean_precision(ranking, group, seed=seed)
    if len(found.groups) < FEWEST_GROUPS:
        n = count_of(len(found.groups), "perturbation has", "perturbations have")
        return [unmeasured(key, title, f"{n} replicates on another plate with controls beside them")]
    owner = dict(zip(group.tolist(), identity.tolist(), strict=True))
    owners = np.array([owner[name] for name in found.groups.tolist()])
    value, low, high = bootstrap_groups(found.value, owners, seed=seed)
    active = found.share(level=ACTIVE_Q, seed=seed)
    low_active, high_active = open_ends(active["value"], active["low"], active["high"], int(active["n"]))
    known = np.isfinite(ranking.precision)
    finest = 1 / comb(int(np.median((ranking.n_positive + ranking.n_negative)[known])),
                      int(np.median(ranking.n_positive[known])))  # fmt: skip
    coarse = f"; the typical ranking is so short that p cannot fall below {finest:.2g}" if finest > COARSE_P else ""
    return [
        MapScore(
            key, title, value, low, high, chance_precision(ranking, group), len(found.groups), "perturbations",
            "cosine; a perturbation's wells on other plates ranked among the controls of the plate; chance: random rankings",
        ),
        MapScore(
            "active share", "Perturbations that stand out from controls", active["value"], low_active, high_active,
            active["null"], int(active["n"]), "perturbations",
            f"the same rankings: q < {ACTIVE_Q:g} by Benjamini-Hochberg against random rankings{coarse}",
        ),
    ]  # fmt: skip


def consistency_scores(aligned: Profiles, *, seed: int = 0) -> list[MapScore]:
    """Share of perturbations whose wells are more alike than random sets of wells, with p < 0.05.

    aligned: wells with perturbation_id, context_id.
    """
    key, title = "consistency", "Perturbations whose wells agree (p < 0.05)"
    treated = ~aligned.is_control
    try:
        found = perturbation_consistency(aligned.values[treated], groups_of(aligned)[treated], n_null=2000, seed=seed)
    except DataQualityError as error:
        return [unmeasured(key, title, error.message.rstrip("."))]
    how = "mean pairwise cosine of all wells, those of one plate too, against random sets of as many"
    return [_share(key, title, found, how, seed)]


def magnitude_scores(wells: Profiles, steps: list[dict[str, Any]], *, seed: int = 0) -> list[MapScore]:
    """Share of perturbations that lie farther from controls than controls do, with p < 0.05.

    wells: not aligned yet, with perturbation_id, context_id, Metadata_Plate. The steps are fitted on one half of each
    plate's controls and the other half is the null: controls that an alignment was fitted on lie nearer to their middle
    than any other well, and every perturbation would seem to have an effect. p is the median of three such splits.
    """
    key, title = "magnitude", "Perturbations that lie far from controls (p < 0.05)"
    n_each = np.unique(np.asarray(wells.wells["Metadata_Plate"]).astype(str)[wells.is_control], return_counts=True)[1]
    if not len(n_each) or np.median(n_each) < LEAST_CONTROLS:
        typical = int(np.median(n_each)) if len(n_each) else 0
        why = f"{count_of(typical, 'control')} on the typical plate; at least {LEAST_CONTROLS} are needed"
        return [unmeasured(key, title, why)]
    rng = np.random.default_rng(seed)
    try:
        found = [_half_magnitude(wells, steps, *halves(wells, rng), seed) for _ in range(N_SPLITS)]
    except WorkbenchError as error:
        return [unmeasured(key, title, error.message.rstrip("."))]
    signal, how = found[0]
    signal = replace(signal, p=np.median([one.p for one, _ in found], axis=0))
    how += " to controls against sets of as many controls; steps fitted on one half of a plate's controls, these are the other"
    return [_share(key, title, signal, f"{how}; median p of {N_SPLITS} splits", seed)]


def _half_magnitude(
    wells: Profiles, steps: list[dict[str, Any]], is_fitted: np.ndarray, is_null: np.ndarray, seed: int
) -> tuple[Signal, str]:
    half = Profiles(wells.dataset, wells.values, wells.features, {**wells.wells, "is_control": is_fitted})
    aligned, _ = align(half, steps)
    asked = ~is_fitted
    values, group, null = aligned.values[asked], groups_of(aligned)[asked], is_null[asked]
    if np.median(np.unique(group[~null], return_counts=True)[1]) >= LEAST_REPLICATES:
        return perturbation_magnitude(values, group, null, seed=seed), "energy distance"
    how = f"length of the mean shift (energy distance needs {LEAST_REPLICATES} wells)"
    return shift_norm(values, group, null, n_null=2000, seed=seed), how


def halves(wells: Profiles, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two halves of each plate's controls, drawn at random: boolean [n_wells] each; the first has one more where odd."""
    plate = np.asarray(wells.wells["Metadata_Plate"]).astype(str)
    first = np.zeros(wells.n_wells, dtype=bool)
    for name in np.unique(plate):
        rows = rng.permutation(np.flatnonzero(wells.is_control & (plate == name)))
        first[rows[: -(-len(rows) // 2)]] = True
    return first, wells.is_control & ~first


def mixing_scores(aligned: Profiles, *, seed: int = 0) -> list[MapScore]:
    """Do control wells find their nearest neighbours in their own batch (where there is one batch, their own plate)?

    aligned: wells with Metadata_Batch, Metadata_Plate.
    """
    rows = np.flatnonzero(aligned.is_control)
    if len(rows) > MOST_CONTROLS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_CONTROLS, replace=False))
    of = {name: np.asarray(aligned.wells[name]).astype(str)[rows] for name in ("Metadata_Batch", "Metadata_Plate")}
    column = next((name for name in of if len(np.unique(of[name])) > 1), "Metadata_Plate")
    word = column.removeprefix("Metadata_").lower()
    key, title = "mixing", f"Controls whose nearest well is of their own {word}"
    try:
        found = batch_mixing(aligned.values[rows], of[column], seed=seed)
    except DataQualityError as error:
        return [unmeasured(key, title, error.message.rstrip("."))]
    low, high = open_ends(found.same_batch, found.low, found.high, found.n)
    how = (
        f"cosine; {count_of(found.n_batches, word, 'batches' if word == 'batch' else '')}; as good as chance is perfect "
        f"mixing (p {found.p:.2g}); LISI {found.lisi:.2f} [{found.lisi_low:.2f}, {found.lisi_high:.2f}], shuffled "
        f"{found.lisi_null:.2f}"
    )
    return [MapScore(key, title, found.same_batch, low, high, found.null, found.n, "controls", how, goal="at")]


def _share(key: str, title: str, found: Signal, how: str, seed: int) -> MapScore:
    share = found.share(level=LEVEL, seed=seed)
    n = int(share["n"])
    if n < FEWEST_GROUPS:
        return unmeasured(key, title, f"{count_of(n, 'perturbation has', 'perturbations have')} enough wells")
    low, high = open_ends(share["value"], share["low"], share["high"], n)
    how = f"{how}; {found.n_null:,} null values; by chance 5 % pass"
    return MapScore(key, title, share["value"], low, high, share["null"], n, "perturbations", how)
