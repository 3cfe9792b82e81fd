"""An experiment: its plates side by side, painted by role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.nouns import Experiment
from workbench.views import view
from workbench.views.plate import PlateView
from workbench.views.style.parts import html

if TYPE_CHECKING:
    import pandas as pd

LABS = {
    "bench": "goes to the bench",
    "replay": "is answered by the replay lab with held-back real wells",
    "simulated": "is answered by the simulated lab (SIMULATED)",
}


@view(Experiment)
class ExperimentView:
    """`names` and `addresses` of its hypotheses; `measured`: (plate, well) pairs that have a result."""

    def __init__(
        self,
        experiment: Experiment,
        *,
        names: dict[str, str] | None = None,
        addresses: dict[str, str] | None = None,
        measured: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.experiment = experiment
        self.plates = [
            PlateView(
                plate, names=names, addresses=addresses, arrangement=experiment.design.arrangement,
                simulated=experiment.lab == "simulated",
                measured=frozenset(well for barcode, well in measured if barcode == plate.plate_barcode),
            )
            for plate in experiment.plates
        ]  # fmt: skip

    def data(self) -> pd.DataFrame:
        """One row a planned well, all plates below each other."""
        import pandas as pd

        return pd.concat([plate.data() for plate in self.plates], ignore_index=True) if self.plates else pd.DataFrame()

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.experiments.get({self.experiment.handle!r}))"

    def sentence(self) -> str:
        """Size, design and lab in one sentence."""
        n, plates, design = len(self.experiment.hypothesis_ids), len(self.plates), self.experiment.design
        what = "hypothesis" if n == 1 else "hypotheses"
        each = "one replicate a plate" if design.per_plate == 1 else f"{design.per_plate} replicates a plate"
        each += ", never side by side" if design.per_plate > 1 and design.apart else ""
        return (
            f"{n} {what} on {plates} plate{'' if plates == 1 else 's'}, {each}, places drawn with seed "
            f"{self.experiment.seed}; it {LABS[self.experiment.lab]}."
        )

    def panel(self) -> Any:
        """The plates as a grid."""
        wide = max((plate.plate.n_wells for plate in self.plates), default=96) > 96
        size = 520 if wide else 250
        cells = "".join(f'<div class="card">{plate.html()}</div>' for plate in self.plates)
        grid = f"display:grid;gap:14px;grid-template-columns:repeat(auto-fill,minmax({size}px,1fr))"
        return html(f'<div style="{grid}">{cells}</div>')
