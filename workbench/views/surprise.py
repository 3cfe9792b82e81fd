"""The biggest surprise among measured hypotheses: the result farthest outside what was predicted, in its own figure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from workbench.nouns import Hypothesis
from workbench.views.style.numbers import interval, signed, text

WIDTH = 420


def biggest_surprise(resolved: Iterable[Hypothesis]) -> Hypothesis | None:
    """The hypothesis whose measured mean lies farthest from its predicted interval, in widths of that interval.

    None when every measured mean lies inside its interval, or nothing was measured.
    """
    scored = [(surprise, item) for item in resolved if (surprise := _distance(item)) > 0]
    return max(scored, key=lambda pair: pair[0])[1] if scored else None


def surprise_html(item: Hypothesis, address: str) -> str:
    """One sentence with its figure: predicted interval above, measured interval below, zero marked."""
    predicted, measured = item.predicted, item.outcome
    units = str(predicted.get("units", ""))
    words = (
        f"{item.handle}, {item.statement}: predicted {signed(predicted['delta'], 2)} "
        f"{interval(predicted['low'], predicted['high'])}, measured {signed(measured['effect'], 2)} "
        f"{interval(measured.get('low'), measured.get('high'))} {units} (n = {measured.get('n')})."
    )
    return (
        f'<a href="{escape(address)}" style="display:block;color:inherit;padding:2px 0 0">'
        f'<p style="margin:0 0 6px">{text(words)}</p>{_figure(item)}</a>'
    )


def _distance(item: Hypothesis) -> float:
    try:
        low, high = float(item.predicted["low"]), float(item.predicted["high"])
        effect = float(item.outcome["effect"])
    except (KeyError, TypeError, ValueError):
        return 0.0
    if not all(math.isfinite(value) for value in (low, high, effect)) or high <= low:
        return 0.0
    return max(low - effect, effect - high, 0.0) / (high - low)


def _figure(item: Hypothesis) -> str:
    rows = (
        ("predicted", item.predicted["delta"], item.predicted["low"], item.predicted["high"], "var(--wb-accent)"),
        ("measured", item.outcome["effect"], item.outcome.get("low"), item.outcome.get("high"), "var(--wb-ink)"),
    )
    numbers = [float(v) for _, *values, _ in rows for v in values if v is not None and math.isfinite(float(v))] + [0.0]
    low, high = min(numbers), max(numbers)
    scale = (WIDTH - 110) / ((high - low) or 1.0)

    def x(value: float) -> float:
        return 96 + (float(value) - low) * scale

    marks = [f'<path d="M{x(0):.1f} 2V50" stroke="var(--wb-muted)" stroke-dasharray="3 3"/>']
    for y, (name, centre, start, end, colour) in zip((16, 38), rows, strict=True):
        marks.append(f'<text x="0" y="{y + 5}" fill="var(--wb-muted)" font-size="13">{name}</text>')
        if start is not None and math.isfinite(float(start)):
            line = f"M{x(start):.1f} {y}H{x(end):.1f}"
            marks.append(f'<path d="{line}" stroke="{colour}" stroke-width="2.4" stroke-linecap="round"/>')
        marks.append(f'<circle cx="{x(centre):.1f}" cy="{y}" r="5" fill="{colour}"/>')
    return (
        f'<svg viewBox="0 0 {WIDTH} 54" style="width:100%;max-width:{WIDTH}px;height:54px" role="img" '
        f'aria-label="Predicted and measured change">{"".join(marks)}</svg>'
    )
