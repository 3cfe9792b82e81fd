"""A prediction: its verdict in a sentence, the strongest readouts with interval and baseline, and all of them at once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Prediction, Response
from workbench.views import view
from workbench.views.style import number, signed
from workbench.views.style.palette import ACCENT, CONTROL, UP
from workbench.views.style.parts import chip, html
from workbench.views.style.theme import style_figure

if TYPE_CHECKING:
    import pandas as pd

KIND = {"signal": "good", "no signal": "", "outside my domain": "warn"}
SHOWN = 18


@view(Prediction)
class PredictionView:
    """`measured`: the response where it may be shown; `top`: how many readouts are drawn in the ranking."""

    def __init__(
        self, prediction: Prediction, *, measured: Response | None = None, top: int = SHOWN, dark: bool = False
    ) -> None:
        self.prediction, self.measured, self.top, self.dark = prediction, measured, top, dark

    def data(self) -> pd.DataFrame:
        """Every readout: predicted change with interval, baselines, measured change and its standard error."""
        import pandas as pd

        said = self.prediction
        frame = pd.DataFrame({"readout": said.readouts, "predicted": said.delta, "low": said.low, "high": said.high})
        frame = frame.assign(**{f"baseline: {name}": values for name, values in said.baselines.items()})
        if self.measured is not None:
            known = {name: i for i, name in enumerate(self.measured.readouts)}
            rows = [known.get(name, -1) for name in said.readouts]
            for name, values in (("measured", self.measured.delta), ("standard_error", self.measured.standard_error)):
                frame[name] = [values[i] if i >= 0 else np.nan for i in rows]
        order = np.argsort(-np.abs(said.delta), kind="stable")
        return frame.iloc[order].reset_index(drop=True).assign(units=said.units, model=said.model_name)

    def python(self) -> str:
        """The line that draws this in a notebook."""
        said = self.prediction
        return f"wb.draw(lab.cells.predict({said.task!r}, {said.perturbation.perturbation_id!r}))"

    def title(self) -> str:
        """The answer as a sentence."""
        return f"{self.prediction.verdict.capitalize()}: {self.prediction.verdict_reason}"

    def panel(self) -> Any:
        """Answer, ranked readouts, and every readout by size and certainty."""
        import panel as pn

        answer = html(self._answer())
        if self.prediction.verdict == "outside my domain":
            return pn.Column(answer, sizing_mode="stretch_width")
        ranked = pn.pane.Bokeh(self.ranked(), sizing_mode="stretch_width", min_height=430, margin=(8, 8, 0, 0))
        cloud = pn.pane.Bokeh(self.cloud(), sizing_mode="stretch_width", min_height=430, margin=(8, 0, 0, 0))
        ranked.styles, cloud.styles = {"flex": "1 1 460px"}, {"flex": "1 1 340px"}
        figures = pn.FlexBox(ranked, cloud, flex_wrap="wrap", sizing_mode="stretch_width")
        return pn.Column(answer, figures, html(self._legend()), sizing_mode="stretch_width")

    def ranked(self) -> Any:
        """Bokeh figure: the strongest predicted readouts, dot and interval, tick for the baseline, diamond if measured."""
        from bokeh.models import Span
        from bokeh.plotting import figure

        frame = self.data().head(self.top).iloc[::-1]
        names = list(frame["readout"])
        unit = self.prediction.units
        plot = figure(
            y_range=names, height=430, sizing_mode="stretch_width", tools="hover,save", toolbar_location=None,
            title=f"The {len(names)} largest predicted changes", x_axis_label=f"change against controls ({unit})",
            tooltips=[("", "@y"), ("predicted", "@x{0.00}")],
        )  # fmt: skip
        drawn = frame[np.isfinite(frame["low"]) & np.isfinite(frame["high"])]
        plot.segment(
            drawn["low"], drawn["readout"], drawn["high"], drawn["readout"], line_width=2.2, line_color=ACCENT,
            line_alpha=0.45,
        )  # fmt: skip
        baseline = frame[f"baseline: {self.prediction.baseline_name}"]
        plot.scatter(baseline, names, marker="dash", angle=np.pi / 2, size=13, line_color=CONTROL, line_width=2.5)
        plot.scatter(x=frame["predicted"], y=names, size=9, fill_color=ACCENT, line_color=None)
        if "measured" in frame:
            plot.scatter(frame["measured"], names, marker="diamond", size=11, fill_color=UP, line_color=None)
        plot.add_layout(Span(location=0, dimension="height", line_color=CONTROL, line_width=1))
        plot.ygrid.visible = False
        return style_figure(plot, self.dark)

    def cloud(self) -> Any:
        """Bokeh figure: every readout; against what was measured where that is known, else against its certainty."""
        from bokeh.plotting import figure

        frame = self.data()
        against = "measured" in frame
        width = (self.prediction.high - self.prediction.low) / 2
        frame["certainty"] = np.abs(frame["predicted"]) / np.where(np.isfinite(width), width, np.inf)[
            np.argsort(-np.abs(self.prediction.delta), kind="stable")
        ]  # fmt: skip
        kept = frame.dropna(subset=["measured"]) if against else frame
        title = "Every readout: predicted against measured" if against else "Every readout: size against certainty"
        label = "measured change" if against else "size in interval half-widths (1 = clear of zero)"
        if against and len(kept) > 2:
            r = float(np.corrcoef(kept["predicted"], kept["measured"])[0, 1])
            title += f", r = {r:.2f} (n = {len(kept)})"
        plot = figure(
            height=430, sizing_mode="stretch_width", tools="hover,box_zoom,reset,save", toolbar_location=None,
            title=title, x_axis_label=f"predicted change ({self.prediction.units})", y_axis_label=label,
            tooltips=[("", "@name"), ("predicted", "@x{0.00}"), (label, "@y{0.00}")],
        )  # fmt: skip
        source = {"x": kept["predicted"], "y": kept["measured" if against else "certainty"], "name": kept["readout"]}
        plot.scatter("x", "y", source=source, size=5, fill_color=ACCENT, fill_alpha=0.55, line_color=None)
        return style_figure(plot, self.dark)

    def _answer(self) -> str:
        said = self.prediction
        marks = chip(said.verdict, KIND[said.verdict])
        marks += chip("simulated", "simulated") if said.simulated else ""
        facts = [
            f"in {escape(str(said.context))}", f"against matched controls, {said.level:.0%} intervals",
            f"baseline: {escape(said.baseline_name)}", f"domain score {number(said.domain_score, 2)}",
            f"{escape(said.model_name)}, snapshot {said.snapshot}",
        ]  # fmt: skip
        ceiling = self._ceiling()
        return (
            f'<div class="card"><div>{marks}</div><p style="font-size:17px;margin:8px 0 4px">'
            f"{escape(said.perturbation.name)}: {escape(said.verdict_reason)}</p>"
            f'<div class="muted small">{" · ".join(facts)}</div>{ceiling}</div>'
        )

    def _ceiling(self) -> str:
        known = self.prediction.ceiling
        if known.get("replicate_agreement") is None:
            return '<div class="muted small">This data set has no replicates, so there is no replicate ceiling.</div>'
        return (
            f'<div class="muted small">Replicate ceiling: replicates of the training perturbations agree with '
            f"r = {number(known['replicate_agreement'], 2)} (median); {known['share_agreeing']:.0%} of them with r > 0.1."
            "</div>"
        )

    def _legend(self) -> str:
        parts = [
            f'<span style="color:{ACCENT}">●</span> predicted, line: {self.prediction.level:.0%} interval of each readout '
            "by itself", f'<span style="color:{CONTROL}">❘</span> {escape(self.prediction.baseline_name)}',
        ]  # fmt: skip
        if self.measured is not None:
            n = self.measured.n
            mean = (
                number(self.measured.replicate_agreement, 2) if self.measured.replicate_agreement is not None else "–"
            )
            parts.append(f'<span style="color:{UP}">◆</span> measured, n = {n}, replicate agreement r = {mean}')
        return f'<div class="muted small">{" &nbsp; ".join(parts)}</div>'


def evidence_html(prediction: Prediction, link: Any) -> str:
    """Table of the nearest measured perturbations with exact weights; `link(gene)` gives an address."""
    rows = []
    for item in prediction.evidence:
        name = escape(item["name"])
        shown = f'<a href="{escape(link(item["gene"]))}">{name}</a>' if item["gene"] else name
        agreement = number(item["agreement"], 2) if item["agreement"] is not None else "–"
        rows.append(
            f'<tr><td>{shown}</td><td class="num">{signed(item["weight"], 2)}</td><td class="num">{item["share"]:.0%}</td>'
            f'<td class="num">{item["n_replicates"]}</td><td class="num">{agreement}</td></tr>'
        )
    head = (
        '<tr><th>Measured perturbation</th><th class="num">Weight</th><th class="num">Share</th>'
        '<th class="num">Replicates</th><th class="num">Agreement r</th></tr>'
    )
    return f'<table class="plain">{head}{"".join(rows)}</table>'
