"""What a batch of proposals may take up, how much room there is, and what was proposed within it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, overload

from workbench.nouns.experiment import Design
from workbench.nouns.fields import fact, require
from workbench.nouns.hypothesis import Hypothesis

USUAL_REPLICATES = 3
SHOWN = 3
VOLUME_NL = 25.0  # what an acoustic dispenser puts into a well without a dose


@dataclass(frozen=True)
class Limits:
    """How many plates of which design, what it may cost together, and how much stock goes into a well."""

    design: Design = fact("Design", help="its most plates is the number of plates", default=Design())
    budget: float | None = fact("Budget", help="in wells, or in the unit of the prices", default=None)
    volume_nl: float | None = fact("Stock a well", "nL", help="none: stock does not limit", default=VOLUME_NL)
    prices: Mapping[str, float] | None = fact(
        "Prices", help="of testing a perturbation, by its id; without them a replicate costs a well", default=None
    )

    def __post_init__(self) -> None:
        require(self.n_replicates >= 2, "A rule needs at least two replicates to have an interval.", self.n_replicates)
        positive = self.budget is None or (math.isfinite(self.budget) and self.budget > 0)
        require(positive, "A budget is more than 0.", self.budget)
        volume = self.volume_nl is None or (math.isfinite(self.volume_nl) and self.volume_nl > 0)
        require(volume, "A volume is more than 0 nL.", self.volume_nl)
        for name, price in (self.prices or {}).items():
            require(math.isfinite(price) and price > 0, f"The price of {name} is more than 0.", price)

    @classmethod
    def of(
        cls, n_wells: int = 96, plates: int | None = None, replicates: int = USUAL_REPLICATES, **others: Any
    ) -> Limits:
        """Limits by format and number of plates: a replicate a plate where there are enough of them, else more on one."""
        require(plates is None or plates >= 1, "A batch has one plate or more.", plates)
        per_plate = 1 if plates is None else max(1, math.ceil(replicates / plates))
        return cls(Design(n_wells, replicates=replicates, per_plate=per_plate, max_plates=plates), **others)

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> Limits:
        """Back from `to_json`."""
        return cls(**{**said, "design": Design(**said["design"])})

    def to_json(self) -> dict[str, Any]:
        """As the arguments of a job."""
        facts = {"budget": self.budget, "volume_nl": self.volume_nl}
        return {**facts, "design": asdict(self.design), "prices": None if self.prices is None else dict(self.prices)}

    @property
    def n_replicates(self) -> int:
        """Replicates of a proposal."""
        return self.design.replicates or USUAL_REPLICATES

    @property
    def unit(self) -> str:
        """What the budget counts, in words."""
        return "in wells" if self.prices is None else "by the prices"

    def cost(self, perturbation_id: str) -> float | None:
        """What testing a perturbation costs: its replicates in wells, or its price; none where no price is known."""
        return float(self.n_replicates) if self.prices is None else self.prices.get(perturbation_id)


@dataclass(frozen=True)
class Room:
    """How much fits within limits before anything is chosen."""

    limits: Limits = fact("Limits")
    n_treatments: int | None = fact("Treatments that fit on the plates", help="none: as many plates as it takes")
    n_controls: int = fact("Negative controls a plate")
    n_approved: int = fact("Approved and not laid out")
    n_reserved: int = fact("Wells they will take")
    n_affordable: int | None = fact("Treatments that the budget pays", default=None)
    stock: str = fact("Stock, in words", default="")

    @property
    def words(self) -> str:
        """All of it as sentences."""
        design = self.limits.design
        said = []
        if design.max_plates is None:
            said.append(f"As many plates of {design.n_wells} as it takes, {self.n_controls} controls on a full one.")
        else:
            more = " more" if self.n_approved else ""
            said.append(
                f"Room for {self.n_treatments or 0:,}{more} treatments of {self.limits.n_replicates} replicates on "
                f"{_count(design.max_plates, 'plate')} of {design.n_wells} with {self.n_controls} controls"
                f"{' each' if design.max_plates > 1 else ''}."
            )
        if self.n_approved:
            said.append(f"{self.n_reserved:,} wells are reserved by what is approved ({self.n_approved}).")
        if self.n_affordable is not None:
            said.append(f"The budget pays for {self.n_affordable:,}.")
        elif self.limits.budget is not None:
            said.append(f"At most {self.limits.budget:g} may be spent, {self.limits.unit}.")
        return " ".join([*said, self.stock]).strip()


@dataclass(frozen=True)
class LeftOut:
    """Candidates that one limit kept out, with the first of them in words."""

    limit: str = fact("Limit", help="price, stock, budget or plates")
    names: tuple[str, ...] = fact("Perturbations")
    reason: str = fact("Reason of the first")

    @property
    def words(self) -> str:
        """As a sentence without its end."""
        shown = ", ".join(self.names[:SHOWN]) + (" …" if len(self.names) > SHOWN else "")
        return f"{len(self.names)} left out, {self.reason} ({shown})"


@dataclass(frozen=True)
class Proposals(Sequence[Hypothesis]):
    """What the machine proposed, in the order of its choice, and what limits kept out."""

    items: tuple[Hypothesis, ...] = fact("Hypotheses")
    left_out: tuple[LeftOut, ...] = fact("Left out", default=())
    words: str = field(default="", metadata={"label": "In words"})

    @overload
    def __getitem__(self, i: int) -> Hypothesis: ...

    @overload
    def __getitem__(self, i: slice) -> Sequence[Hypothesis]: ...

    def __getitem__(self, i: int | slice) -> Hypothesis | Sequence[Hypothesis]:
        return self.items[i]

    def __iter__(self) -> Iterator[Hypothesis]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
