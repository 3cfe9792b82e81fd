"""What was understood of a file: what it is and its checks; of results also what does not fit and each plate's quality."""

from __future__ import annotations

from html import escape
from typing import Any

from workbench.views.style import interval, significant

SHOWN = 12


def plan_html(lines: list[str]) -> str:
    """The plan of a file in the words of the command line: a row a fact, checks marked, what is refused and noted below."""
    head, *rest = lines
    rows, below = "", ""
    for line in rest:
        label, sign, value = line.strip().partition(": ")
        if not sign or line.startswith("    ") or label in ("note", "refused rows") or label.startswith("e.g."):
            below += f"<div>{escape(line.strip())}</div>"
            continue
        mark = ""
        if label.endswith(" check"):
            bad = "flagged" in value or "no matched control" in value or "split by" in value
            mark = f"<b style='color:var(--wb-{'warn' if bad else 'good'})'>{'!' if bad else '✓'}</b> "
        rows += (
            f"<tr><td class='muted' style='white-space:nowrap'>{escape(label)}</td><td>{mark}{escape(value)}</td></tr>"
        )
    return f"<p>{escape(head)}</p><table class='plain small'>{rows}</table><div class='muted small'>{below}</div>"


def understood_html(lines: list[str], mismatches: list[dict[str, Any]]) -> str:
    """The plan in words and what does not fit, each with row, column and value."""
    words = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if not mismatches:
        return words
    rows = "".join(
        f"<tr><td class='num'>{row['row'] or '–'}</td><td>{escape(str(row['column']))}</td>"
        f"<td class='cut' style='max-width:220px' title='{escape(str(row['value']))}'>"
        f"<code>{escape(str(row['value']))}</code></td><td>{escape(str(row['problem']))}</td></tr>"
        for row in mismatches[:SHOWN]
    )
    more = f"<p class='muted small'>and {len(mismatches) - SHOWN:,} more</p>" if len(mismatches) > SHOWN else ""
    return (
        f"{words}<table class='plain small'><tr><th class='num'>row</th><th>column</th><th>value</th>"
        f"<th>what is wrong</th></tr>{rows}</table>{more}"
    )


def quality_html(quality: dict[str, Any]) -> str:
    """The verdict on the file as a whole, then one row a plate."""
    if not quality:
        return "<p class='muted'>No results yet.</p>"
    mark = "✓" if quality["passed"] else "✕"
    colour = "good" if quality["passed"] else "bad"
    agreement = quality.get("replicate_agreement")
    said = f"<b style='color:var(--wb-{colour})'>{mark}</b> {escape(quality['words'])}"
    if agreement is not None:
        said += f" Replicates agree with mean r = {significant(agreement, 2)}"
        if (null := quality.get("agreement_null")) is not None:
            said += f" (wells of different perturbations: {interval(null[0], null[1])})"
        said += "."
    rows = "".join(_plate_row(name, row) for name, row in sorted(quality.get("plates", {}).items()))
    return (
        f"<p>{said}</p><table class='plain small'><tr><th>plate</th><th class='num'>treated</th>"
        f"<th class='num'>controls</th><th class='num' title='median over readouts of the standard deviation of the "
        f"control wells'>control spread</th><th class='num' title='median over readouts of the difference between the "
        f"first and the last controls along the plate'>drift</th><th></th></tr>{rows}</table>"
    )


def _plate_row(name: str, row: dict[str, Any]) -> str:
    flags = "; ".join(row.get("flags", []))
    mark = "✓" if row["passed"] and not flags else ("!" if row["passed"] else "✕")
    colour = {"✓": "good", "!": "warn", "✕": "bad"}[mark]
    return (
        f"<tr><td>{escape(name)}</td><td class='num'>{row['n_treatments']}</td><td class='num'>{row['n_controls']}</td>"
        f"<td class='num'>{significant(row['control_spread'], 2)}</td>"
        f"<td class='num'>{significant(row['control_drift'], 2)}</td>"
        f"<td title='{escape(flags)}'><span style='color:var(--wb-{colour})'>{mark}</span> {escape(flags)}</td></tr>"
    )
