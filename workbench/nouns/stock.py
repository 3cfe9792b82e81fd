"""Stock: where on a source plate a perturbation lies, how strong, and how much of it there is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.nouns.fields import fact, require


@dataclass(frozen=True)
class Stock:
    """One well of a source plate."""

    source_plate: str = fact("Source plate")
    source_well: str = fact("Source well", help="Row letters and two digits, e.g. A01")
    perturbation_id: str = fact("Perturbation")
    volume_nl: float = fact("Usable volume", "nL", help="without what the source well must keep")
    concentration_um: float | None = fact("Concentration", "µM", default=None)

    def __post_init__(self) -> None:
        require(bool(self.source_plate.strip()), "A stock lies on a named source plate.", self.source_plate)
        require(bool(self.perturbation_id.strip()), "A stock is of a perturbation.", self.perturbation_id)
        require(math.isfinite(self.volume_nl) and self.volume_nl >= 0, "A volume is 0 nL or more.", self.volume_nl)
        require(
            self.concentration_um is None or (math.isfinite(self.concentration_um) and self.concentration_um > 0),
            "A concentration is more than 0 µM.", self.concentration_um,
        )  # fmt: skip
