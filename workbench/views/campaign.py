"""A replayed campaign: learning curves against the exact random band and the best static rank, as a card or a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from workbench.views.style import interval, number, palette, signed

SHOWN = 6
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 860, 320, 56, 250, 14, 36
_CSS = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 Roboto, system-ui, sans-serif; max-width: 980px; margin: 32px auto; padding: 0 20px;
  color: var(--wb-ink); background: var(--wb-ground); }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 8px; }
.muted { color: var(--wb-muted); } .small { font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 500; color: var(--wb-muted); }
td, th { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--wb-line); } .num { text-align: right; white-space: nowrap; }
.card { background: var(--wb-surface); border: 1px solid var(--wb-line); border-radius: 8px; padding: 12px; margin: 12px 0; }
svg { width: 100%; height: auto; } svg text { fill: var(--wb-ink); }
"""


def campaign_report(result: Mapping[str, Any]) -> str:
    """One self-contained HTML page of a campaign (the result of `lab.campaigns.result`); it loads nothing from elsewhere."""
    plan = result["plan"]
    tokens = "".join(
        f"{head} {{ {' '.join(f'--wb-{name}: {value};' for name, value in palette.TOKENS[theme].items())} }}{tail}\n"
        for theme, head, tail in (
            ("light", ":root", ""),
            ("dark", "@media screen and (prefers-color-scheme: dark) { :root", " }"),
        )
    )
    body = "".join(f"<h2>{escape(sentence(screen))}</h2>{screen_html(screen)}" for screen in result["screens"])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Campaign: {escape(plan['name'])}</title><style>{tokens}{_CSS}</style></head><body>"
        f"<h1>{escape(plan['name'])}</h1><p class='muted'>Campaign {escape(result['campaign_id'])} · {plan['n_seeds']} seeds · "
        f"begun {result['created_at']:%Y-%m-%d %H:%M} UTC · snapshot {result['snapshot']} · workbench "
        f"{escape(str(result['code_version']))}</p>{body}</body></html>\n"
    )


def sentence(screen: Mapping[str, Any]) -> str:
    """What a screen's campaign says, in one sentence."""
    learned = [row for row in screen["rows"] if not row["static"]]
    if not learned:
        return f"{screen['title']}: static ranks alone"
    best = learned[0]
    found = screen["gains"].get(best["policy"])
    words = f"{screen['title']}: {best['policy']} finds {best['value']:.0%} of the hits"
    if found is None:
        return words
    value = found["value"]
    sure = "more than" if value["low"] > 0 else "fewer than" if value["high"] < 0 else "not surely more than"
    return f"{words}, {sure} the best static rank"


def screen_html(screen: Mapping[str, Any]) -> str:
    """Learning curves and table of one screen."""
    band = screen["band"][-1]
    caption = (
        f"{screen['n_hits']} hits of {screen['n']:,} genes; {screen['n_rounds']} rounds of {screen['batch']}. Grey: what a "
        f"random choice finds in 95 % of campaigns (exact), {band[1]:.3f} to {band[2]:.3f} at the end. Dashed: the static "
        "rank that did best here, known only afterwards. Only scores of what was asked are told to a policy."
    )
    rows = "".join(_row(row, screen["gains"].get(row["policy"])) for row in screen["rows"])
    return (
        f'<div class="card">{curves_svg(screen)}<p class="muted small">{escape(caption)}</p></div>'
        '<div class="card"><table class="plain"><tr><th>Policy</th><th class="num">Hits found</th>'
        '<th class="num">95 % interval</th>'
        '<th class="num">Without core-essential</th><th class="num">Gain over the best static rank</th>'
        '<th class="num">Seeds</th></tr>'
        f"{rows}</table></div>"
    )


def curves_svg(screen: Mapping[str, Any]) -> str:
    """Share of hits by round: the best learning policies, the best static rank, the exact random band."""
    learned = [row for row in screen["rows"] if not row["static"]][:SHOWN]
    static = [row for row in screen["rows"] if row["policy"] == screen["best_static"]]
    shown, n = [*learned, *static], screen["n_rounds"]
    top = max([0.05, *(row["high"] for row in shown), *(point[2] for point in screen["band"])]) * 1.05

    def x(i: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * i / max(n, 1)

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top)

    band = [(0.0, 0.0, 0.0), *screen["band"]]
    outline = [f"{x(i):.1f},{y(point[2]):.1f}" for i, point in enumerate(band)]
    outline += [f"{x(i):.1f},{y(point[1]):.1f}" for i, point in reversed(list(enumerate(band)))]
    step = next(size for size in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25) if top / size <= 6 or size == 0.25)
    ticks = "".join(
        f'<line x1="{_LEFT}" x2="{x(n):.1f}" y1="{y(step * i):.1f}" y2="{y(step * i):.1f}" stroke="var(--wb-line)"/>'
        f'<text x="{_LEFT - 8}" y="{y(step * i) + 4:.1f}" font-size="12" text-anchor="end">{step * i:.0%}</text>'
        for i in range(int(top / step) + 1)
    ) + "".join(
        f'<text x="{x(i):.1f}" y="{_HEIGHT - 14}" font-size="12" text-anchor="middle">{i}</text>' for i in range(n + 1)
    )
    lines = "".join(_line(row, i, x, y) for i, row in enumerate(shown))
    labels = _labels([(row, y(row["by_round"][-1])) for row in shown], x(n))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Share of hits found by round" '
        f'font-family="sans-serif">{ticks}'
        f'<polygon points="{" ".join(outline)}" fill="{palette.CONTROL}" opacity="0.35"/>{lines}{labels}'
        f'<text x="{x(n / 2):.1f}" y="{_HEIGHT - 1}" font-size="12" text-anchor="middle">round</text>'
        f'<text x="14" y="{(_HEIGHT - _BOTTOM) / 2:.1f}" font-size="12" text-anchor="middle" '
        f'transform="rotate(-90 14 {(_HEIGHT - _BOTTOM) / 2:.1f})">share of hits found</text></svg>'
    )


def _line(row: Mapping[str, Any], i: int, x: Any, y: Any) -> str:
    points = " ".join(f"{x(k):.1f},{y(value):.1f}" for k, value in enumerate([0.0, *row["by_round"]]))
    colour, dash = (palette.CATEGORICAL[i], "") if not row["static"] else ("var(--wb-ink)", ' stroke-dasharray="5 4"')
    end = len(row["by_round"])
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}><title>{escape(row["policy"])}</title>'
        f'</polyline><line x1="{x(end):.1f}" x2="{x(end):.1f}" y1="{y(row["low"]):.1f}" '
        f'y2="{y(row["high"]):.1f}" stroke="{colour}" '
        'stroke-width="1.5" opacity="0.6"/>'
    )


def _labels(ends: Sequence[tuple[Mapping[str, Any], float]], at: float) -> str:
    """Names at the ends of the lines, pushed apart."""
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    placed, last, words = {}, -1e9, []
    for i in order:
        last = max(ends[i][1] + 4, last + 15)
        placed[i] = last
    over = max([0.0, *(value - (_HEIGHT - _BOTTOM) for value in placed.values())])
    for i, height in placed.items():
        row = ends[i][0]
        colour = "var(--wb-ink)" if row["static"] else palette.CATEGORICAL[i]
        words.append(
            f'<text x="{at + 10:.1f}" y="{height - over:.1f}" font-size="12" style="fill:{colour}">'
            f"{escape(row['policy'][:34])}</text>"
        )
    return "".join(words)


def _row(row: Mapping[str, Any], found: Mapping[str, Any] | None) -> str:
    difference = ""
    if found is not None:
        difference = f"{signed(found['value']['value'])} {interval(found['value']['low'], found['value']['high'])}"
    return (
        f'<tr><td>{escape(row["policy"])}</td><td class="num"><b>{number(row["value"])}</b></td>'
        f'<td class="num">{interval(row["low"], row["high"])}</td><td class="num">{number(row["nonessential"])}</td>'
        f'<td class="num">{difference}</td><td class="num">{row["n_seeds"]}</td></tr>'
    )
