"""The verdict on plates, measured on real ones: how often an untouched plate is stopped, how often a planted fault is.

Real wells at their real places (CPJUMP1, NELISA, L1000), in batches of one context and kind of perturbation, readouts in SD
of the controls. Positive control of a kind is the declared one that stands out most over its plates, where there is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.figures import figure
from benchmarks.house.homes import filled_home
from workbench.hypotheses.quality import TOLD_P, check_quality

DATASETS = ("cpjump1", "nelisa_jump_target", "l1000_orf_u2os")
SHAPE, BESIDE = (16, 24), 3  # other plates of a batch that are looked at together with one
GRADIENT_SD = 6.0  # from the first column to the last
_WELLS = """
SELECT w.dataset, w.context_id, w.Metadata_Plate AS plate, w.Metadata_Well AS well, w.perturbation_id, w.is_control,
       coalesce(w.control_type, '') AS control_type, p.vector
FROM lake.well w JOIN lake.profile p ON p.well_id = w.well_id AND p.dataset = w.dataset
WHERE w.dataset = $1 AND coalesce(w.control_type, '') <> 'untreated' ORDER BY w.context_id, w.Metadata_Plate, w.Metadata_Well
"""


@dataclass(frozen=True, eq=False)
class RealPlate:
    """values [n_wells, n_readouts] in SD of the controls; places [n_wells, 2]; names, roles [n_wells]."""

    name: str
    values: np.ndarray
    places: np.ndarray
    names: np.ndarray
    roles: np.ndarray


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Both figures."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    with filled_home() as home:
        lab = Lab.open(Settings(home=home, mirror=None))
        batches = [batch for name in DATASETS for batch in _batches(lab, name)]
        lab.close()
    return _figures(batches, every=6 if quick else 1)


def _figures(batches: list[list[RealPlate]], every: int) -> dict[str, dict[str, Any]]:
    rng = np.random.default_rng(0)
    asked = [(batch, i) for batch in batches for i in range(len(batch))][::every]
    stops, words, dead = np.zeros(len(asked), dtype=bool), {}, 0
    caught: dict[str, list[tuple[int, bool, bool]]] = {name: [] for name in FAULTS}
    for number, (batch, i) in enumerate(asked):
        before = _verdict(batch, i, batch[i])
        stops[number] = before["verdict"] == "stop"
        if stops[number]:
            words[batch[i].name] = before["reasons"][0]
            dead += (before.get("controls_p") or 0.0) >= TOLD_P
            continue  # it would stop whatever is planted
        for name, plant in FAULTS.items():
            changed = plant(batch[i], rng)
            if changed is not None:
                after = _verdict(batch, i, changed)
                caught[name].append((number, after["verdict"] == "stop", after["reasons"] != before["reasons"]))
    half = np.arange(len(asked)) % 2
    low, high = _wilson(int(stops.sum()), len(stops))
    why = ", ".join(f"{n} for {cause}" for cause, n in Counter(_cause(reason) for reason in words.values()).items())
    false = (
        f"{int(stops.sum())} of {len(stops)} untouched real plates of {len(batches)} batches (first and second half: "
        f"{stops[half == 0].mean():.2f}, {stops[half == 1].mean():.2f}); Wilson's interval. Stopped: {why or 'none'}, "
        f"{dead} of them where the control cannot be told on four plates together either. "
        f"{sum((batch[i].roles == 'positive control').any() for batch, i in asked)} have a positive control, on two wells"
    )
    every_one = np.array([stopped for found in caught.values() for _, stopped, _ in found])
    plates = np.array([number for found in caught.values() for number, _, _ in found])
    low_caught, high_caught = _over_plates(every_one, plates)
    kinds = ", ".join(
        f"{name} {np.mean([stopped for _, stopped, _ in found]):.2f} (other reasons {np.mean([told for *_, told in found]):.2f}, "
        f"n = {len(found)})" for name, found in caught.items() if found
    )  # fmt: skip
    first, second = (every_one[half[plates] == side].mean() for side in (0, 1))
    how = (
        "share of planted faults that stop a plate, one at a time on each that does not stop untouched: "
        f"{kinds}; first and second half of the plates {first:.2f}, {second:.2f}; interval over resampled plates"
    )
    return {
        "plate_false_stop_share": figure(float(stops.mean()), "share", false, low=low, high=high, n=len(stops)),
        "plate_fault_caught_share": figure(
            float(every_one.mean()), "share", how, low=low_caught, high=high_caught, n=len(every_one)
        ),
    }


def _verdict(batch: list[RealPlate], i: int, changed: RealPlate) -> dict[str, Any]:
    """What is said of one plate, in its batch."""
    others = [plate for j, plate in enumerate(batch) if j != i]
    here = [changed, *others[:BESIDE]]
    layouts = {plate.name: _controls(plate) for plate in here}
    found = check_quality(
        np.concatenate([plate.values for plate in here]), np.repeat([p.name for p in here], [len(p.values) for p in here]),
        np.concatenate([plate.places for plate in here]), {plate.name: SHAPE for plate in here},
        np.concatenate([plate.names for plate in here]), np.concatenate([plate.roles for plate in here]), layouts,
    )  # fmt: skip
    return found["plates"][changed.name]


def _cause(reason: str) -> str:
    return next((what for what in ("positive control", "rows", "columns", "edge", "layout") if what in reason), reason)


def _controls(plate: RealPlate) -> set[tuple[int, int]]:
    return {(int(r), int(c)) for r, c in plate.places[plate.roles == "negative control"]}


def _moved(plate: RealPlate, to: Callable[[np.ndarray], np.ndarray]) -> RealPlate:
    """Every well shows what was measured at another place; wells whose other place was not measured are missing."""
    at = {(int(r), int(c)): k for k, (r, c) in enumerate(plate.places)}
    source = [at.get((int(r), int(c)), -1) for r, c in to(plate.places)]
    kept = np.flatnonzero(np.array(source) >= 0)
    values = plate.values[np.array(source)[kept]]
    return RealPlate(plate.name, values, plate.places[kept], plate.names[kept], plate.roles[kept])


def _rotated(plate: RealPlate, _rng: np.random.Generator) -> RealPlate:
    return _moved(plate, lambda places: np.array(SHAPE) - 1 - places)


def _rows_reversed(plate: RealPlate, _rng: np.random.Generator) -> RealPlate:
    return _moved(plate, lambda places: np.column_stack([SHAPE[0] - 1 - places[:, 0], places[:, 1]]))


def _gradient(plate: RealPlate, rng: np.random.Generator) -> RealPlate:
    """A dispenser that runs dry: every readout goes up or down along the columns."""
    along = plate.places[:, 1] / (SHAPE[1] - 1) - 0.5
    return replace(
        plate, values=plate.values + GRADIENT_SD * np.outer(along, rng.choice([-1.0, 1.0], plate.values.shape[1]))
    )


def _dead_control(plate: RealPlate, rng: np.random.Generator) -> RealPlate | None:
    """The positive control was not given: its wells look like negative ones of the plate."""
    positive, negative = (np.flatnonzero(plate.roles == role) for role in ("positive control", "negative control"))
    if len(positive) < 2:
        return None
    values = plate.values.copy()
    values[positive] = plate.values[rng.choice(negative, len(positive), replace=len(positive) > len(negative))]
    return replace(plate, values=values)


FAULTS: dict[str, Callable[[RealPlate, np.random.Generator], RealPlate | None]] = {
    "plate turned by 180°": _rotated, "rows in reverse order": _rows_reversed,
    f"gradient of {GRADIENT_SD:g} SD along the columns": _gradient, "dead positive control": _dead_control,
}  # fmt: skip


def _batches(lab: Any, dataset: str) -> Iterator[list[RealPlate]]:
    """Plates of one context and one kind of perturbation together."""
    from workbench.hypotheses.wells import parse_well

    table = lab.catalog.lake.query(_WELLS, [dataset]).to_pandas()
    table["place"] = [parse_well(well) for well in table["well"]]
    kinds = table["perturbation_id"].str.partition(":")[0].where(~table["is_control"])
    table["kind"] = kinds.groupby(table["plate"]).transform(lambda column: column.mode().iloc[0])
    values = np.stack(table["vector"].to_numpy()).astype(np.float64)
    for _, same in table.groupby("kind"):
        whole = [(rows, _in_control_sd(values[rows.index], rows)) for _, rows in same.groupby("context_id")]
        known = _positive(whole)
        for rows, own in whole:
            yield list(_plates(rows, own, known))


def _plates(rows: Any, own: np.ndarray, known: str) -> Iterator[RealPlate]:
    for name, here in rows.reset_index(drop=True).groupby("plate"):
        ids, control = here["perturbation_id"].to_numpy(dtype=str), here["is_control"].to_numpy(dtype=bool)
        roles = np.where(control, "negative control", np.where(ids == known, "positive control", "treatment"))
        if control.sum() >= 2:
            yield RealPlate(str(name), own[here.index], np.array(here["place"].tolist()), ids, roles)


def _in_control_sd(values: np.ndarray, rows: Any) -> np.ndarray:
    """Values [n_wells, n_readouts] in the SD of control wells within plates, pooled; readouts without any are left out."""
    plates, control = rows["plate"].to_numpy(), rows["is_control"].to_numpy(dtype=bool)
    blocks = [values[control & (plates == name)] for name in np.unique(plates)]
    within = np.concatenate([block - block.mean(axis=0) for block in blocks if len(block) > 1])
    sd = np.sqrt(np.mean(np.square(within), axis=0))
    return values[:, sd > 0] / sd[sd > 0]


def _positive(whole: list[tuple[Any, np.ndarray]]) -> str:
    """The declared positive control, on two wells a plate or more, that lies farthest from the negative ones on average."""
    away: dict[str, list[float]] = {}
    for rows, own in whole:
        placed = rows.reset_index(drop=True)
        for _, here in placed.groupby("plate"):
            middle = own[here.index[here["is_control"]]].mean(axis=0)
            declared = here[here["control_type"].str.startswith("poscon")]
            for name, wells in declared.groupby("perturbation_id"):
                if len(wells) >= 2:
                    away.setdefault(str(name), []).append(float(np.linalg.norm(own[wells.index].mean(axis=0) - middle)))
    return max(away, key=lambda name: float(np.mean(away[name])), default="")


def _wilson(n: int, of: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(n, of).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def _over_plates(caught: np.ndarray, plates: np.ndarray) -> tuple[float, float]:
    """95 % interval of the mean over resampled plates."""
    rng, groups = np.random.default_rng(0), [caught[plates == plate] for plate in np.unique(plates)]
    sums, sizes = np.array([g.sum() for g in groups]), np.array([len(g) for g in groups])
    drawn = rng.integers(0, len(groups), (1000, len(groups)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)
