"""Quality of measured plates before anything learns from them: every plate passes, is warned about, or stops.

A plate stops when it has fewer than two negative controls, when it and another fit each other's layout better than their
own or it fits its own turned, when its positive control cannot be told from its negative ones, or when half of its
variance follows places.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataQualityError
from workbench.hypotheses.layout_fit import (
    ALARM_P,
    PERMUTATIONS,
    control_spread,
    fits_another,
    layout_mask,
    swaps,
    turned,
)
from workbench.hypotheses.replicates import replicate_agreement
from workbench.kernels.plate_quality import controls_differ, plate_quality, position_effects, project_on_controls
from workbench.kernels.response import against_controls

MIN_CONTROLS = 2
LEAST_SHARE, MOST_SHARE = 0.03, 0.5  # of variance by place beyond chance: what is worth a word, and what stops
GOOD_Z = 0.5
LEAST_SSMD = 1.0
TOLD_P = 0.05  # of the positive control over all plates together
TURN_DRAWS = 400  # three turns are looked at, each at a third of ALARM_P
LEAST_PLATES = 5
ROLES = ("treatment", "negative control", "positive control")


def check_quality(
    values: np.ndarray, plates: np.ndarray, places: np.ndarray, shapes: dict[str, tuple[int, int]], names: np.ndarray,
    roles: np.ndarray, layouts: dict[str, set[tuple[int, int]]],
) -> dict[str, Any]:  # fmt: skip
    """Per plate a verdict (pass, warn, stop) with reasons and figures; over plates the agreement of replicates.

    values [n_wells, n_readouts] in the readout's units; plates, names (perturbations), roles [n_wells]; places
    [n_wells, 2] rows and columns from 0; shapes: rows and columns of each plate; layouts: where each planned plate's
    negative controls lie. JSON.
    """
    codes, found = pd.factorize(plates)
    order = sorted((str(name) for name in found), key=_natural)
    wells_of = {str(found[code]): np.flatnonzero(codes == code) for code in range(len(found))}
    assay = _assay(values, plates, roles)
    masks = {plate: layout_mask(there) for plate, there in layouts.items()}
    rows = {
        plate: _plate(plate, values[here], places[here], shapes[plate], roles[here], masks, assay)
        for plate, here in ((name, wells_of[name]) for name in order)
    }
    for plate, (other, certain) in swaps({plate: rows[plate].pop("fits") for plate in order}).items():
        _say_swap(rows[plate], other, certain)
    negative = roles == "negative control"
    enough = [plate for plate in order if rows[plate]["n_controls"] >= MIN_CONTROLS]
    usable = np.isin(codes, [code for code in range(len(found)) if str(found[code]) in set(enough)])
    treated = usable & (roles == "treatment")
    agreement = None
    if treated.any():
        delta = against_controls(values[usable], codes[usable], negative[usable])[treated[usable]]
        kinds = pd.factorize(names[treated])[0]
        agreement = replicate_agreement(delta, codes[treated], kinds, np.random.default_rng(0))
    means = [values[here][negative[here]].mean(axis=0) for here in (wells_of[plate] for plate in enough)]
    drift = plate_drift(np.array(means))
    warnings = []
    if agreement is not None and agreement.null_high is not None and agreement.mean <= agreement.null_high:
        warnings.append("replicates agree no better than wells of different perturbations")
    if drift is not None and drift[1] < ALARM_P:
        warnings.append(f"controls drift from plate to plate (p = {drift[1]:.2g})")
    stopped = [plate for plate in order if rows[plate]["verdict"] == "stop"]
    unusable = [plate for plate in order if rows[plate]["n_controls"] < MIN_CONTROLS]
    return {
        "passed": not stopped, "words": _words(order, rows, stopped), "plates": rows, "warnings": warnings,
        "stopped": stopped, "unusable": unusable, "n": len(values),
        "agreement": None if agreement is None else asdict(agreement),
        "replicate_agreement": None if agreement is None else agreement.mean,
        "plate_drift_p": None if drift is None else drift[1],
    }  # fmt: skip


def _words(order: list[str], rows: dict[str, dict[str, Any]], stopped: list[str]) -> str:
    if stopped:
        return "; ".join(f"{plate}: {rows[plate]['reasons'][0]}" for plate in stopped[:6]) + "."
    warned = sum(rows[plate]["verdict"] == "warn" for plate in order)
    if not warned:
        return "Every plate passes."
    return f"No plate stops; {warned} of {len(order)} {'has' if warned == 1 else 'have'} a warning."


def _plate(
    plate: str, own: np.ndarray, where: np.ndarray, shape: tuple[int, int], role: np.ndarray,
    masks: dict[str, np.ndarray], assay: dict[str, dict[str, float]],
) -> dict[str, Any]:  # fmt: skip
    negative = role == "negative control"
    n_controls = int(negative.sum())
    rng = np.random.default_rng(0)
    block = own[negative][np.lexsort((where[negative, 0], where[negative, 1]))]
    drift, drift_p = control_drift(block, rng)
    stops: list[str] = []
    warns: list[str] = []
    if n_controls < MIN_CONTROLS:
        stops.append("fewer than two control wells")
    if drift_p is not None and drift_p < ALARM_P:
        warns.append(f"controls drift along the columns (p = {drift_p:.2g}, n = {n_controls})")
    mine = masks.get(plate)
    others = {name: there for name, there in masks.items() if name != plate and (mine is None or (there != mine).any())}
    if mine is not None and (
        how := fits_another(own, where, negative, turned(mine, shape), rng, n_draws=TURN_DRAWS, alarm_p=ALARM_P / 3)
    ):
        stops.append(f"its controls vary less under its own layout {how}: was the plate turned?")
    position = _positions(own, where, shape, role)
    for name, effect in position.items():
        beyond = effect["share"] - effect["null"]
        if effect["p"] < ALARM_P and beyond >= LEAST_SHARE:
            words = f"{beyond:.0%} of the variance follows the {name} beyond chance (p = {effect['p']:.2g}, n = {effect['n']})"
            (stops if beyond >= MOST_SHARE else warns).append(words)
    found = assay.get(plate, {})
    if found and np.isfinite(found["z_prime_high"]):
        _say_controls(found, stops, warns)
    return {
        "verdict": "stop" if stops else "warn" if warns else "pass", "reasons": stops + warns, "n_controls": n_controls,
        "n_treatments": int((role == "treatment").sum()), "n_positive": int((role == "positive control").sum()),
        "control_spread": control_spread(block), "control_drift": drift, "control_drift_p": drift_p,
        "fits": fits_another(own, where, negative, others, rng), "position": position,
        **{key: _finite(value) for key, value in found.items()},
    }  # fmt: skip


def _say_controls(found: dict[str, float], stops: list[str], warns: list[str]) -> None:
    """What the positive control of a plate says. One that is weak on every plate tells nothing about a single one: then it
    stops a plate only where all plates together cannot tell it either."""
    said = f"Z' = {found['z_prime']:.2f} [{found['z_prime_low']:.2f}, {found['z_prime_high']:.2f}]"
    if found["z_prime_high"] < 0 and abs(found["ssmd"]) < LEAST_SSMD:
        said, p = f"{said}, SSMD = {found['ssmd']:.2f}", found["controls_p"]
        words = f"the positive control cannot be told from the negative ones ({said})"
        if found["ssmd_elsewhere"] >= LEAST_SSMD:
            stops.append(f"{words}, as it can on the other plates (SSMD = {found['ssmd_elsewhere']:.2f})")
        elif p < TOLD_P:
            warns.append(f"the positive control is weak on every plate and cannot be told on this one ({said})")
        else:
            stops.append(words)
    elif found["z_prime"] < GOOD_Z:
        warns.append(
            f"{said}: single wells tell the controls apart {'poorly' if found['z_prime'] > 0 else 'not at all'}"
        )


def _positions(
    own: np.ndarray, where: np.ndarray, shape: tuple[int, int], role: np.ndarray
) -> dict[str, dict[str, float]]:
    """Effects of row, column and edge, where there are enough wells to ask."""
    edge = (where[:, 0] == 0) | (where[:, 0] == shape[0] - 1) | (where[:, 1] == 0) | (where[:, 1] == shape[1] - 1)
    groups = {"rows": where[:, 0], "columns": where[:, 1]}
    if min(edge.sum(), (~edge).sum()) >= 3:
        groups["edge"] = edge
    found = position_effects(own, groups, role, n_draws=PERMUTATIONS)
    return {
        name: {"share": effect.share, "null": effect.null, "p": effect.p, "n": effect.n}
        for name, effect in found.items() if np.isfinite(effect.share)
    }  # fmt: skip


def _assay(values: np.ndarray, plates: np.ndarray, roles: np.ndarray) -> dict[str, dict[str, float]]:
    """Z' and SSMD of every plate with both kinds of controls: of the readout, or along the axis the other plates give."""
    positive, negative = roles == "positive control", roles == "negative control"
    if not positive.any():
        return {}
    try:
        readout = values[:, 0] if values.shape[1] == 1 else project_on_controls(values, plates, positive, negative)
    except DataQualityError:
        return {}
    found = plate_quality(readout, plates, positive, negative)
    p = controls_differ(values, plates, positive, negative)
    sizes = {row.plate: abs(row.ssmd) for row in found if np.isfinite(row.ssmd)}
    elsewhere = {name: [size for other, size in sizes.items() if other != name] for name in sizes}
    return {
        row.plate: {
            "z_prime": row.z_prime, "z_prime_low": row.low, "z_prime_high": row.high,
            "z_prime_robust": row.z_prime_robust, "ssmd": row.ssmd, "controls_p": p,
            "ssmd_elsewhere": float(np.median(elsewhere[row.plate])) if elsewhere.get(row.plate) else float("nan"),
        }
        for row in found
    }  # fmt: skip


def _say_swap(row: dict[str, Any], other: str, certain: bool) -> None:
    words = f"its controls vary less under the layout of {other}: were the plates swapped?"
    row["reasons"].insert(0 if certain else len(row["reasons"]), words)
    if certain or row["verdict"] == "pass":
        row["verdict"] = "stop" if certain else "warn"


def control_drift(block: np.ndarray, rng: np.random.Generator) -> tuple[float | None, float | None]:
    """Median over readouts of |first half − second half| of control wells in order [n, n_readouts], and its p.

    p is the share of random orders with at least this drift, counted with the observed one; None below four wells.
    """
    half = len(block) // 2
    if half < 2:
        return None, None

    sign = np.zeros(len(block))
    sign[:half], sign[-half:] = 1 / half, -1 / half
    signs = np.stack([sign, *(sign[rng.permutation(len(block))] for _ in range(PERMUTATIONS))])
    drifts = np.median(np.abs(signs @ block), axis=1)
    beyond = int((drifts[1:] >= drifts[0] - 1e-12).sum())
    return float(drifts[0]), (beyond + 1) / (PERMUTATIONS + 1)


def plate_drift(means: np.ndarray) -> tuple[float, float] | None:
    """Whether control means [n_plates, n_readouts] in the order of the plates change step by step: von Neumann's ratio
    of squared steps to variance (2 without drift, less with it), and its p over random orders; None below five plates.
    """
    if len(means) < LEAST_PLATES:
        return None
    rng = np.random.default_rng(0)
    total = float(((means - means.mean(axis=0)) ** 2).sum()) / (len(means) - 1)
    if total == 0:
        return None

    def ratio(order: np.ndarray) -> float:
        return float((np.diff(means[order], axis=0) ** 2).sum()) / (len(means) - 1) / total

    observed = ratio(np.arange(len(means)))
    beyond = sum(ratio(rng.permutation(len(means))) <= observed + 1e-12 for _ in range(PERMUTATIONS))
    return observed, (beyond + 1) / (PERMUTATIONS + 1)


def _natural(barcode: str) -> list[Any]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", barcode)]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
