"""Benchmarks of a map as HTML: each number on an axis with its interval, chance, and its value without alignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from workbench.views.style.numbers import count, interval, significant

WIDTH, HEIGHT = 300, 18
KEY = (
    ("score-dot", "value with its 95 % interval"),
    ("score-null", "chance"),
    ("score-before", "the same wells without alignment"),
)


def is_measured(row: Mapping[str, Any]) -> bool:
    """Whether a row holds a number; else its `how` says why there is none."""
    return bool(row["n"]) and known(row["value"])


def known(value: Any) -> bool:
    """Whether a number is there: neither None nor NaN."""
    return value is not None and value == value


def verdict(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many of the numbers lie above chance with their whole interval, in words, and whether batches mix."""
    measured = [row for row in rows if is_measured(row)]
    asked = [row for row in measured if row["goal"] != "at"]
    above = sum(meets_goal(row) for row in asked)
    words = f"{above} of {count(len(asked), 'measure')} above chance with the whole interval"
    mixing = [row for row in measured if row["goal"] == "at"]
    if not mixing:
        return words
    return f"{words}; batches {'mix' if all(map(meets_goal, mixing)) else 'do not mix fully'}"


def meets_goal(row: Mapping[str, Any]) -> bool:
    """Whether the whole interval lies above chance; of what ought to be at chance, whether the interval reaches it."""
    if not known(row["low"]) or not known(row["null"]):
        return False
    return row["low"] <= row["null"] if row["goal"] == "at" else row["low"] > row["null"]


def score_axis(row: Mapping[str, Any], *, labelled: bool = False) -> str:
    """A number on an axis from 0 to 1 as SVG: dot with interval, dashed line for chance, ring for its value before."""

    def at(value: float) -> float:
        return 5 + (WIDTH - 10) * min(max(float(value), 0.0), 1.0)

    middle = HEIGHT / 2
    name = "score-dot" if meets_goal(row) else f"score-dot {'bad' if row['goal'] == 'at' else 'weak'}"
    parts = [f'<line class="score-axis" x1="5" x2="{WIDTH - 5}" y1="{middle}" y2="{middle}"/>']
    if known(row["null"]):
        parts.append(
            f'<line class="score-null" x1="{at(row["null"]):.1f}" x2="{at(row["null"]):.1f}" y1="1" y2="{HEIGHT - 1}"/>'
        )
    if known(row["low"]) and known(row["high"]):
        x, width = at(row["low"]), max(at(row["high"]) - at(row["low"]), 1)
        parts.append(
            f'<rect class="{name}" opacity=".35" x="{x:.1f}" y="{middle - 3}" width="{width:.1f}" height="6"/>'
        )
    if known(row.get("before")):
        parts.append(f'<circle class="score-before" cx="{at(row["before"]):.1f}" cy="{middle}" r="4"/>')
    parts.append(f'<circle class="{name}" cx="{at(row["value"]):.1f}" cy="{middle}" r="4.5"/>')
    words = f"{significant(row['value'])} on an axis from 0 to 1"
    return f'<svg class="score" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(words)}">{"".join(parts)}</svg>'


def scores_html(rows: Sequence[Mapping[str, Any]]) -> str:
    """The block beside a map: verdict, key, one line a number with n and what chance gives; then what has no number."""
    lines = "".join(_line(row) for row in rows if is_measured(row))
    missing = "".join(
        f"<li>{escape(str(row['title']))}: {escape(str(row['how']))}.</li>" for row in rows if not is_measured(row)
    )
    missing = f'<div class="muted small">Not measured</div><ul class="muted small">{missing}</ul>' if missing else ""
    made = rows[0]
    stale = (
        ""
        if made["is_current"]
        else '<p class="small warn">The map was made anew by another recipe since: score it again.</p>'
    )
    return (
        f"<style>{SCORE_CSS}</style>{stale}<p class='small'>{escape(verdict(rows))}</p>{key_html()}{lines}{missing}"
        f'<p class="muted small">Snapshot {made["snapshot"]} · code {escape(str(made["code_version"]))} · '
        f"{made['scored_at']:%Y-%m-%d %H:%M} UTC</p>"
    )


def key_html() -> str:
    """What the marks on the axis mean."""
    marks = {
        "score-dot": '<circle class="score-dot" cx="8" cy="7" r="4.5"/>',
        "score-null": '<line class="score-null" x1="8" x2="8" y1="0" y2="14"/>',
        "score-before": '<circle class="score-before" cx="8" cy="7" r="4"/>',
    }
    return '<div class="score-key muted">' + "".join(
        f'<span><svg viewBox="0 0 16 14" width="16" height="14">{marks[name]}</svg>{escape(words)}</span>' for name, words in KEY
    ) + "</div>"  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    facts = [f"chance {significant(row['null'], 2)}"] if known(row["null"]) else []
    if known(row["before"]):
        facts.append(f"before {significant(row['before'], 2)} {interval(row['before_low'], row['before_high'])}")
    facts.append(f"n = {row['n']:,} {row['unit']}")
    shown = " · ".join(f"<span>{escape(text)}</span>" for text in facts)
    return (
        f'<div class="score-row" title="{escape(str(row["how"]))}"><div class="score-head"><span>{escape(str(row["title"]))}'
        f"</span><b>{significant(row['value'], 2)}</b> <span class='score-range'>{interval(row['low'], row['high'])}</span></div>"
        f'{score_axis(row)}<div class="muted score-facts">{shown}</div></div>'
    )


SCORE_CSS = """
.score { display: block; width: 100%; height: auto; overflow: visible; }
.score-axis { stroke: var(--wb-line, #DFE3E8); stroke-width: 1; }
.score-null { stroke: var(--wb-ink, #1B2126); stroke-width: 1.4; stroke-dasharray: 3 2; }
.score-dot { fill: var(--wb-accent, #0B6E7F); } .score-dot.weak { fill: var(--wb-muted, #57606A); }
.score-dot.bad { fill: var(--wb-warn, #8F5B00); }
.score-before { fill: var(--wb-surface, #fff); stroke: var(--wb-muted, #57606A); stroke-width: 1.6; }
.score-row { margin: 0 0 12px; font-size: 13px; }
.score-head { display: flex; gap: 6px; align-items: baseline; font-variant-numeric: tabular-nums; }
.score-head span:first-child { flex: 1; } .score-range { white-space: nowrap; }
.score-facts { font-size: 12px; font-variant-numeric: tabular-nums; }
.score-facts span { white-space: nowrap; }
.score-key { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12px; margin: 0 0 12px; }
.score-key span { display: inline-flex; align-items: center; gap: 4px; }
ul.small { margin: 2px 0 8px; padding-left: 18px; } .warn { color: var(--wb-warn, #8F5B00); }
"""
