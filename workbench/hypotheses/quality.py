"""Quality of measured plates: do controls hold still, do replicates agree beyond chance, does a layout fit its plate."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.kernels.response import against_controls

MIN_CONTROLS = 2
PERMUTATIONS = 200
DRIFT_P = 0.01
SWAP_RATIO = 0.6


def check_quality(
    values: np.ndarray, plates: np.ndarray, columns: np.ndarray, names: np.ndarray, is_control: np.ndarray,
    others: dict[str, dict[str, np.ndarray]],
) -> dict[str, Any]:  # fmt: skip
    """Per plate: controls, their spread and their drift along the columns; over plates: agreement of replicates.

    values [n_wells, n_readouts] in the readout's units; plates, columns, names (perturbations), is_control [n_wells];
    others[plate][other plate] bool [n_wells]: which wells of a plate would be controls under another plate's layout.
    A plate with fewer than two control wells fails; drift and a layout that fits another plate are flagged.
    """
    rng = np.random.default_rng(0)
    rows: dict[str, dict[str, Any]] = {}
    for plate in sorted(set(plates.tolist())):
        here = plates == plate
        controls = here & is_control
        block = values[controls][np.argsort(columns[controls], kind="stable")]
        drift, p = control_drift(block, rng)
        flags = []
        if len(block) < MIN_CONTROLS:
            flags.append("fewer than two control wells")
        if p is not None and p < DRIFT_P:
            flags.append(f"controls drift along the plate (p = {p:.2g})")
        spread = control_spread(block)
        for other, mask in others.get(plate, {}).items():
            theirs = control_spread(values[here & mask])
            if spread is not None and theirs is not None and theirs < SWAP_RATIO * spread:
                flags.append(f"controls vary less under the layout of {other}: were the plates swapped?")
        rows[plate] = {
            "n_controls": int(controls.sum()), "n_treatments": int((here & ~is_control).sum()), "control_spread": spread,
            "control_drift": drift, "control_drift_p": p, "passed": bool(controls.sum() >= MIN_CONTROLS), "flags": flags,
        }  # fmt: skip
    failed = [plate for plate, row in rows.items() if not row["passed"]]
    words = f"{', '.join(failed)}: fewer than two control wells." if failed else "Every plate has enough control wells."
    agreement, null = (
        (None, None)
        if failed
        else replicate_agreement(
            against_controls(values, plates, is_control)[~is_control], plates[~is_control], names[~is_control], rng
        )
    )
    return {
        "passed": not failed, "words": words, "plates": rows, "replicate_agreement": agreement, "agreement_null": null,
        "n": len(values),
    }  # fmt: skip


def control_spread(block: np.ndarray) -> float | None:
    """Median over readouts of the standard deviation of control wells [n, n_readouts]; None below two wells."""
    return float(np.median(block.std(axis=0, ddof=1))) if len(block) > 1 else None


def control_drift(block: np.ndarray, rng: np.random.Generator) -> tuple[float | None, float | None]:
    """Median over readouts of |first half − second half| of control wells in order [n, n_readouts], and its p.

    p is the share of random orders with at least this drift, counted with the observed one; None below four wells.
    """
    half = len(block) // 2
    if half < 2:
        return None, None

    def drift(order: np.ndarray) -> float:
        return float(np.median(np.abs(block[order[:half]].mean(axis=0) - block[order[-half:]].mean(axis=0))))

    observed = drift(np.arange(len(block)))
    beyond = sum(drift(rng.permutation(len(block))) >= observed - 1e-12 for _ in range(PERMUTATIONS))
    return observed, (beyond + 1) / (PERMUTATIONS + 1)


def replicate_agreement(
    delta: np.ndarray, plates: np.ndarray, names: np.ndarray, rng: np.random.Generator
) -> tuple[float | None, list[float] | None]:
    """Mean over perturbations of the mean Pearson r of their wells, and the 95 % band when names are shuffled.

    delta [n_wells, n_readouts], plates and names [n_wells]; names are shuffled within each plate. None without replicates,
    and no band where a plate holds a single perturbation.
    """
    centred = delta - delta.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 0)
    similarity = unit @ unit.T
    observed = _mean_within(similarity, names)
    if observed is None:
        return None, None
    null = []
    for _ in range(PERMUTATIONS):
        shuffled = names.copy()
        for plate in np.unique(plates):
            here = np.flatnonzero(plates == plate)
            shuffled[here] = names[rng.permutation(here)]
        null.append(_mean_within(similarity, shuffled))
    known = [value for value in null if value is not None]
    shuffles = len(names) > len(np.unique(plates))
    return observed, [float(edge) for edge in np.quantile(known, [0.025, 0.975])] if known and shuffles else None


def _mean_within(similarity: np.ndarray, names: np.ndarray) -> float | None:
    """Mean over groups with two or more wells of their mean off-diagonal similarity; similarity [n_wells, n_wells]."""
    labels, index = np.unique(names, return_inverse=True)
    member = np.zeros((len(labels), len(names)))
    member[index, np.arange(len(names))] = 1.0
    n = member.sum(axis=1)
    own = (member @ similarity * member).sum(axis=1) - member @ np.diag(similarity)
    usable = n > 1
    return float(np.mean(own[usable] / (n[usable] * (n[usable] - 1)))) if usable.any() else None
