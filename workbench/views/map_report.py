"""A map as one self-contained page: picture, benchmarks with intervals and nulls, diagnostics, recipe, provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from workbench.nouns import Dataset, Map
from workbench.views.map_facts import counted, refused_html
from workbench.views.map_scores import SCORE_CSS, is_measured, key_html, known, score_axis, verdict
from workbench.views.map_svg import map_svg
from workbench.views.points import frame_of
from workbench.views.style import palette
from workbench.views.style.numbers import interval, significant

BARS = 40
STRONGEST = 15
_SIMULATED = ' <span class="simulated">simulated</span>'
_CSS = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 Roboto, system-ui, sans-serif; max-width: 1040px; margin: 32px auto; padding: 0 20px;
  color: var(--wb-ink); background: var(--wb-ground); }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; } h2 { font-size: 20px; margin: 44px 0 8px; }
h3 { font-size: 16px; margin: 28px 0 8px; }
p.lead { font-size: 17px; margin: 4px 0 18px; } .muted { color: var(--wb-muted); } .small { font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 500; color: var(--wb-muted); } th.n, td.n { text-align: right; white-space: nowrap; }
td.n { font-variant-numeric: tabular-nums; }
td, th { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--wb-line); vertical-align: top; }
td.text { overflow-wrap: anywhere; }
td:last-child, th:last-child { padding-right: 0; }
td.axis { min-width: 200px; width: 220px; padding-top: 9px; } td.name { min-width: 210px; } td .how { font-size: 12.5px; }
.scroll { overflow-x: auto; }
.simulated { border: 1px dashed currentColor; border-radius: 99px; padding: 0 9px; font-size: 13px; color: var(--wb-warn);
  font-weight: 400; white-space: nowrap; }
figure { margin: 12px 0; background: var(--wb-surface); border: 1px solid var(--wb-line); border-radius: 8px; padding: 8px; }
figure > svg { width: 100%; height: auto; display: block; } figure > svg text { fill: var(--wb-ink); }
figcaption { font-size: 13px; color: var(--wb-muted); padding: 4px 6px; }
pre { background: var(--wb-surface); border: 1px solid var(--wb-line); border-radius: 8px; padding: 12px; overflow-x: auto; }
ul { padding-left: 20px; }
@media print { body { margin: 0; max-width: none; } h2, h3 { break-after: avoid; } figure, tr { break-inside: avoid; } }
"""


def map_report(
    maps: Sequence[Map],
    dataset: Dataset,
    scores: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    code_version: str,
    made_at: str,
) -> str:
    """The HTML of a data set's report: one part a map, then where everything comes from.

    scores: for each map id the rows of `lab.maps.scores`. The page loads nothing from elsewhere.
    """
    title = dataset.title + (" (simulated)" if dataset.simulated else "")
    label = _SIMULATED if dataset.simulated else ""
    parts = "".join(_part(map_, scores.get(map_.map_id, ())) for map_ in maps)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Map report: {escape(title)}</title><style>{_tokens()}{_CSS}{SCORE_CSS}</style></head><body>"
        f"<h1>{escape(dataset.title)}{label}</h1><p class='muted'>Map report · {escape(dataset.dataset)} · "
        f"{escape(dataset.modality)} · made {escape(made_at)}</p>{parts}"
        f"{_provenance(maps, dataset, code_version)}</body></html>\n"
    )


def _tokens() -> str:
    """Colours of both themes; paper is light."""
    light, dark = (
        ":root { " + " ".join(f"--wb-{name}: {value};" for name, value in palette.TOKENS[theme].items()) + " }"
        for theme in ("light", "dark")
    )
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}\n"


def _part(map_: Map, scores: Sequence[Mapping[str, Any]]) -> str:
    quality = map_.quality
    head = f"<h2>{escape(map_.title)}{_SIMULATED if map_.simulated else ''}</h2>"
    benchmarks = _benchmarks(scores, map_.dataset)
    if not quality.get("accepted", True):
        return head + refused_html(map_.title, quality) + benchmarks + _diagnostics(map_) + _recipe(map_)
    return (
        f"{head}<p class='lead'>{escape(quality.get('reason', ''))}</p>{_picture(map_)}{benchmarks}{_strongest(map_)}"
        f"{_diagnostics(map_)}{_recipe(map_)}"
    )


def _picture(map_: Map) -> str:
    if len(map_) == 0:
        return ""
    columns = {**map_.columns, **map_.evidence}
    offered = [*map_.recipe.get("colours", ()), "agreement"]
    colour = next((name for name in offered if name in columns and _tells_apart(np.asarray(columns[name]))), "")
    frame = frame_of(map_)
    drawn, colouring = map_svg(map_, frame, colour, np.zeros(0, dtype=np.int64)), frame.colouring(colour)
    scale = ""
    if colouring.is_numeric:
        ends = f"{significant(colouring.low, 2)} (dark) to {significant(colouring.high, 2)} (bright)"
        scale = f" Colour: {escape(colour.replace('_', ' '))} from {ends}."
    return (
        f"<figure>{drawn}<figcaption>{escape(counted(len(map_), map_.entity_kind))} in {map_.vectors.shape[1]:,} dimensions, "
        "laid out in two: neighbours in the picture are a hint, similarity is read from the vectors."
        f"{scale}</figcaption></figure>" + _histogram(map_)
    )


def _tells_apart(column: np.ndarray) -> bool:
    """Whether a column [n_entities] has two values or more, unknown ones left out."""
    return len(np.unique(column[np.isfinite(column)] if column.dtype.kind == "f" else column)) > 1


def _histogram(map_: Map) -> str:
    """How far the replicates of each entity agree, beside the mean of the null."""
    agreement = np.asarray(map_.evidence.get("agreement", np.zeros(0)), dtype=float)
    agreement = agreement[np.isfinite(agreement)]
    null = map_.quality.get("agreement", {}).get("null")
    if len(agreement) < 2 or null is None:
        return ""
    counts, edges = np.histogram(agreement, bins=BARS)
    low, high, top = min(edges[0], null), max(edges[-1], null), max(int(counts.max()), 1)

    def x(value: float) -> float:
        return 40 + 820 * (value - low) / ((high - low) or 1.0)

    bars = "".join(
        f'<rect x="{x(a) + 0.5:.1f}" y="{150 - 130 * n / top:.1f}" width="{max(x(b) - x(a) - 1, 1):.1f}" '
        f'height="{130 * n / top:.1f}" fill="var(--wb-accent)"><title>{a:.2f} to {b:.2f}: {n}</title></rect>'
        for n, a, b in zip(counts, edges[:-1], edges[1:], strict=True)
    )
    at = x(null)
    ticks = "".join(
        f'<text x="{x(value):.1f}" y="168" font-size="12" text-anchor="middle">{value:.2f}</text>'
        for value in np.linspace(low, high, 6)
    )
    return (
        '<figure><svg viewBox="0 0 900 178" font-family="sans-serif" role="img" aria-label="Replicate agreement">'
        f'{bars}<line x1="{at:.1f}" x2="{at:.1f}" y1="10" y2="152" stroke="var(--wb-ink)" stroke-dasharray="4 3"/>'
        f'<text x="{at + 5:.1f}" y="18" font-size="12">null {null:.2f}</text>{ticks}</svg>'
        f"<figcaption>Mean cosine of each entity's replicates on different plates (n = {len(agreement):,}); dashed: the "
        "mean for wells of different perturbations.</figcaption></figure>"
    )


def _benchmarks(scores: Sequence[Mapping[str, Any]], dataset: str) -> str:
    """Every number with interval, chance and n; what could not be measured, and why."""
    if not scores:
        return f"<h3>Benchmarks</h3><p>Not scored yet: <code>workbench map score {escape(dataset)}</code>.</p>"
    rows = "".join(_score(row) for row in scores if is_measured(row))
    missing = "".join(
        f"<li>{escape(row['title'])}: {escape(row['how'])}.</li>" for row in scores if not is_measured(row)
    )
    missing = f"<p class='muted small'>Not measured:</p><ul class='muted small'>{missing}</ul>" if missing else ""
    stale = "" if all(row["is_current"] for row in scores) else (
        "<p><b>These are of the map as an earlier recipe made it: score it again.</b></p>"
    )  # fmt: skip
    made = scores[0]
    return (
        f"<h3>{escape(verdict(scores))}</h3>{stale}{key_html()}<div class='scroll'><table><tr><th>measure</th><th></th>"
        "<th class='n'>value</th><th class='n'>by chance</th><th class='n'>without alignment</th><th class='n'>n</th></tr>"
        f"{rows}</table></div>{missing}<p class='muted small'>Brackets: 95 % bootstrap intervals. Axis from 0 to 1. Scored "
        f"{made['scored_at']:%Y-%m-%d %H:%M} UTC from snapshot {made['snapshot']} by workbench "
        f"{escape(made['code_version'])}.</p>"
    )


def _score(row: Mapping[str, Any]) -> str:
    before = "–"
    if known(row["before"]):
        before = f"{significant(row['before'])}<br>{interval(row['before_low'], row['before_high'])}"
    return (
        f"<tr><td class='name'>{escape(row['title'])}<div class='muted how'>{escape(row['how'])}</div></td>"
        f"<td class='axis'>{score_axis(row)}</td><td class='n'><b>{significant(row['value'])}</b><br>"
        f"{interval(row['low'], row['high'])}</td><td class='n'>{significant(row['null'], 2)}</td><td class='n'>{before}</td>"
        f"<td class='n'>{row['n']:,}<br><span class='muted'>{escape(row['unit'])}</span></td></tr>"
    )


def _strongest(map_: Map) -> str:
    agreement = np.asarray(map_.evidence.get("agreement", np.zeros(0)), dtype=float)
    finite = np.flatnonzero(np.isfinite(agreement))
    if len(finite) == 0:
        return ""
    rows = finite[np.argsort(-agreement[finite], kind="stable")[:STRONGEST]]
    q = np.asarray(map_.evidence.get("q", np.full(len(map_), np.nan)), dtype=float)
    lines = "".join(
        f"<tr><td class='text'>{escape(map_.labels[i])}</td><td class='n'>{significant(agreement[i], 2)}</td>"
        f"<td class='n'>{int(map_.evidence['n_replicates'][i])}</td><td class='n'>{significant(float(q[i]), 2)}</td></tr>"
        for i in rows
    )
    return (
        f"<h3>The {len(rows)} whose replicates agree best</h3><table><tr><th>{escape(map_.entity_kind)}</th>"
        f"<th class='n'>agreement</th><th class='n'>replicates</th><th class='n'>q</th></tr>{lines}</table>"
    )


def _diagnostics(map_: Map) -> str:
    """What each step did, in numbers, and every warning in words."""
    quality = map_.quality
    lines = []
    for record in quality.get("steps", ()):
        shown = {key: value for key, value in record.items() if key not in ("step", "warnings", "n_dimensions")}
        facts = "; ".join(f"{key.replace('_', ' ')}: {_plain(value)}" for key, value in shown.items())
        lines.append(
            f"<tr><td>{escape(str(record['step']))}</td><td class='text'>{escape(facts)}</td>"
            f"<td class='n'>{record.get('n_dimensions', 0):,}</td></tr>"
        )
    warnings = "".join(f"<li>{escape(text)}</li>" for text in quality.get("warnings", ()))
    wells = (
        f"{quality.get('n_wells', 0):,} wells, {quality.get('n_controls', 0):,} of them controls, on "
        f"{quality.get('n_plates', 0):,} plates."
    )
    return (
        f"<h3>Diagnostics</h3><p>{wells}</p><table><tr><th>step</th><th>what it did</th><th class='n'>dimensions</th></tr>"
        f"{''.join(lines)}</table>" + (f"<ul>{warnings}</ul>" if warnings else "")
    )


def _recipe(map_: Map) -> str:
    lines = [f"# {map_.map_id}, sha256 {map_.recipe_hash}"]
    for key, value in map_.recipe.items():
        if key != "steps" and value not in ("", None, [], {}, ()):
            lines.append(f"{key} = {_plain(value)}")
    for step in map_.recipe.get("steps", ()):
        lines += ["[[steps]]", *(f"{key} = {_plain(value)}" for key, value in step.items())]
    return f"<h3>Recipe</h3><pre>{escape(chr(10).join(lines))}</pre>"


def _provenance(maps: Sequence[Map], dataset: Dataset, code_version: str) -> str:
    snapshots = ", ".join(sorted({str(map_.snapshot) for map_ in maps}))
    facts = {
        "Source": dataset.source, "Licence": dataset.licence, "Cite as": dataset.citation,
        "Controls": dataset.controls, "Units": dataset.units, "Checksum (sha256)": dataset.sha256,
        "Built from snapshot": snapshots, "Code": f"workbench {code_version}",
        "Made again by": f"workbench map report {dataset.dataset}",
    }  # fmt: skip
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td class='text'>{escape(value)}</td></tr>"
        for name, value in facts.items()
        if value
    )
    python = "\n".join(f"lab.maps.get({map_.map_id!r})" for map_ in maps)
    return (
        f"<h2>Where it comes from</h2><table>{rows}</table>"
        f"<pre>import workbench as wb\nlab = wb.open()\n{escape(python)}</pre>"
    )


def _plain(value: Any) -> str:
    """A value as TOML would write it, close enough to read."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_plain(item)}" for key, item in value.items()) + "}"
    return str(value)
