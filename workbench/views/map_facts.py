"""A map's evidence in words and numbers: the quality badge, why a map is refused, the facts of one point."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from workbench.nouns import Map


def counted(n: int, kind: str) -> str:
    """A number of entities in words, e.g. `1 gene`, `2,000 entities`."""
    plural = kind[:-1] + "ies" if kind.endswith("y") else kind + "s"
    return f"{n:,} {kind if n == 1 else plural}"


def quality_badge(quality: dict[str, Any]) -> str:
    """One line that is never wrapped: the gate's verdict with its interval; the rest on hover and in the summary."""
    mark, colour = ("✓", "#009E73") if quality.get("accepted") else ("✕", "#D55E00")
    title = " · ".join([_verdict(quality), escape(quality.get("reason", "")), *map(escape, _more(quality))])
    return (
        f'<div style="font-size:13px;line-height:1.6;white-space:nowrap;overflow:hidden;text-overflow:ellipsis" '
        f'title="{title}"><b style="color:{colour}">{mark}</b> <b>{_verdict(quality)}</b></div>'
    )


def summary_html(map_: Map, quality: dict[str, Any]) -> str:
    """What a map shows and how far it can be trusted, for a person who has not chosen anything yet."""
    q = np.asarray(map_.evidence.get("q", np.zeros(0)), dtype=float)
    known = q[np.isfinite(q)]
    facts = [f"Each point is one {escape(map_.entity_kind)}; near points were placed near because their profiles of "
             f"{map_.vectors.shape[1]:,} dimensions are alike."]  # fmt: skip
    if known.size:
        n_active = int((known < 0.05).sum())
        facts.append(f"<b>{n_active:,} of {len(map_):,}</b> pass q &lt; 0.05 in the replicate test of this map.")
    facts += [escape(text[0].upper() + text[1:]) + "." for text in _more(quality)]
    notes = "".join(f"<li>{escape(text)}</li>" for text in quality.get("warnings", ()))
    notes = f'<ul style="margin:4px 0;padding-left:18px">{notes}</ul>' if notes else ""
    body = "".join(f'<p style="margin:6px 0">{text}</p>' for text in facts)
    return (
        '<div style="font-size:13px;line-height:1.5"><div style="font-size:16px;font-weight:600">What this map shows'
        f"</div>{body}{notes}"
        '<div style="font-size:16px;font-weight:600;margin-top:14px">What you can do</div>'
        '<p style="margin:6px 0"><b>Click a point</b>, or find one by name: its nearest neighbours with p and q, its '
        "replicate wells on the plate, its hypothesis.</p>"
        '<p style="margin:6px 0"><b>Drag around points</b>: what they hold more of than the rest, how alike they are, '
        "their plates; keep them as a cohort.</p>"
        '<p style="margin:6px 0"><b>Beside it</b>: the same map in another colour, or another map with the same genes '
        "or compounds; a selection is drawn in both.</p></div>"
    )


def _verdict(quality: dict[str, Any]) -> str:
    """The gate's number in words, with n, interval and chance."""
    return (
        f"Replicates agree beyond chance for {quality['value']:.0%} of {quality['n']:,} "
        f"[{quality['low']:.0%}, {quality['high']:.0%}]; chance {quality['null']:.0%}"
        if "agreement" in quality
        else f"{quality.get('value', 0):.1%} [{quality.get('low', 0):.1%}, {quality.get('high', 0):.1%}] of "
        f"{quality.get('n', 0):,} {escape(quality.get('measure', ''))}; chance {quality.get('null', 0):.0%}"
    )


def _more(quality: dict[str, Any]) -> list[str]:
    """What else was measured of a map, in words."""
    more = []
    if active := quality.get("active"):
        more.append(f"{active['value']:.0%} differ from same-plate controls (q < 0.05)")
    if nearest := quality.get("nearest_replicate"):
        more.append(f"nearest well is a replicate in {nearest['value']:.1%} (chance {nearest['null']:.1%})")
    if quality.get("same_position_controls"):
        more.append(f"controls at the same position: cosine {quality['same_position_controls']['value']:.2f}")
    return more


def refused_html(title: str, quality: dict[str, Any]) -> str:
    """Why nothing is drawn, in words and on a small axis, and what can be used instead."""
    value, low, high = quality["value"], quality["low"], quality["high"]
    rows = "".join(_axis_row(label, a, b, c, quality) for label, a, b, c in [("this data set", value, low, high)])
    usable = "".join(
        f"<tr><td>{escape(item['what'])} of {escape(item['of'])} perturbations</td>"
        f"<td class='r'>r = {item['value']:.2f} [{item['low']:.2f}, {item['high']:.2f}]</td>"
        f"<td class='r'>{item['n']:,}</td><td class='r'>{item['null']:.2f}</td></tr>"
        for item in quality.get("usable", [])
    )
    table = (
        "<h3>What can be used</h3><p>These numbers of the same wells do repeat between plates:</p><table class='use'>"
        f"<tr><th>number</th><th>replicate correlation [95 %]</th><th>n</th><th>shuffled</th></tr>{usable}</table>"
        if usable else ""
    )  # fmt: skip
    nearest = quality.get("nearest_replicate")
    extra = (
        f" The nearest well is a replicate in {nearest['value']:.1%} (chance {nearest['null']:.1%})." if nearest else ""
    )
    return f"""<style>
.refused {{max-width:860px;font-size:15px;line-height:1.55}} .refused h3 {{font-size:16px;margin:22px 0 4px}}
.refused .box {{border-left:4px solid #D55E00;padding:6px 18px;background:rgba(213,94,0,.07);border-radius:0 6px 6px 0}}
table.use {{border-collapse:collapse;font-size:14px}} table.use th {{text-align:left;opacity:.65;font-weight:500}}
table.use td, table.use th {{padding:4px 18px 4px 0;border-bottom:1px solid rgba(128,128,128,.25)}}
table.use td.r {{font-variant-numeric:tabular-nums}}</style>
<div class="refused"><div class="box"><p><b>{escape(title)} were not turned into a map.</b></p>
<p>{escape(quality["reason"])}{escape(extra)}</p>{rows}
<p style="opacity:.8">Neighbours, clusters and colours of such an embedding would be read as biology although they are
noise. {quality.get("n_wells", 0):,} wells on {quality.get("n_plates", 0)} plates were checked.</p></div>{table}
</div>"""


def point_html(map_: Map, row: int, address: str) -> str:
    """Name with its link, chips with the replicate evidence, and the columns of one entity."""
    name = escape(map_.labels[row])
    heading = f'<a href="{escape(address)}" target="_top" style="color:inherit">{name}</a>' if address else name
    chips = [f"{int(map_.evidence['n_replicates'][row])} replicates"]
    for key, text in (("agreement", "agreement {:.2f}"), ("activity", "activity {:.2f}"), ("q", "q {:.2g}")):
        column = map_.evidence.get(key, map_.columns.get(key))
        if column is not None and np.isfinite(column[row]):
            chips.append(text.format(float(column[row])))
    shown = " ".join(
        f'<span style="display:inline-block;line-height:1.5;border:1px solid rgba(128,128,128,.4);border-radius:10px;'
        f"padding:1px 8px;margin:2px 4px 2px 0;"
        f'white-space:nowrap">{chip}</span>'
        for chip in chips
    )
    facts = []
    for key, column in map_.columns.items():
        value = column[row]
        if key in ("kind", "compound", "activity") or value == "" or value != value:
            continue
        text = f"{value:.3g}" if isinstance(value, (float, np.floating)) else str(value)
        facts.append(
            f'<div style="display:flex;gap:8px"><span style="opacity:.6;min-width:90px">{escape(key.replace("_", " "))}'
            f'</span><span style="overflow-wrap:anywhere">{escape(text)}</span></div>'
        )
    weak = _weak(map_, row)
    return (
        f'<div style="font-size:20px;font-weight:600;overflow-wrap:anywhere">{heading}</div>'
        f'<div style="font-size:12px">{shown}</div>{weak}'
        f'<div style="font-size:13px;line-height:1.6;margin-top:4px">{"".join(facts[:10])}</div>'
    )


def _weak(map_: Map, row: int) -> str:
    q = np.asarray(map_.evidence.get("q", np.zeros(0)), dtype=float)
    if not np.isfinite(q).any() or q[row] <= 0.1:
        return ""
    words = (
        "Its replicates are not distinguishable from chance (q &gt; 0.1): its place and neighbours are weak evidence."
        if np.isfinite(q[row])
        else "It has no replicate on another plate: how well it repeats is not known."
    )
    return (
        '<div style="font-size:13px;margin:4px 0;padding:4px 10px;border-left:3px solid #E69F00">'
        f"{words}</div>"
    )  # fmt: skip


def _axis_row(label: str, value: float, low: float, high: float, quality: dict[str, Any]) -> str:
    """The gate on an axis from 0 to 60 %: chance, what is needed, and the interval found."""
    needed, chance = quality.get("needed", 0.1), quality["null"]
    top = max(0.3, high * 1.2)

    def at(share: float) -> float:
        return 10 + 480 * share / top

    ink = 'font-size="12" fill="currentColor"'
    line = 'y1="14" y2="42" stroke="currentColor"'
    return (
        f'<svg viewBox="0 0 500 58" width="500" style="max-width:100%" role="img" aria-label="{escape(label)}">'
        f'<line x1="10" x2="490" y1="28" y2="28" stroke="currentColor" opacity=".4"/>'
        f'<rect x="{at(low):.1f}" y="22" width="{at(high) - at(low):.1f}" height="12" fill="#D55E00" opacity=".35"/>'
        f'<circle cx="{at(value):.1f}" cy="28" r="5" fill="#D55E00"/>'
        f'<line x1="{at(chance):.1f}" x2="{at(chance):.1f}" {line} stroke-dasharray="3 3"/>'
        f'<text x="{at(chance) - 4:.1f}" y="54" {ink} text-anchor="end">chance {chance:.0%}</text>'
        f'<line x1="{at(needed):.1f}" x2="{at(needed):.1f}" {line} stroke-width="2"/>'
        f'<text x="{at(needed) + 4:.1f}" y="54" {ink}>needed: more than {needed:.0%}</text>'
        f'<text x="{at(value):.1f}" y="12" {ink} text-anchor="middle">{value:.1%}</text></svg>'
    )
