"""Neighbours of an entity: similarity of both signs beside p, q, replicate support and what is already known."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


class NeighboursTable:
    """Draws the rows of `lab.maps.neighbours` over the map's null; `address(perturbation_id)` gives each row's link."""

    def __init__(
        self, neighbours: pd.DataFrame, null: np.ndarray, *, address: Callable[[str], str] | None = None
    ) -> None:
        self.neighbours = neighbours
        self.null = null
        self.address = address

    def data(self) -> pd.DataFrame:
        """The rows drawn."""
        return self.neighbours

    def python(self) -> str:
        """The line that gives these rows in a notebook."""
        return "lab.maps.neighbours(map_id, perturbation_id)"

    def sentence(self) -> str:
        """What a similarity means by chance on this map."""
        low, high = np.quantile(self.null, [0.025, 0.975])
        n_sure = int((self.neighbours["q"] < 0.1).sum())
        sure = f"{n_sure} of these pass q < 0.1" if n_sure else "none of these passes q < 0.1: read them as a ranking"
        chance = f"By chance, 95 % of unrelated pairs lie between {low:.2f} and {high:.2f}"
        return f"{chance} ({len(self.null):,} pairs); {sure}."

    def html(self) -> str:
        """A compact table: name, bar over the null band, q, replicates, known relation."""
        low, high = (float(value) for value in np.quantile(self.null, [0.025, 0.975]))
        rows = []
        for row in self.neighbours.itertuples():
            name = escape(str(row.label))
            if self.address is not None:
                name = f'<a href="{escape(self.address(row.perturbation_id))}" target="_top">{name}</a>'
            agreement = "–" if not np.isfinite(row.agreement) else f"{row.agreement:.2f}"
            known = escape(row.known_relation)
            badge = f'<span class="known"> {known}</span>' if known else ""
            own = getattr(row, "replicate_q", np.nan)
            support = f"{row.n_replicates} reps, agree {agreement}" + (f", q {_p(own)}" if np.isfinite(own) else "")
            caution = escape(getattr(row, "flag", ""))
            flag = f'<span class="flag"> {caution}</span>' if caution else ""
            below = f'<div class="below" title="{support}; {known} {caution}">{support}{badge}{flag}</div>'
            rows.append(
                f'<tr><td title="{escape(str(row.label))}">{name}{below}</td>'
                f'<td>{_bar(row.similarity, low, high)}</td><td class="r">{row.similarity:+.2f}</td>'
                f'<td class="r">{_p(row.q)}</td></tr>'
            )
        head = "<tr><th>neighbour</th><th>over null</th><th class='r'>cosine</th><th class='r'>q</th></tr>"
        return f"{_STYLE}<table class='nb'>{head}{''.join(rows)}</table><p class='nb'>{self.sentence()}</p>"

    def panel(self) -> Any:
        """The table as a pane."""
        import panel as pn

        return pn.pane.HTML(self.html(), sizing_mode="stretch_width", margin=0)


_STYLE = """<style>
table.nb {border-collapse:collapse;width:100%;font-size:13px;table-layout:fixed}
table.nb th {font-weight:500;opacity:.6;text-align:left;padding:2px 4px;font-size:12px;
  white-space:nowrap;overflow:hidden}
table.nb td {padding:2px 4px;border-top:1px solid rgba(128,128,128,.22);
  white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
table.nb th:nth-child(2) {width:70px} table.nb th:nth-child(3) {width:48px} table.nb th:nth-child(4) {width:40px}
table.nb th.r {text-align:right}
table.nb td.r {text-align:right;font-variant-numeric:tabular-nums} table.nb a {color:inherit}
table.nb .below {font-size:11px;line-height:1.3;opacity:.75;overflow:hidden;text-overflow:ellipsis}
table.nb .known::before {content:'● ';color:#009E73}
table.nb .flag::before {content:'▲ ';color:#E69F00}
p.nb {font-size:12px;opacity:.7;margin:6px 4px}
</style>"""


def _bar(similarity: float, low: float, high: float) -> str:
    """A small axis from −1 to 1: the null band in grey, the similarity as a dot."""
    x, a, b = (34 + 32 * float(np.clip(value, -1, 1)) for value in (similarity, low, high))
    colour = "#B2182B" if similarity >= 0 else "#2166AC"
    return (
        f'<svg width="68" height="14" role="img" aria-label="{similarity:+.2f}">'
        f'<rect x="{a:.1f}" y="3" width="{max(b - a, 1):.1f}" height="8" fill="currentColor" opacity=".14"/>'
        '<line x1="2" x2="66" y1="7" y2="7" stroke="currentColor" opacity=".25"/>'
        '<line x1="34" x2="34" y1="2" y2="12" stroke="currentColor" opacity=".5"/>'
        f'<circle cx="{x:.1f}" cy="7" r="3.8" fill="{colour}"/></svg>'
    )


def _p(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:.2f}" if value >= 0.01 else f"{value:.0e}".replace("e-0", "e-")
