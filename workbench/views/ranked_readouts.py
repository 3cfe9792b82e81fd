"""The strongest readouts of a prediction as SVG: dot and interval, tick of the baseline, diamond of what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from workbench.views.effect import ticks
from workbench.views.style.numbers import interval, short_name, signed
from workbench.views.style.palette import ACCENT, CONTROL, UP
from workbench.views.style.svg import label, line

WIDTH, ROW, TOP, FOOT, RIGHT, LETTER = 460, 21, 30, 42, 14, 7.2
THEMED = f"var(--wb-accent, {ACCENT})"  # the accent of the page around it


def ranked_svg(rows: Sequence[dict[str, Any]], title: str, units: str) -> str:
    """One line a row: readout, predicted, low, high, baseline, measured (None where unknown); infinite bounds are left out."""
    names = [short_name(str(row["readout"])) for row in rows]
    left = 12 + LETTER * max((len(name) for name in names), default=0)
    low, high = _range(rows)

    def x(value: float) -> float:
        return left + (WIDTH - RIGHT - left) * (value - low) / (high - low)

    bottom = TOP + ROW * len(rows)
    marks = [label(left, 16, title, "start", 14, "1")]
    for value in ticks(low, high):
        colour, width = (CONTROL, 1.2) if value == 0 else ("currentColor", 0.6)
        marks.append(line(x(value), TOP - 4, x(value), bottom, colour, width, "1" if value == 0 else ".18"))
        marks.append(label(x(value), bottom + 15, f"{value:g}".replace("-", "−"), "middle", 12, ".75"))
    marks.append(
        label((left + WIDTH - RIGHT) / 2, bottom + 34, f"change against controls ({units})", "middle", 12, ".75")
    )
    for i, (row, name) in enumerate(zip(rows, names, strict=True)):
        marks.append(_row(row, name, left, TOP + ROW * (i + 0.5), x))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + FOOT}" width="100%" role="img" '
        f'aria-label="{escape(title)}">{"".join(marks)}</svg>'
    )


def _row(row: dict[str, Any], name: str, left: float, y: float, x: Any) -> str:
    low, high, measured = row["low"], row["high"], row.get("measured")
    ends = _finite(low) and _finite(high)
    says = f"{row['readout']}: predicted {signed(row['predicted'], 2)}{' ' + interval(low, high) if ends else ''}"
    says += f", baseline {signed(row['baseline'], 2)}"
    says += f", measured {signed(measured, 2)}" if _finite(measured) else ""
    marks = [label(left - 8, y + 4, name, "end", 12, ".9")]
    if ends:
        marks.append(line(x(low), y, x(high), y, THEMED, 2.2, ".45"))
    marks.append(line(x(row["baseline"]), y - 6, x(row["baseline"]), y + 6, CONTROL, 2.4, "1"))
    marks.append(f'<circle cx="{x(row["predicted"]):.1f}" cy="{y:.1f}" r="4.6" fill="{THEMED}"/>')
    if _finite(measured):
        marks.append(f'<path d="M{x(measured):.1f} {y - 6:.1f}l5 6l-5 6l-5 -6z" fill="{UP}"/>')
    hit = f'<rect x="0" y="{y - ROW / 2:.1f}" width="{WIDTH}" height="{ROW}" fill="transparent"/>'  # the whole row answers
    return f"<g><title>{escape(says)}</title>{hit}{''.join(marks)}</g>"


def _range(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """What the axis holds: zero and everything finite, with a margin."""
    keys = ("predicted", "low", "high", "baseline", "measured")
    values = [0.0, *(row[key] for row in rows for key in keys if _finite(row.get(key)))]
    low, high = min(values), max(values)
    margin = 0.04 * (high - low) or 1.0
    return low - margin, high + margin


def _finite(value: Any) -> bool:
    return value is not None and math.isfinite(value)
