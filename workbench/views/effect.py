"""One effect on one axis: the prediction with interval and baseline, the declared threshold, the measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

from workbench.nouns import DecisionRule
from workbench.views.style import CATEGORICAL, HIGHLIGHT, significant
from workbench.views.style import interval as interval_of
from workbench.views.style.svg import label, line

PREDICTED = "#2E86C8"  # a blue that reads on both grounds
MEASURED = HIGHLIGHT
SUPPORTS = CATEGORICAL[2]


@dataclass(frozen=True)
class Effect:
    """What is drawn. predicted and outcome as a hypothesis keeps them; replicates: one measured change each."""

    predicted: dict[str, Any]
    rule: DecisionRule
    outcome: dict[str, Any]
    replicates: tuple[float, ...] = ()

    def data(self) -> list[dict[str, Any]]:
        """One row a mark: what, value, low, high."""
        said, got = self.predicted, self.outcome
        rows = [
            {"what": "predicted", "value": said.get("delta"), "low": said.get("low"), "high": said.get("high")},
            {"what": f"baseline: {said.get('baseline_name', '')}", "value": said.get("baseline")},
            {"what": "declared threshold", "value": self.rule.threshold},
        ]
        rows += [{"what": f"replicate {i}", "value": value} for i, value in enumerate(self.replicates, start=1)]
        if got:
            rows.append({"what": "measured", "value": got["effect"], "low": got["low"], "high": got["high"]})
        return rows

    def sentence(self) -> str:
        """The prediction, and the measurement where there is one, in one line."""
        said, got, units = self.predicted, self.outcome, str(self.predicted.get("units", ""))
        text = f"Predicted {signed(said.get('delta'))} {interval(said.get('low'), said.get('high'))}".rstrip()
        text += f" {units}, baseline {signed(said.get('baseline'))}".replace("  ", " ")
        if got:
            text += f"; measured {signed(got['effect'])} {interval(got['low'], got['high'])} (n = {got['n']})"
        return text

    def ends(self) -> tuple[float, float]:
        """Ends of the axis: everything drawn, zero, and a margin."""
        said, got = self.predicted, self.outcome
        values = [0.0, *self._thresholds(), *self.replicates]
        values += [said.get(name) for name in ("delta", "low", "high", "baseline")]
        values += [got.get(name) for name in ("effect", "low", "high")] if got else []
        known = [float(value) for value in values if value is not None and math.isfinite(value)]
        low, high = min(known), max(known)
        margin = 0.06 * (high - low) or 1.0
        return low - margin, high + margin

    def _thresholds(self) -> list[float]:
        size = self.rule.threshold
        return {"up": [size], "down": [-size], "any": [-size, size]}[self.rule.direction]

    def small(self, width: int = 232) -> str:
        """For a card: interval and dot, baseline tick, zero, the supporting side shaded."""
        x, marks = self._scale(4, width - 4), []
        marks += self._shade(x, 2, 20, 4, width - 4)
        marks.append(line(x(0), 2, x(0), 22, "currentColor", 1, ".45"))
        marks += self._bar(x, 10 if self.outcome else 12, self.predicted, "delta", PREDICTED, 3.6)
        if self.outcome:
            marks += self._bar(x, 17, self.outcome, "effect", MEASURED, 3.2)
        marks += self._baseline(x, 5, 19)
        return _svg(width, 24, marks, self.sentence(), f"max-width:{width}px")

    def large(self, width: int = 720) -> str:
        """For a page: rows for baseline, prediction, replicates and measurement over an axis with units."""
        left, right = 118, width - 16
        x, marks = self._scale(left, right), []
        rows = ["baseline", "predicted"] + (["measured"] if self.outcome or self.replicates else [])
        bottom = 16 + 34 * len(rows)
        marks += self._shade(x, 8, bottom - 8, left, right)
        marks.append(line(x(0), 8, x(0), bottom, "currentColor", 1, ".5"))
        for i, name in enumerate(rows):
            y = 26 + 34 * i
            marks.append(label(left - 12, y + 4, name, "end", 13))
            if name == "baseline":
                marks += self._baseline(x, y - 8, y + 8)
            elif name == "predicted":
                marks += self._bar(x, y, self.predicted, "delta", PREDICTED, 5.5)
            else:
                marks += [_dot(x(value), y, 3.4, "none", MEASURED) for value in self.replicates]
                marks += self._bar(x, y + (9 if self.replicates else 0), self.outcome, "effect", MEASURED, 5)
        marks += self._axis(x, left, right, bottom)
        return _svg(width, bottom + 42, marks, self.sentence(), f"max-width:{width}px")

    def _axis(self, x: Any, left: float, right: float, y: float) -> list[str]:
        marks = [line(left, y, right, y, "currentColor", 1, ".4")]
        places = ticks(*self.ends(), 6)
        digits = max(0, max((len(f"{value:.10g}".partition(".")[2]) for value in places), default=0))
        for value in places:
            marks.append(line(x(value), y, x(value), y + 5, "currentColor", 1, ".5"))
            marks.append(label(x(value), y + 18, f"{value:.{digits}f}".replace("-", "−"), "middle", 12))
        what = "projection on the predicted profile" if self.rule.readout == "profile" else self.rule.readout
        what = f"signature “{what}”" if self.rule.weights else what
        units = str(self.predicted.get("units", ""))
        words = f"change of {what} against controls" + (f" ({units})" if units else "")
        return [*marks, label((left + right) / 2, y + 36, words, "middle", 12)]

    def _scale(self, left: float, right: float) -> Any:
        low, high = self.ends()
        return lambda value: left + (value - low) / (high - low) * (right - left)

    def _shade(self, x: Any, top: float, height: float, left: float, right: float) -> list[str]:
        """The side on which the rule is supported."""
        marks = []
        for edge in self._thresholds():
            a, b = (x(edge), right) if edge > 0 or (edge == 0 and self.rule.direction == "up") else (left, x(edge))
            marks.append(
                f'<rect x="{a:.1f}" y="{top}" width="{max(b - a, 0):.1f}" height="{height}" fill="{SUPPORTS}" '
                f'opacity=".13"><title>supported beyond {escape(signed(edge))}</title></rect>'
            )
            marks.append(
                f'<line x1="{x(edge):.1f}" x2="{x(edge):.1f}" y1="{top}" y2="{top + height}" stroke="{SUPPORTS}" '
                'stroke-width="1.4" stroke-dasharray="3 2"/>'
            )
        return marks

    def _bar(self, x: Any, y: float, values: dict[str, Any], middle: str, colour: str, radius: float) -> list[str]:
        marks = []
        low, high = values.get("low"), values.get("high")
        if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
            marks.append(line(x(low), y, x(high), y, colour, radius * 0.8, ".5"))
        if (value := values.get(middle)) is not None and math.isfinite(value):
            place = x(value)
            if middle == "delta":
                marks.append(_dot(place, y, radius, colour, colour))
            else:
                marks.append(
                    f'<path d="M{place:.1f} {y - radius - 1:.1f}l{radius + 1} {radius + 1}l-{radius + 1} {radius + 1}'
                    f'l-{radius + 1} -{radius + 1}z" fill="{colour}"/>'
                )
        return marks

    def _baseline(self, x: Any, top: float, bottom: float) -> list[str]:
        value = self.predicted.get("baseline")
        if value is None or not math.isfinite(value):
            return []
        return [line(x(value), top, x(value), bottom, "currentColor", 2.2, ".75")]


LEGEND = (
    f'<span><i style="background:{PREDICTED};border-radius:50%"></i>predicted, with its interval</span>'
    '<span><i style="background:currentColor;opacity:.75;width:3px;height:12px"></i>baseline</span>'
    f'<span><i style="background:{SUPPORTS};opacity:.35"></i>would support it</span>'
    f'<span><i style="background:{MEASURED};transform:rotate(45deg)"></i>measured (rings: replicates)</span>'
)


def _svg(width: float, height: float, marks: list[str], label: str, style: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'style="{style}" aria-label="{escape(label)}"><title>{escape(label)}</title>{"".join(marks)}</svg>'
    )


def _dot(x: float, y: float, radius: float, fill: str, stroke: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'


def signed(value: float | None, figures: int = 3) -> str:
    """A change with its sign: `+1.2` or `−0.4`."""
    text = significant(value, figures)
    return f"+{text}" if value is not None and value > 0 else text


def interval(low: float | None, high: float | None) -> str:
    """The interval in brackets, or nothing where there is none."""
    return "" if low is None or high is None or not math.isfinite(low + high) else interval_of(low, high)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers inside [low, high], about as many as asked; one number when the ends are equal."""
    if not high > low:
        return [low]
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first + 1
    places = (round((first + i) * step, 12) for i in range(count))
    slack = 1e-9 * (high - low)  # where the numbers are large and close, a multiple of the step can miss its end
    return [value for value in places if low - slack <= value <= high + slack]
