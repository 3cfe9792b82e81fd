"""A screening: how far its ranking may be believed, the ranking as a table, and held-out scores against measured ones."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Screening
from workbench.views import view
from workbench.views.style import interval, number
from workbench.views.style.palette import ACCENT, CONTROL
from workbench.views.style.parts import chip, html
from workbench.views.style.theme import style_figure

if TYPE_CHECKING:
    import pandas as pd

PAGE = 15
WIDTHS = {"rank": 70, "score": 80, "interval": 120, "baseline": 90, "measured": 95, "known": 110}


@view(Screening)
class ScreeningView:
    """`.table` is the ranking, whose chosen rows are `chosen()`."""

    def __init__(self, screening: Screening, *, dark: bool = False) -> None:
        self.screening, self.dark = screening, dark
        self.table: Any = None

    def data(self) -> pd.DataFrame:
        """One row a candidate, best first: rank, perturbation, context, score with interval, baseline, measured score."""
        import pandas as pd

        said = self.screening
        return pd.DataFrame({
            "rank": np.arange(1, len(said) + 1), "perturbation": said.names, "context": said.contexts,
            "score": said.score, "low": said.low, "high": said.high, "baseline": said.baseline,
            "measured": said.measured, "domain": said.domain, "task": said.tasks, "perturbation_id": said.perturbations,
        })  # fmt: skip

    def python(self) -> str:
        """The line that draws this in a notebook."""
        task = self.screening.skill[0]["task"] if self.screening.skill else ""
        return f"wb.draw(lab.cells.screen({task!r}, {self.screening.weights!r}))"

    def sentence(self) -> str:
        """How far the ranking may be believed, in words."""
        if not self.screening.skill:
            return "Nothing measured tells how far this ranking may be believed."
        return " ".join(_skill(row) for row in self.screening.skill)

    def panel(self) -> Any:
        """Sentence, ranking, and the held-out scores behind the sentence."""
        import panel as pn

        parts = (self.head(), self.ranking(), self.figures())
        return pn.Column(*parts, sizing_mode="stretch_width", styles={"gap": "12px"})

    def figures(self) -> Any:
        """Held-out scores against measured ones, a figure a virtual cell."""
        import panel as pn

        panes = [
            pn.pane.Bokeh(self.held_out(row), sizing_mode="stretch_width", min_height=300)
            for row in self.screening.skill
            if row["n"] > 2
        ]
        for pane in panes:
            pane.styles = {"flex": "1 1 360px", "min-width": "0"}
        return pn.FlexBox(*panes, sizing_mode="stretch_width")

    def chosen(self) -> list[int]:
        """Rows that are ticked in the table, best first."""
        return sorted(self.table.selection) if self.table is not None else []

    def held_out(self, skill: dict[str, Any]) -> Any:
        """Bokeh figure: score predicted while its unit was held out, against the measured score."""
        from bokeh.models import Span
        from bokeh.plotting import figure

        plot = figure(
            height=300, sizing_mode="stretch_width", tools="box_zoom,reset,save", toolbar_location=None,
            title=f"Held out: r = {number(skill['r'], 2)} {interval(skill['low'], skill['high'])}, n = {skill['n']}",
            x_axis_label=f"predicted while held out, from the mean ({skill['units']})",
            y_axis_label="measured score, from the mean",
        )  # fmt: skip
        plot.scatter(skill["predicted"], skill["measured"], size=6, fill_color=ACCENT, fill_alpha=0.5, line_color=None)
        plot.add_layout(Span(location=0, dimension="width", line_color=CONTROL, line_dash="dashed"))
        return style_figure(plot, self.dark)

    def head(self) -> Any:
        """What is ranked by what, and how far that may be believed."""
        said = self.screening
        marks = chip("simulated", "simulated") if said.simulated else ""
        shown = len(said)
        outside = int((said.domain == 0).sum())
        known = int(np.isfinite(said.measured).sum())
        return html(
            f'<div class="card"><h3>{shown:,} perturbations ranked by {escape(said.aim)} {marks}</h3>'
            f"<p>{escape(self.sentence())}</p>"
            f'<p class="muted small">{known:,} of them were measured; {outside:,} have no link to anything measured, so '
            f"their score is the baseline and says nothing. Score: weighted mean change of {len(said.weights)} "
            f"readout{'s' if len(said.weights) != 1 else ''}; {said.level:.0%} interval with the gene or condition as unit."
            "</p></div>"
        )

    def ranking(self) -> Any:
        """The table, best first, with boxes to tick and names to find."""
        import panel as pn
        from bokeh.models.widgets.tables import NumberFormatter

        said = self.screening
        frame = self.data()
        frame["known"] = np.where(
            np.isfinite(said.measured), "measured", np.where(said.domain > 0, "predicted", "outside my domain")
        )
        frame["interval"] = [f"{low:.2f} to {high:.2f}" for low, high in zip(said.low, said.high, strict=True)]
        several = ["context"] if len(set(said.contexts)) > 1 else []
        columns = ["rank", "perturbation", *several, "score", "interval", "baseline", "measured", "known"]
        decimals = {name: NumberFormatter(format="0.00", nan_format="–") for name in ("score", "baseline", "measured")}
        self.table = pn.widgets.Tabulator(
            frame[columns], pagination="remote", page_size=PAGE, show_index=False, disabled=True, selectable="checkbox",
            layout="fit_columns", sizing_mode="stretch_width", margin=0, formatters=decimals, widths=WIDTHS,
            header_filters={"perturbation": {"type": "input", "placeholder": "find"}},
        )  # fmt: skip
        return self.table


def _skill(row: dict[str, Any]) -> str:
    """What held-out perturbations say of the ranking of one task."""
    if row["n"] < 3:
        return f"{row['task']}: too few held-out perturbations (n = {row['n']}) to tell how far this ranking may be believed."
    words = f"r = {number(row['r'], 2)} {interval(row['low'], row['high'])}, n = {row['n']}"
    chance = number(row["expected"], 2)
    found = f"{row['found']} of the {row['top']} strongest were among its first {row['top']} (chance {chance})"
    if row["low"] > 0:
        return f"{row['task']}: held-out scores follow the measured ones ({words}); {found}."
    if row["high"] < 0:
        return f"{row['task']}: held-out scores run against the measured ones ({words}): do not use this ranking."
    return (
        f"{row['task']}: this ranking is not distinguishable from chance on held-out perturbations ({words}); {found}."
    )
