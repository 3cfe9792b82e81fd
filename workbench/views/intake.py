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
    """The verdict on the file as a whole, then one row a plate: verdict, Z', SSMD, controls, drift, places, reasons."""
    if not quality:
        return "<p class='muted'>No results yet.</p>"
    plates = {name: _today(row) for name, row in quality["plates"].items()}
    warned = any(row["verdict"] == "warn" for row in plates.values()) or bool(quality.get("warnings"))
    kind = "stop" if not quality["passed"] else "warn" if warned else "pass"
    mark, colour = MARKS[kind]
    said = f"<b style='color:var(--wb-{colour})'>{mark}</b> {escape(quality['words'])}"
    agreement = quality.get("agreement")
    if agreement is not None:
        said += (
            f" Replicates agree with mean r = {significant(agreement['mean'], 2)} "
            f"{interval(agreement['low'], agreement['high'])}, n = {agreement['n']:,} perturbations"
        )
        if agreement["null_low"] is not None:
            said += f" (names shuffled: {interval(agreement['null_low'], agreement['null_high'])})"
        said += "."
    for warning in quality.get("warnings", []):
        said += f" <span style='color:var(--wb-warn)'>! {escape(warning)}.</span>"
    if overridden := quality.get("overridden"):
        named = ", ".join(escape(name) for name in overridden["plates"])
        said += f"<br><b style='color:var(--wb-warn)'>Overridden</b> for {named} by {escape(overridden['person'])}: "
        said += f"“{escape(overridden['note'])}”"
    positive = any(row["n_positive"] for row in plates.values())
    heads = (
        "<th class='num' title='with 95 % interval over resampled wells'>Z'</th><th class='num'>SSMD</th>"
        if positive
        else ""
    )
    rows = "".join(_plate_row(name, row, positive) for name, row in plates.items())
    return (
        f"<p>{said}</p><div style='overflow-x:auto'><table class='plain small'><tr><th>plate</th><th></th>"
        f"<th class='num'>wells</th><th class='num' title='negative control wells'>controls</th>{heads}"
        "<th class='num' title='median over readouts of the standard deviation of the control wells'>control spread</th>"
        "<th class='num' title='median over readouts of the difference between the first and the last controls along the "
        "columns, and how often random orders drift as much'>drift (p)</th>"
        "<th class='num' title='share of variance between rows, columns, and edge and inner wells beyond permuted places'>"
        f"rows · columns · edge</th></tr>{rows}</table></div>"
    )


MARKS = {"pass": ("✓", "good"), "warn": ("!", "warn"), "stop": ("✕", "bad")}


def _today(row: dict[str, Any]) -> dict[str, Any]:
    """A plate's row with every field; ledgers of before knew flags and whether it passed."""
    flags = row.get("flags", [])
    verdict = "stop" if not row.get("passed", True) else "warn" if flags else "pass"
    return {"verdict": verdict, "reasons": flags, "position": {}, "n_positive": 0, "control_drift_p": None} | row


def _plate_row(name: str, row: dict[str, Any], positive: bool) -> str:
    mark, colour = MARKS[row["verdict"]]
    words = "".join(f"<div>{escape(reason)}</div>" for reason in row["reasons"])  # below its figures: the table is wide
    why = f"<tr><td></td><td colspan='{8 if positive else 6}' class='muted'>{words}</td></tr>" if words else ""
    assay = ""
    if positive:
        z, ssmd = row.get("z_prime"), row.get("ssmd")
        low, high = row.get("z_prime_low"), row.get("z_prime_high")
        between = interval(low, high) if low is not None and high is not None else ""
        assay = (
            f"<td class='num'>{'–' if z is None else significant(z, 2)} <span class='muted'>{between}</span></td>"
            f"<td class='num'>{'–' if ssmd is None else significant(ssmd, 2)}</td>"
        )
    drift = "–" if row["control_drift"] is None else significant(row["control_drift"], 2)
    if row["control_drift_p"] is not None:
        drift += f" ({significant(row['control_drift_p'], 2)})"
    spread = "–" if row["control_spread"] is None else significant(row["control_spread"], 2)
    return (
        f"<tr><td style='white-space:nowrap'>{escape(name)}</td>"
        f"<td style='white-space:nowrap;color:var(--wb-{colour})'><b>{mark}</b> {row['verdict']}</td>"
        f"<td class='num'>{row['n_treatments'] + row['n_positive']}</td><td class='num'>{row['n_controls']}</td>{assay}"
        f"<td class='num'>{spread}</td><td class='num'>{drift}</td>"
        f"<td class='num' style='white-space:nowrap'>{_shares(row['position'])}</td></tr>{why}"
    )


def _shares(position: dict[str, dict[str, float]]) -> str:
    def one(name: str) -> str:
        effect = position.get(name)
        if effect is None:
            return "<span title='too few wells to ask'>–</span>"
        beyond = max(0.0, effect["share"] - effect["null"])
        tip = f"{name}: {effect['share']:.1%} of the variance, by chance {effect['null']:.1%}"
        tip += f", p = {effect['p']:.2g}, n = {effect['n']}"
        return f"<span title='{tip}'>{beyond:.0%}</span>"

    return " · ".join(one(name) for name in ("rows", "columns", "edge"))
