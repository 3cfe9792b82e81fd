"""Plate layouts: treatments and controls on wells by a declared design; pure and reproducible by seed.

Controls are spread so that columns differ by at most one of them; a treatment's replicates go to different plates, or,
several on one plate, to wells that do not touch. "Blocked" is the randomised complete block design: blocks are runs of
columns, and a treatment's replicates lie in different ones over the plates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workbench.errors import InputError
from workbench.hypotheses.wells import on_edge, well_name
from workbench.nouns.experiment import PLATE_SHAPES, Design

MIN_CONTROLS = 8
CONTROL_SHARE = 0.1
SWAPS = 20_000
Place = tuple[int, int]


class Spot(NamedTuple):
    """A filled well: `treatment` and `replicate` count for treatments only (-1 and 0 for controls)."""

    well: str
    role: str
    treatment: int = -1
    replicate: int = 0


class PlatePlan(NamedTuple):
    """One plate: `replicate` is that of its first treatment; spots in order of rows and columns."""

    replicate: int
    spots: list[Spot]


def n_controls_for(n_treated: int) -> int:
    """Negative control wells a plate: a tenth of the treated wells, at least eight."""
    return max(MIN_CONTROLS, math.ceil(CONTROL_SHARE * n_treated))


def capacity(design: Design) -> int:
    """Treated wells that fit on one plate beside its controls. Raises InputError when none does."""
    n_free = len(_inner(design))
    most = n_free - design.n_positive - (design.n_negative or MIN_CONTROLS)
    if design.n_negative is None:
        while most > 0 and most + n_controls_for(most) + design.n_positive > n_free:
            most -= 1
    if most < design.per_plate:
        negative = MIN_CONTROLS if design.n_negative is None else design.n_negative
        raise InputError(
            f"{negative} negative and {design.n_positive} positive controls leave no room for a treatment with "
            f"{design.per_plate} replicates on the {n_free} usable wells of a plate of {design.n_wells}.",
            hint="Choose fewer controls, a larger plate, or use the outer ring.",
        )
    return most


def layout(replicates: Sequence[int], design: Design, seed: Sequence[int] = (0,)) -> list[PlatePlan]:
    """Plates for treatments with replicates[i] replicates each, in the order of their replicates.

    Every round of plates carries `design.per_plate` replicates of each treatment that still needs them; treatments that do
    not fit on one plate are shared out evenly, at random. The same seed gives the same plates. Raises InputError for no
    treatment, a design that does not fit, more plates than allowed, or replicates that cannot be kept apart.
    """
    if not replicates or min(replicates) < 1:
        raise InputError("a plate needs at least one treatment.", where=f"replicates {list(replicates)[:5]}")
    most, rng = capacity(design), np.random.default_rng([*seed, 0])
    order = rng.permutation(len(replicates))
    plans: list[PlatePlan] = []
    for turn in range(math.ceil(max(replicates) / design.per_plate)):
        first = turn * design.per_plate
        copies = {
            int(i): list(range(first + 1, min(first + design.per_plate, replicates[i]) + 1))
            for i in order if replicates[i] > first
        }  # fmt: skip
        shuffled = order if design.arrangement == "blocked" else rng.permutation(order)
        for members in _shares([int(i) for i in shuffled if int(i) in copies], copies, most):
            own = np.random.default_rng([*seed, 1, len(plans)])
            plans.append(PlatePlan(first + 1, _plate({i: copies[i] for i in members}, design, turn, own)))
    if design.max_plates is not None and len(plans) > design.max_plates:
        raise InputError(
            f"this batch needs {len(plans)} plates of {design.n_wells} ({most} treated wells each); "
            f"{design.max_plates} are allowed.",
            hint="Choose a larger plate, fewer hypotheses, or allow more plates.",
        )
    return plans


def plates_needed(replicates: Sequence[int], design: Design) -> int:
    """Plates that treatments with replicates[i] replicates each need by a design, however `layout` shuffles them.

    Where treatments have unequal numbers of replicates, that is the number for the least lucky order. Raises as `capacity`.
    """
    most, n_plates = capacity(design), 0
    for first in range(0, max(replicates, default=0), design.per_plate):
        copies = sorted((min(design.per_plate, n - first) for n in replicates if n > first), reverse=True)
        here = max(1, math.ceil(sum(copies) / most))
        while sum(copies[: math.ceil(len(copies) / here)]) > most:
            here += 1
        n_plates += here
    return n_plates


def touching(place: Place, others: set[Place]) -> int:
    """How many of other wells touch this one, corners included."""
    row, column = place
    return sum((row + i, column + j) in others for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))


def _inner(design: Design) -> list[Place]:
    """Wells that treatments and spread controls may take, column by column."""
    rows, columns = PLATE_SHAPES[design.n_wells]
    places = [(r, c) for c in range(columns) for r in range(rows)]
    return places if design.edge == "use" else [p for p in places if not on_edge(*p, design.n_wells)]


def _shares(members: list[int], copies: dict[int, list[int]], most: int) -> list[list[int]]:
    """Members shared out evenly over as few plates as hold them."""
    total = sum(len(copies[i]) for i in members)
    for n_plates in range(max(1, math.ceil(total / most)), len(members) + 1):
        parts = [part.tolist() for part in np.array_split(np.array(members), n_plates)]
        if all(sum(len(copies[i]) for i in part) <= most for part in parts):
            return parts
    raise InputError(f"{len(members)} treatments do not fit on plates of {most} treated wells.")


def _plate(copies: dict[int, list[int]], design: Design, turn: int, rng: np.random.Generator) -> list[Spot]:
    inner = _inner(design)
    wanted = [(i, replicate) for i, numbers in copies.items() for replicate in numbers]
    n_negative = n_controls_for(len(wanted)) if design.n_negative is None else design.n_negative
    negative = _spread(inner, n_negative, rng)
    taken = set(negative)
    positive = _spread([place for place in inner if place not in taken], design.n_positive, rng)
    taken |= set(positive)
    free = [place for place in inner if place not in taken]
    placed = _treat(wanted, free, design, turn, rng)
    if design.edge == "controls":
        rows, columns = PLATE_SHAPES[design.n_wells]
        negative += [(r, c) for r in range(rows) for c in range(columns) if on_edge(r, c, design.n_wells)]
    spots = {place: Spot(well_name(*place), "negative control") for place in negative}
    spots |= {place: Spot(well_name(*place), "positive control") for place in positive}
    spots |= {place: Spot(well_name(*place), "treatment", *item) for place, item in placed.items()}
    return [spots[place] for place in sorted(spots)]


def _spread(places: list[Place], n: int, rng: np.random.Generator) -> list[Place]:
    """n places, evenly over the columns, then to the row with the fewest, ties at random."""
    columns = sorted({column for _, column in places})
    rows = dict.fromkeys((row for row, _ in places), 0)
    free: dict[int, list[int]] = {column: [] for column in columns}
    for row, column in places:
        free[column].append(row)
    chosen: list[Place] = []
    while len(chosen) < n:
        open_columns = [column for column in columns if free[column]]
        share = min(n - len(chosen), len(open_columns))
        steps = ((np.arange(share) + rng.random()) * len(open_columns) / share).astype(int)
        for column in rng.permutation([open_columns[i] for i in steps]).tolist():
            fewest = min(rows[row] for row in free[column])
            row = int(rng.choice([row for row in free[column] if rows[row] == fewest]))
            free[column].remove(row)
            rows[row] += 1
            chosen.append((row, column))
    return chosen


def _treat(
    wanted: list[tuple[int, int]], free: list[Place], design: Design, turn: int, rng: np.random.Generator
) -> dict[Place, tuple[int, int]]:
    """Treatments on free wells, block by block; free is sorted by column, so that a block is a run of columns."""
    blocks = _blocks(wanted, design, turn) if design.arrangement == "blocked" else [wanted]
    slack = np.array_split(np.arange(len(free) - len(wanted)), len(blocks))
    placed: dict[Place, tuple[int, int]] = {}
    block_of: dict[Place, int] = {}
    begin = 0
    for number, (block, spare) in enumerate(zip(blocks, slack, strict=True)):
        here = free[begin : begin + len(block) + len(spare)]
        begin += len(here)
        block_of |= dict.fromkeys(here, number)
        places = rng.permutation(len(here))[: len(block)]
        placed |= {here[int(place)]: item for place, item in zip(places, block, strict=True)}
    if design.apart and design.per_plate > 1:
        _keep_apart(placed, block_of, rng)
    return placed


def _blocks(wanted: list[tuple[int, int]], design: Design, turn: int) -> list[list[tuple[int, int]]]:
    """Replicate k of the plate's i-th treatment lies in block (i + k) mod n: another one on every plate."""
    n_blocks = max(design.per_plate, 3)
    rank = {treatment: i for i, treatment in enumerate(dict.fromkeys(item[0] for item in wanted))}
    blocks: list[list[tuple[int, int]]] = [[] for _ in range(n_blocks)]
    for treatment, replicate in wanted:
        blocks[(rank[treatment] + replicate - 1) % n_blocks].append((treatment, replicate))
    return blocks


def _keep_apart(placed: dict[Place, tuple[int, int]], block_of: dict[Place, int], rng: np.random.Generator) -> None:
    """Swap wells, or move them to empty ones of their block, until no two of one treatment touch. Raises InputError."""
    where: dict[int, set[Place]] = {}
    for place, (treatment, _) in placed.items():
        where.setdefault(treatment, set()).add(place)
    pool: dict[int, list[Place]] = {}
    for place, number in block_of.items():
        pool.setdefault(number, []).append(place)

    def trouble(place: Place) -> int:
        return touching(place, where[placed[place][0]]) if place in placed else 0

    def swap(one: Place, other: Place) -> None:
        items = placed.pop(one, None), placed.pop(other, None)
        for item, old in zip(items, (one, other), strict=True):
            if item is not None:
                where[item[0]].discard(old)
        for item, new in zip(items, (other, one), strict=True):
            if item is not None:
                placed[new] = item
                where[item[0]].add(new)

    bad = {place for place in placed if trouble(place)}
    for _ in range(SWAPS):
        if not bad:
            return
        one = sorted(bad)[int(rng.integers(len(bad)))]
        other = pool[block_of[one]][int(rng.integers(len(pool[block_of[one]])))]
        if placed.get(other, (-1,))[0] == placed[one][0]:
            continue
        before = trouble(one) + trouble(other)
        swap(one, other)
        if trouble(one) + trouble(other) > before:
            swap(one, other)
            continue
        moved = {placed[place][0] for place in (one, other) if place in placed}
        bad = {place for place in bad if place in placed and placed[place][0] not in moved}
        bad |= {place for treatment in moved for place in where[treatment] if trouble(place)}
    raise InputError(
        f"replicates of one treatment cannot be kept apart: {len(bad)} of {len(placed)} wells still touch their own kind.",
        hint="Put fewer replicates on one plate, choose a larger plate, or let replicates lie side by side.",
    )
