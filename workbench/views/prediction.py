"""A prediction: its verdict in a sentence, the strongest readouts with interval and baseline, and all of them at once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Prediction, Response
from workbench.views import view
from workbench.views.ranked_readouts import THEMED, ranked_svg
from workbench.views.style import number, signed
from workbench.views.style.numbers import short_name
from workbench.views.style.palette import ACCENT, CONTROL, UP
from workbench.views.style.parts import chip, html
from workbench.views.style.theme import colours, style_figure

if TYPE_CHECKING:
    import pandas as pd

KIND = {"signal": "good", "no signal": "", "outside my domain": "warn"}
SHOWN = 18
RANKING, CLOUDS = {"flex": "1 1 400px"}, {"flex": "1 1 330px", "min-width": "0"}
NAMED = 8  # readouts with their name on the volcano


@view(Prediction)
class PredictionView:
    """`measured`: the response where it may be shown, `note` what must be said of it; `top`: readouts in the ranking."""

    def __init__(
        self, prediction: Prediction, *, measured: Response | None = None, note: str = "", top: int = SHOWN,
        dark: bool = False,
    ) -> None:  # fmt: skip
        self.prediction, self.measured, self.note, self.top, self.dark = prediction, measured, note, top, dark

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
        return f"wb.draw(lab.cells.predict({said.perturbation.perturbation_id!r}, task={said.task!r}))"

    def title(self) -> str:
        """The answer as a sentence."""
        return f"{self.prediction.verdict.capitalize()}: {self.prediction.verdict_reason}"

    def panel(self) -> Any:
        """Answer, ranked readouts, and every readout by size and certainty."""
        import panel as pn

        return pn.Column(self.answer(), self.figures(), sizing_mode="stretch_width")

    def answer(self) -> Any:
        """The verdict in a sentence, what it adds to the baseline, and what it rests on."""
        return html(self._answer())

    def figures(self) -> Any:
        """Ranked readouts beside the volcano and, where there is one, the measurement; nothing outside the domain."""
        import panel as pn

        ranking, clouds = self.ranking(), self.clouds()
        ranking.styles, clouds.styles = RANKING, CLOUDS
        shown = pn.FlexBox(ranking, clouds, flex_wrap="wrap", sizing_mode="stretch_width")
        return pn.Column(shown, self.legend(), sizing_mode="stretch_width")

    def ranking(self) -> Any:
        """The strongest readouts with interval, baseline and measurement, as a picture that needs no script."""
        said = self.prediction
        if said.verdict == "outside my domain":
            return html('<p class="muted">Nothing is drawn: the model knows nothing of this question.</p>')
        frame = self.data().head(self.top).rename(columns={f"baseline: {said.baseline_name}": "baseline"})
        rows = frame.to_dict("records")
        return html(ranked_svg(rows, f"The {len(rows)} largest predicted changes", said.units), margin=(8, 8, 0, 0))

    def clouds(self) -> Any:
        """Every readout at once: the volcano and, where there is a measurement, the predicted against the measured."""
        import panel_material_ui as pmui

        if self.prediction.verdict == "outside my domain":
            return html("")
        panes = [("Volcano", _pane(self.volcano()))]
        if self.measured is not None:
            panes.append(("Against measured", _pane(self.against_measured())))
        return pmui.Tabs(*panes, dynamic=True, sizing_mode="stretch_width") if len(panes) > 1 else panes[0][1]

    def legend(self) -> Any:
        """What the marks are; nothing where nothing is drawn."""
        return html("" if self.prediction.verdict == "outside my domain" else self._legend())

    def volcano(self) -> Any:
        """Bokeh figure: every readout by predicted change and by its size in half-widths of its own interval."""
        from bokeh.models import LabelSet, Span
        from bokeh.plotting import ColumnDataSource, figure

        said = self.prediction
        width = (said.high - said.low) / 2
        certainty = np.divide(
            np.abs(said.delta), width, out=np.zeros_like(width), where=(width > 0) & np.isfinite(width)
        )
        moved = certainty > 1
        up, down = int((moved & (said.delta > 0)).sum()), int((moved & (said.delta < 0)).sum())
        plot = figure(
            height=430, sizing_mode="stretch_width", tools="hover,box_zoom,reset,save", toolbar_location=None,
            title=f"{up} rise and {down} fall beyond their interval" if up + down
            else f"None of {len(moved)} readouts leaves its interval",
            x_axis_label=f"predicted change ({said.units})", y_axis_label="size in half-widths of the interval",
            tooltips=[("", "@name"), ("predicted", "@x{0.00}"), ("half-widths", "@y{0.00}")],
        )  # fmt: skip
        up_down = np.where(said.delta > 0, colours(self.dark)["up"], colours(self.dark)["down"])
        colour = np.where(moved, up_down, CONTROL)
        source = {"x": said.delta, "y": certainty, "name": list(said.readouts), "colour": colour}
        plot.scatter("x", "y", source=source, size=5, fill_color="colour", fill_alpha=0.6, line_color=None)
        plot.add_layout(Span(location=1, dimension="width", line_color=CONTROL, line_dash="dashed"))
        named = _apart(said.delta, certainty, [i for i in np.argsort(-certainty, kind="stable") if moved[i]])[:NAMED]
        labels = {"x": said.delta[named], "y": certainty[named], "name": [short_name(said.readouts[i]) for i in named],
                  "align": ["left" if said.delta[i] < 0 else "right" for i in named],
                  "offset": [6 if said.delta[i] < 0 else -6 for i in named]}  # fmt: skip
        plot.add_layout(LabelSet(
            x="x", y="y", text="name", x_offset="offset", y_offset=2, text_align="align", text_font_size="11px",
            text_color=colours(self.dark)["muted"], source=ColumnDataSource(labels),
        ))  # fmt: skip
        return style_figure(plot, self.dark)

    def against_measured(self) -> Any:
        """Bokeh figure: predicted against measured change of every readout that was measured, with r and n."""
        from bokeh.models import Slope
        from bokeh.plotting import figure

        kept = self.data().dropna(subset=["measured"])
        title = f"Predicted against measured, n = {len(kept)}"
        if len(kept) > 2:
            title += f", r = {number(float(np.corrcoef(kept['predicted'], kept['measured'])[0, 1]), 2)}"
        plot = figure(
            height=430, sizing_mode="stretch_width", tools="hover,box_zoom,reset,save", toolbar_location=None,
            title=f"{title}{f' ({self.note})' if self.note else ''}",
            x_axis_label=f"predicted change ({self.prediction.units})", y_axis_label="measured change",
            tooltips=[("", "@name"), ("predicted", "@x{0.00}"), ("measured", "@y{0.00}")],
        )  # fmt: skip
        source = {"x": kept["predicted"], "y": kept["measured"], "name": kept["readout"]}
        plot.add_layout(Slope(gradient=1, y_intercept=0, line_color=CONTROL, line_dash="dashed"))
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
        known = said.verdict != "outside my domain"
        ceiling = self._over_baseline() + self._widths() + self._ceiling() if known else ""
        return (
            f'<div class="card"><div>{marks}</div><p style="font-size:17px;margin:8px 0 4px">'
            f"{escape(said.perturbation.name)}: {escape(said.verdict_reason)}</p>"
            f'<div class="muted small">{" · ".join(facts)}</div>{ceiling}</div>'
        )

    def _over_baseline(self) -> str:
        """What the prediction says beyond its baseline."""
        said = self.prediction
        width = (said.high - said.low) / 2
        departs = int((np.abs(said.delta - said.baseline) > width).sum())
        alike = (
            f"; the two correlate with r = {number(float(np.corrcoef(said.delta, said.baseline)[0, 1]), 2)}"
            if len(said.delta) > 2 and said.delta.std() > 0 and said.baseline.std() > 0 else ""
        )  # fmt: skip
        return (
            f'<div class="muted small">Over the baseline: {departs} of {len(said.delta)} readouts depart from the '
            f"{escape(said.baseline_name)} by more than their interval{alike}.</div>"
        )

    def _widths(self) -> str:
        """Where the width of the intervals comes from, and what would hold all readouts at once."""
        said = self.prediction
        band = "" if said.simultaneous is None else (
            f" Each interval is for its readout alone; {number(said.simultaneous, 2)} times as wide, one band holds all "
            f"{len(said.delta)} at once."
        )  # fmt: skip
        return f'<div class="muted small">Width of the intervals: {escape(said.interval or "as trained")}.{band}</div>'

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
            f'<span style="color:{THEMED}">●</span> predicted, line: {self.prediction.level:.0%} interval of each readout '
            "by itself", f'<span style="color:{CONTROL}">❘</span> {escape(self.prediction.baseline_name)}',
        ]  # fmt: skip
        if self.measured is not None:
            n = self.measured.n
            mean = (
                number(self.measured.replicate_agreement, 2) if self.measured.replicate_agreement is not None else "–"
            )
            note = f"; {escape(self.note)}" if self.note else ""
            parts.append(f'<span style="color:{UP}">◆</span> measured, n = {n}, replicate agreement r = {mean}{note}')
        return f'<div class="muted small">{" &nbsp; ".join(parts)}</div>'


def _apart(x: np.ndarray, y: np.ndarray, order: list[int]) -> list[int]:
    """The points of `order` whose names do not lie over that of an earlier one: 4 % of the height apart, or a third of the
    width."""
    width, height = (max(float(np.ptp(values)), 1e-9) for values in (x, y))
    kept: list[int] = []
    for i in order:
        if all(abs(y[i] - y[j]) > 0.04 * height or abs(x[i] - x[j]) > width / 3 for j in kept):
            kept.append(i)
    return kept


def _pane(figure: Any) -> Any:
    import panel as pn

    return pn.pane.Bokeh(figure, sizing_mode="stretch_width", min_height=430, margin=(8, 0, 0, 0))


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
