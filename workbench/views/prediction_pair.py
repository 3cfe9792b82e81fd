"""Two predictions side by side: two perturbations asked of one version, or one perturbation of two versions."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import InputError
from workbench.nouns import Prediction
from workbench.views.style import number, signed
from workbench.views.style.palette import ACCENT, CONTROL, NO_SIGNAL
from workbench.views.style.parts import chip, html
from workbench.views.style.theme import style_figure

if TYPE_CHECKING:
    import pandas as pd

VERDICT_KIND = {"signal": "good", "no signal": "", "outside my domain": "warn"}
SHOWN = 12


class PredictionPair:
    """Raises InputError when the two share no readout."""

    def __init__(self, first: Prediction, second: Prediction, *, dark: bool = False) -> None:
        self.first, self.second, self.dark = first, second, dark
        place = {name: i for i, name in enumerate(second.readouts)}
        self._left = np.array([i for i, name in enumerate(first.readouts) if name in place], dtype=int)
        if not len(self._left):
            raise InputError("these two predictions share no readout, so there is nothing to compare.")
        self._right = np.array([place[first.readouts[i]] for i in self._left])

    @property
    def names(self) -> tuple[str, str]:
        """What tells the two apart: their perturbations, or their versions where the perturbation is the same."""
        if self.first.perturbation.perturbation_id == self.second.perturbation.perturbation_id:
            return self.first.model_name, self.second.model_name
        return self.first.perturbation.name, self.second.perturbation.name

    def data(self) -> pd.DataFrame:
        """Shared readouts, the largest difference first: both predictions, difference, and whether it is clear.

        Clear: beyond both half-widths together, so that the two intervals do not overlap.
        """
        import pandas as pd

        (one, two), (a, b) = self._sides(), (self.first, self.second)
        width = (a.high - a.low)[self._left] / 2 + (b.high - b.low)[self._right] / 2
        frame = pd.DataFrame({
            "readout": [a.readouts[i] for i in self._left], "first": one, "second": two, "difference": two - one,
            "clear": np.abs(two - one) > width,
            "baseline_first": a.baseline[self._left], "baseline_second": b.baseline[self._right],
        })  # fmt: skip
        order = np.argsort(-np.abs(frame["difference"].to_numpy()), kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    def correlations(self) -> tuple[float, float]:
        """Pearson r of the two predicted changes, and of their deviations from their baselines (the mean taken off)."""
        one, two = self._sides()
        a, b = self.first.baseline[self._left], self.second.baseline[self._right]
        return _pearson(one, two), _pearson(one - a, two - b)

    def sentence(self) -> str:
        """How alike they are, in words."""
        frame = self.data()
        clear = int(frame["clear"].sum())
        over = self.correlations()[1]
        first, second = self.names
        words = f"{clear} of {len(frame)} readouts differ beyond both intervals" if clear else (
            f"No readout of {len(frame)} tells {first} and {second} apart beyond their intervals"
        )  # fmt: skip
        return f"{words}; what they add to the baseline correlates with r = {number(over, 2)}"

    def panel(self) -> Any:
        """Sentence, scatter and the largest differences."""
        import panel as pn

        first, second = self.names
        alike, over = self.correlations()
        chips = "".join(
            f"<span>{escape(name)} {chip(said.verdict, VERDICT_KIND[said.verdict])}</span> "
            for name, said in zip((first, second), (self.first, self.second), strict=True)
        )
        head = html(
            f'<div class="card"><h3>{escape(self.sentence())}</h3><p>{chips}</p><p class="muted small">r of the predicted '
            f"changes themselves: {number(alike, 2)}; a large part of it is the mean that both share, so read the r of what "
            f"each adds to it ({number(over, 2)}).</p></div>"
        )
        scatter = pn.pane.Bokeh(self.scatter(), sizing_mode="stretch_width", min_height=400)
        scatter.styles = {"flex": "1 1 380px", "min-width": "0"}
        table = html(self._table(), sizing_mode=None, styles={"flex": "1 1 340px"})
        return pn.Column(
            head, pn.FlexBox(scatter, table, sizing_mode="stretch_width"), sizing_mode="stretch_width",
            styles={"gap": "12px"},
        )  # fmt: skip

    def scatter(self) -> Any:
        """Bokeh figure: one against the other, every readout; those that differ clearly are coloured."""
        from bokeh.models import Slope
        from bokeh.plotting import figure

        frame = self.data()
        first, second = self.names
        plot = figure(
            height=400, sizing_mode="stretch_width", tools="hover,box_zoom,reset,save", toolbar_location=None,
            title=f"{int(frame['clear'].sum())} of {len(frame)} readouts differ clearly",
            x_axis_label=f"{first} ({self.first.units})", y_axis_label=f"{second} ({self.second.units})",
            tooltips=[("", "@name"), (first, "@x{0.00}"), (second, "@y{0.00}")],
        )  # fmt: skip
        colour = np.where(frame["clear"], ACCENT, NO_SIGNAL)
        source = {"x": frame["first"], "y": frame["second"], "name": frame["readout"], "colour": colour}
        plot.add_layout(Slope(gradient=1, y_intercept=0, line_color=CONTROL, line_dash="dashed"))
        plot.scatter("x", "y", source=source, size=6, fill_color="colour", fill_alpha=0.6, line_color=None)
        return style_figure(plot, self.dark)

    def _table(self) -> str:
        first, second = self.names
        rows = "".join(
            f'<tr><td>{escape(row.readout)}</td><td class="num">{signed(row.first, 2)}</td>'
            f'<td class="num">{signed(row.second, 2)}</td><td class="num">{signed(row.difference, 2)}</td>'
            f"<td>{chip('clear', 'good') if row.clear else chip('within the intervals')}</td></tr>"
            for row in self.data().head(SHOWN).itertuples(index=False)
        )
        return (
            f'<table class="plain"><tr><th>Largest differences</th><th class="num">{escape(first)}</th>'
            f'<th class="num">{escape(second)}</th><th class="num">Difference</th><th></th></tr>{rows}</table>'
        )

    def _sides(self) -> tuple[np.ndarray, np.ndarray]:
        return self.first.delta[self._left], self.second.delta[self._right]


def _pearson(one: np.ndarray, two: np.ndarray) -> float:
    if len(one) < 2 or one.std() == 0 or two.std() == 0:
        return float("nan")
    return float(np.corrcoef(one, two)[0, 1])
