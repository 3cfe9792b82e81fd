"""Rounds: hypotheses that held beside what chance gives, versions on what was new to both, and how past predictions held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from workbench.views.style import count, interval, number, signed
from workbench.views.style.parts import chip

KIND = {"supported": "good", "refuted": "bad"}
WIDTH = 130


def rounds_html(rounds: Sequence[Any], link: Callable[[Any], str]) -> str:
    """A table, one row a round: verdicts, how many rules a random choice would have met, wells, what the model did.

    rounds: as `lab.models.rounds` gives them; link: the address of an experiment.
    """
    most = max((len(item.hypotheses) for item in rounds), default=1)
    rows = "".join(_row(item, link(item.experiment), most) for item in rounds)
    head = (
        '<tr><th>Round</th><th>Asked</th><th>Verdicts</th><th style="min-width:140px">Held, beside chance</th>'
        '<th class="num">Wells</th><th class="num">Replicate r</th><th>Then</th></tr>'
    )
    foot = (
        "Bar: hypotheses that held. Grey: how many declared rules as many random perturbations would have met (exact 95 % band, "
        "expected count as a line). Small square: how many the mean of all perturbations would have met."
    )
    return (
        f'<div class="card"><h3>{count(len(rounds), "round")}</h3><div style="overflow-x:auto"><table class="plain">{head}{rows}'
        "</table></div>"
        f'<p class="muted small" style="margin-top:8px">{foot}</p></div>'
    )


def later_html(rows: Sequence[dict[str, Any]]) -> str:
    """Card: two versions on perturbations measured after both were frozen; "" without any."""
    if not rows:
        return ""
    made = rows[0]["details"]
    body = "".join(
        f'<tr><td>{escape(row["title"])}</td><td class="num">{number(row["details"]["old_value"])}</td>'
        f'<td class="num">{number(row["details"]["new_value"])}</td><td class="num">{signed(row["value"], 2)}</td>'
        f'<td class="num">{interval(row["low"], row["high"])}</td><td class="num">{row["n"]}</td></tr>'
        for row in rows
    )
    return (
        f'<div class="card"><h3>{escape(_gained(rows))}</h3><p class="muted small">Nobody could have tuned on these: both '
        f"versions were frozen before they were measured.</p>"
        f'<table class="plain"><tr><th>Measured later</th><th class="num">{escape(made["old"])}</th>'
        f'<th class="num">{escape(made["new"])}</th><th class="num">Difference</th><th class="num">95 % interval</th>'
        f'<th class="num">n</th></tr>{body}</table>{_trace(made)}</div>'
    )


def record_html(rows: Sequence[dict[str, Any]]) -> str:
    """Card: coverage of frozen intervals against their level, and error saved over the baseline, a row a version."""
    if not rows:
        return ""
    by_version: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_version.setdefault(row["reference"], {})[row["metric"]] = row
    body = "".join(_record_row(name, found) for name, found in by_version.items())
    return (
        '<div class="card"><h3>How frozen predictions held when the lab answered</h3>'
        '<table class="plain"><tr><th>Version</th><th class="num">Readouts inside their interval</th>'
        '<th class="num">95 % interval</th><th class="num">Stated</th><th class="num">Error saved over the baseline</th>'
        f'<th class="num">95 % interval</th><th class="num">n</th></tr>{body}</table>{_trace(rows[0]["details"])}</div>'
    )


def _row(item: Any, address: str, most: int) -> str:
    experiment = item.experiment
    marks = " ".join(chip(f"{n} {word}", KIND.get(word, "")) for word, n in sorted(item.verdicts.items()))
    kind = "simulated" if experiment.lab == "simulated" else ""
    agreement = experiment.quality.get("replicate_agreement")
    made = item.comparison
    then = escape(experiment.state) if made is None else f"{escape(made.new)}: {escape(made.decision)}"
    return (
        f'<tr><td><a href="{escape(address)}">{experiment.handle}</a></td><td title="{escape(experiment.title)}">'
        f"{count(len(item.hypotheses), 'hypothesis', 'hypotheses')} {chip(f'{experiment.lab} lab', kind)}</td>"
        f"<td>{marks}</td><td>{_held(item, most)}</td>"
        f'<td class="num">{item.wells:,}</td><td class="num">{"–" if agreement is None else number(agreement, 2)}</td>'
        f"<td>{then}</td></tr>"
    )


def _held(item: Any, most: int) -> str:
    if item.high is None:
        return '<span class="muted small">not judged yet</span>'
    scale = (WIDTH - 20) / max(most, 1)
    x = lambda n: 4 + n * scale  # noqa: E731
    words = f"{item.supported} of {len(item.hypotheses)} held; {item.expected:.1f} [{item.low}, {item.high}] at random"
    colour = "var(--wb-good)" if item.is_beyond_chance else "var(--wb-accent)"
    return (
        f'<svg viewBox="0 0 {WIDTH} 22" style="width:{WIDTH}px;height:22px" role="img" aria-label="{escape(words)}">'
        f"<title>{escape(words)}; the mean would meet {item.by_mean}</title>"
        f'<rect x="{x(item.low):.1f}" y="1" width="{max(x(item.high) - x(item.low), 2):.1f}" height="20" '
        'fill="var(--wb-muted)" opacity=".28"/>'
        f'<rect x="{x(0):.1f}" y="7" width="{max(x(item.supported) - x(0), 0):.1f}" height="8" fill="{colour}"/>'
        f'<path d="M{x(item.expected):.1f} 1V21" stroke="var(--wb-muted)" stroke-width="1.6"/>'
        f'<rect x="{x(item.by_mean) - 3:.1f}" y="8" width="6" height="6" fill="var(--wb-ink)"/></svg>'
        f'<br><span class="muted small">{words}</span>'
    )


def _gained(rows: Sequence[dict[str, Any]]) -> str:
    main = next((row for row in rows if row["metric"] == "rdmean"), rows[0])
    made, n = main["details"], main["n"]
    if main["low"] > 0:
        return f"{made['new']} is better than {made['old']} on {n} perturbations measured after both were frozen"
    if main["high"] < 0:
        return f"{made['new']} is worse than {made['old']} on {n} perturbations measured after both were frozen"
    return f"{made['new']} and {made['old']} cannot be told apart on {n} perturbations measured after both were frozen"


def _record_row(name: str, found: dict[str, dict[str, Any]]) -> str:
    cells, n = [], 0
    for metric in ("coverage", "gain"):
        row = found.get(metric)
        n = max(n, row["n"] if row else 0)
        shown = "–" if row is None else (f"{row['value']:.0%}" if metric == "coverage" else signed(row["value"], 2))
        cells += [shown, "–" if row is None else interval(row["low"], row["high"])]
    level = next(iter(found.values()))["details"]["level"]
    numbers = (*cells[:2], f"{level:.0%}", *cells[2:], str(n))
    shown = "".join(f'<td class="num">{text}</td>' for text in numbers)
    return f"<tr><td>{escape(name)}</td>{shown}</tr>"


def _trace(made: dict[str, Any]) -> str:
    words = f"Snapshot {made['snapshot']}, code {escape(str(made['code_version']))}."
    return f'<p class="muted small" style="margin-top:8px">{words}</p>'
