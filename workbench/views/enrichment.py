"""Over-representation of a selection: what it holds more of than its map, beside expectation, q and background."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ROWS = 8
SURE = 0.05


class EnrichmentTable:
    """Draws the rows of `lab.maps.enrich`; `rows` of them, and says against which background they were tested."""

    def __init__(self, table: pd.DataFrame, *, rows: int = ROWS) -> None:
        self.table = table
        self.rows = rows

    def data(self) -> pd.DataFrame:
        """All sets with a member in the selection."""
        return self.table

    def python(self) -> str:
        """The line that gives these rows in a notebook."""
        return "lab.maps.enrich(map_id, selection)"

    def sentence(self) -> str:
        """How many sets pass, of how many, against which background."""
        facts = self.table.attrs
        n_sure = int((self.table["q"] < SURE).sum()) if len(self.table) else 0
        unit = {"gene": "genes"}.get(facts["unit"], f"{facts['unit']}s")
        if facts["n_tested"] == 0:
            return f"Nothing is known of these {unit} that could be tested."
        found = f"{n_sure:,} of {facts['n_tested']:,} sets pass q < {SURE}" if n_sure else (
            f"None of {facts['n_tested']:,} sets passes q < {SURE}"
        )  # fmt: skip
        return (
            f"{found}: {facts['n_selected']:,} selected {unit} against all {facts['n_on_map']:,} of this map, each "
            "counted once (hypergeometric, Benjamini-Hochberg)."
        )

    def html(self) -> str:
        """A compact table: set and source, found of all, expected, fold, q; sets that do not pass are paler."""
        body = ""
        for row in self.table.head(self.rows).itertuples():
            pale = "" if row.q < SURE else ' class="pale"'
            tip = escape(f"{row.set} ({row.source}): {row.members}")
            body += (
                f'<tr{pale} title="{tip}"><td>{escape(str(row.set))}<div class="below">{escape(str(row.source))}</div>'
                f'</td><td class="r">{row.n_selected:,}/{row.n_on_map:,}<div class="below">exp. {row.expected:.1f}'
                f'</div></td><td class="r">{row.fold:.1f}×</td><td class="r">{_short(row.q)}</td></tr>'
            )
        head = "<tr><th>set</th><th class='r'>found</th><th class='r'>fold</th><th class='r'>q</th></tr>"
        table = f"<table class='en'>{head}{body}</table>" if body else ""
        return f"{_STYLE}{table}<p class='en'>{self.sentence()}</p>"

    def panel(self) -> Any:
        """The table as a pane."""
        import panel as pn

        return pn.pane.HTML(self.html(), sizing_mode="stretch_width", margin=0)


_STYLE = """<style>
table.en {border-collapse:collapse;width:100%;font-size:13px;table-layout:fixed}
table.en th {font-weight:500;opacity:.6;text-align:left;padding:2px 4px;font-size:12px}
table.en td {padding:2px 4px;border-top:1px solid rgba(128,128,128,.22);overflow:hidden;text-overflow:ellipsis;
  white-space:nowrap;vertical-align:top}
table.en th:nth-child(2) {width:58px} table.en th:nth-child(3) {width:40px} table.en th:nth-child(4) {width:46px}
table.en .r {text-align:right;font-variant-numeric:tabular-nums}
table.en .below {font-size:11px;line-height:1.3;opacity:.75;overflow:hidden;text-overflow:ellipsis}
table.en .pale {opacity:.6}
p.en {font-size:12px;opacity:.75;margin:6px 4px}
</style>"""


def _short(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:.2f}" if value >= 0.01 else f"{value:.0e}".replace("e-0", "e-")
