"""The two small figures of an ensemble: its energies on a line, and the RMSD of every pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workbench.nouns import ConformerEnsemble
from workbench.views.style.palette import HIGHLIGHT, SEQUENTIAL, rgb
from workbench.views.style.theme import style_figure

LOW_TO_HIGH = ("#0E8C7F", "#E0A100", "#D5502A")  # stand on a white and on a dark ground


def energy_colours(ensemble: ConformerEnsemble) -> list[str]:
    """One colour a conformer, from the lowest energy to the highest (or in order, without energies)."""
    n = len(ensemble)
    values = np.arange(n, dtype=float) if ensemble.energies is None else np.asarray(ensemble.energies)
    span = float(values.max() - values.min()) if n else 0.0
    shares = (values - values.min()) / span if span > 0 else np.zeros(n)
    stops = np.array([rgb(colour) for colour in LOW_TO_HIGH], dtype=float)
    mixed = [np.interp(shares, np.linspace(0, 1, len(stops)), stops[:, c]) for c in range(3)]
    return [f"#{round(r):02X}{round(g):02X}{round(b):02X}" for r, g, b in zip(*mixed, strict=True)]


class EnergyStrip:
    """Relative energies on a line, weight as the height of a stem; a tap chooses the nearest conformer."""

    def __init__(
        self, ensemble: ConformerEnsemble, colours: list[str], on_choose: Callable[[int], None], *, dark: bool = False
    ) -> None:
        from bokeh.events import Tap
        from bokeh.models import ColumnDataSource, HoverTool
        from bokeh.plotting import figure

        self.energies, self.on_choose = np.asarray(ensemble.energies), on_choose
        weights = 100 * np.asarray(ensemble.weights)
        high = max(float(self.energies.max()), 0.5)
        self.figure = figure(
            height=260, width=420, x_range=(-0.04 * high, 1.06 * high), y_range=(0, 1.12 * float(weights.max())),
            x_axis_label=f"ΔE (kcal/mol, {ensemble.energy_model})", y_axis_label="weight at 298 K (%)",
            title="Few conformers hold the weight" if _is_steep(weights) else "Weight is spread over conformers",
            toolbar_location=None, tools="",
        )  # fmt: skip
        source = ColumnDataSource({
            "energy": self.energies, "weight": weights, "colour": colours, "zero": np.zeros(len(weights)),
            "number": np.arange(1, len(weights) + 1),
        })  # fmt: skip
        self.figure.segment("energy", "zero", "energy", "weight", color="colour", line_width=2, source=source)
        dots = self.figure.scatter("energy", "weight", color="colour", size=9, source=source)
        tips = [("conformer", "@number"), ("ΔE", "@energy{0.00} kcal/mol"), ("weight", "@weight{0.0} %")]
        self.figure.add_tools(HoverTool(renderers=[dots], tooltips=tips))
        self.weights = weights
        self.chosen = ColumnDataSource({"x": [], "y": []})
        self.figure.scatter("x", "y", source=self.chosen, size=16, fill_alpha=0, line_color=HIGHLIGHT, line_width=2.5)
        style_figure(self.figure, dark)
        self.figure.on_event(Tap, lambda event: self.on_choose(self.nearest(event.x, event.y)))
        self.mark(0)

    def nearest(self, x: float, y: float) -> int:
        """The conformer whose dot lies closest, in shares of both axes."""
        width = float(self.figure.x_range.end - self.figure.x_range.start)
        height = float(self.figure.y_range.end)
        return int(np.argmin(((self.energies - x) / width) ** 2 + ((self.weights - y) / height) ** 2))

    def mark(self, i: int) -> None:
        """Put the ring on one conformer."""
        _soon(self.figure, self.chosen, {"x": [float(self.energies[i])], "y": [float(self.weights[i])]})

    def panel(self) -> Any:
        """The figure."""
        import panel as pn

        return pn.pane.Bokeh(self.figure, margin=0)


class RmsdMap:
    """RMSD of every pair as a heat map; a tap chooses the conformer of that row."""

    def __init__(self, ensemble: ConformerEnsemble, on_choose: Callable[[int], None], *, dark: bool = False) -> None:
        from bokeh.events import Tap
        from bokeh.models import BasicTicker, ColorBar, ColumnDataSource, HoverTool, LinearColorMapper
        from bokeh.plotting import figure

        self.on_choose, self.n = on_choose, len(ensemble)
        rmsd = np.asarray(ensemble.rmsd)
        mapper = LinearColorMapper(palette=list(reversed(_smooth(SEQUENTIAL))), low=0, high=float(rmsd.max()) or 1.0)
        self.figure = figure(
            height=260, width=340, x_range=(0.5, self.n + 0.5), y_range=(self.n + 0.5, 0.5), toolbar_location=None,
            tools="", title="RMSD between conformers (Å)", x_axis_label="conformer", y_axis_label="conformer",
        )  # fmt: skip
        self.source = ColumnDataSource({
            "image": [rmsd], "x": [0.5], "y": [0.5], "dw": [self.n], "dh": [self.n],
        })  # fmt: skip
        image = self.figure.image("image", "x", "y", "dw", "dh", color_mapper=mapper, source=self.source)
        self.figure.add_tools(HoverTool(renderers=[image], tooltips=[("RMSD", "@image{0.00} Å")]))
        bar = ColorBar(
            color_mapper=mapper, width=8, padding=4, ticker=BasicTicker(desired_num_ticks=4),
            background_fill_alpha=0, major_label_text_color="#808890",
        )  # fmt: skip
        self.figure.add_layout(bar, "right")
        self.chosen = ColumnDataSource({"y": [1.0]})
        self.figure.rect(
            x=(self.n + 1) / 2, y="y", width=self.n, height=1, source=self.chosen, fill_alpha=0,
            line_color=HIGHLIGHT, line_width=2,
        )  # fmt: skip
        style_figure(self.figure, dark)
        self.figure.grid.visible = False
        self.figure.on_event(Tap, lambda event: self.on_choose(int(np.clip(round(event.y) - 1, 0, self.n - 1))))

    def mark(self, i: int) -> None:
        """Outline the row of one conformer."""
        _soon(self.figure, self.chosen, {"y": [i + 1.0]})

    def panel(self) -> Any:
        """The figure."""
        import panel as pn

        return pn.pane.Bokeh(self.figure, margin=0)


def _is_steep(weights: np.ndarray) -> bool:
    return bool(np.sort(weights)[::-1][:3].sum() >= 60)


def _smooth(colours: tuple[str, ...], n: int = 128) -> list[str]:
    stops = np.array([rgb(colour) for colour in colours], dtype=float)
    at = np.linspace(0, len(stops) - 1, n)
    mixed = [np.interp(at, np.arange(len(stops)), stops[:, c]) for c in range(3)]
    return [f"#{round(r):02X}{round(g):02X}{round(b):02X}" for r, g, b in zip(*mixed, strict=True)]


def _soon(figure: Any, source: Any, values: dict[str, list[float]]) -> None:
    """Change a source under its document's lock: the choice may come from a thread of the page."""
    document = figure.document
    if document is None or document.session_context is None:
        source.data = values
    else:
        document.add_next_tick_callback(lambda: source.update(data=values))
