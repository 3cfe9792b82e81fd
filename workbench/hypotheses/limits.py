"""What remains of plates, budget and stock while a batch is filled, and why something does not fit any more."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from workbench.hypotheses.layout import capacity, n_controls_for, plates_needed
from workbench.nouns.limits import Limits, Room
from workbench.nouns.stock import Stock

SLACK = 1e-9


class Refusal(NamedTuple):
    """The limit that something does not keep (price, stock, budget or plates), and why, in words."""

    limit: str
    words: str


class Remaining:
    """What remains within limits; `take` uses it up.

    Wells of a treatment count as `layout` will lay them out. A well is filled from one source well, as `pick` fills it: the
    first one, by plate and well, that holds enough. Stock limits the kinds of perturbations that it lists; a combination
    that is not listed itself needs its parts.
    """

    def __init__(
        self, limits: Limits, stock: Iterable[Stock] = (), reserved: Sequence[int] = (),
        drawn: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        """reserved: replicates of each treatment that already has its place on these plates; drawn: wells that each
        perturbation's stock has filled or is promised to, theirs included."""
        self.limits = limits
        self._most = None if limits.design.max_plates is None else capacity(limits.design)
        self._replicates = Counter(reserved)
        self._fits: bool | None = None  # whether one more fits on the plates, once it was asked: all need the same
        self._spent = 0.0
        self._shelf: dict[str, tuple[float, ...]] = {}
        if limits.volume_nl is not None:
            for item in sorted(stock, key=lambda item: (item.source_plate, item.source_well)):
                self._shelf[item.perturbation_id] = (*self._shelf.get(item.perturbation_id, ()), item.volume_nl)
        self._kinds = {kind_of(part) for name in self._shelf for part in name.split("+")}
        held = Counter(dict(drawn or {}))
        if limits.design.max_plates is not None and limits.design.positive_control:
            held[limits.design.positive_control] += limits.design.n_positive * limits.design.max_plates
        for name, n in held.items():
            for part in self._sources(name):
                self._shelf[part] = _drawn(self._shelf.get(part, ()), n, self._volume)

    def copy(self) -> Remaining:
        """As it is now, to be used up apart."""
        new = object.__new__(Remaining)
        new.__dict__ = {**self.__dict__, "_replicates": self._replicates.copy(), "_shelf": dict(self._shelf)}
        return new

    def limits_stock_of(self, perturbation_id: str) -> bool:
        """Whether a perturbation, or a part of it, is of a kind that the stock lists."""
        return bool(self._sources(perturbation_id))

    def why_not(self, perturbation_id: str) -> Refusal | None:
        """Why a perturbation does not fit any more; none where it does."""
        n, cost = self.limits.n_replicates, self.limits.cost(perturbation_id)
        if cost is None:
            return Refusal("price", "no price: the table of prices does not name it")
        for part in self._sources(perturbation_id):
            volumes = self._shelf.get(part, ())
            if sum(_movements(volume, self._volume) for volume in volumes) < n:
                of = "" if part == perturbation_id else f" of {part}"
                words = f"no stock{of}: needs {n} × {self._volume:g} nL, {sum(volumes):g} nL left"
                return Refusal("stock", words)
        budget = self.limits.budget
        if budget is not None and cost > budget - self._spent + SLACK:
            words = f"over budget: {cost:g} of {max(budget - self._spent, 0.0):g} left, {self.limits.unit}"
            return Refusal("budget", words)
        if not self._fits_on_plates():
            plates = self.limits.design.max_plates or 1
            full = "the plate is full" if plates == 1 else f"the {plates} plates are full"
            return Refusal("plates", f"{full}: {self._most} treatment wells{' each' if plates > 1 else ''}")
        return None

    def take(self, perturbation_id: str) -> None:
        """Use up what a perturbation needs; it must fit."""
        n = self.limits.n_replicates
        self._spent += self.limits.cost(perturbation_id) or 0.0
        self._replicates[n] += 1
        self._fits = None
        for part in self._sources(perturbation_id):
            self._shelf[part] = _drawn(self._shelf[part], n, self._volume)

    def n_more(self) -> int | None:
        """How many treatments still fit on the plates; none where there are as many plates as it takes."""
        plates, n = self.limits.design.max_plates, self.limits.n_replicates
        if plates is None or self._most is None:
            return None
        taken = list(self._replicates.elements())
        fewest, most = 0, plates * self._most + 1
        while most - fewest > 1:  # `fewest` fit, `most` do not
            middle = (fewest + most) // 2
            fits = plates_needed(taken + [n] * middle, self.limits.design) <= plates
            fewest, most = (middle, most) if fits else (fewest, middle)
        return fewest

    def _fits_on_plates(self) -> bool:
        if self._fits is None:
            design, taken = self.limits.design, self._replicates.elements()
            wanted = [*taken, self.limits.n_replicates]
            self._fits = design.max_plates is None or plates_needed(wanted, design) <= design.max_plates
        return self._fits

    @property
    def _volume(self) -> float:
        return self.limits.volume_nl or 0.0

    def _sources(self, perturbation_id: str) -> list[str]:
        """What must be on the shelf for it."""
        if perturbation_id in self._shelf:
            return [perturbation_id]
        return [part for part in perturbation_id.split("+") if kind_of(part) in self._kinds]


def kind_of(perturbation_id: str) -> str:
    """The kind that an id begins with, e.g. `compound`."""
    return perturbation_id.partition(":")[0]


def room(limits: Limits, remaining: Remaining, reserved: Sequence[int], kind: str, n_sources: int) -> Room:
    """How much fits before anything is chosen, for perturbations of a kind; n_sources: source wells that are known.

    Raises InputError for a design without room for a treatment.
    """
    design, n = limits.design, limits.n_replicates
    most = capacity(design)
    fits = remaining.n_more()
    treated = (
        most
        if design.max_plates is None
        else min(most, math.ceil((n * (fits or 0) + sum(reserved)) / design.max_plates))
    )
    controls = n_controls_for(treated) if design.n_negative is None else design.n_negative
    affordable = None if limits.budget is None or limits.prices is not None else int((limits.budget + SLACK) // n)
    if limits.volume_nl is None:
        stock = ""
    elif remaining.limits_stock_of(f"{kind}:"):
        stock = f"{n_sources:,} source wells are known: what has no {n} × {limits.volume_nl:g} nL left is passed over."
    else:
        stock = f"No stock of {kind} is known, so stock does not limit."
    return Room(limits, fits, controls, len(reserved), sum(reserved), affordable, stock)


def _movements(volume: float, each: float) -> int:
    return int((volume + SLACK) // each)


def _drawn(volumes: tuple[float, ...], n: int, each: float) -> tuple[float, ...]:
    """What n movements leave in source wells, each from the first that holds enough; what is too little stays."""
    left = list(volumes)
    for i, volume in enumerate(left):
        moved = min(n, _movements(volume, each))
        left[i], n = volume - moved * each, n - moved
    return tuple(left)
