"""A model's table of the evaluation suite: metrics down, baselines, null and ceiling across, one stratum at a time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from workbench.views.style import interval, number
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("rdmean", "pds", "top_k", "mae", "rd", "coverage", "error_against_spread")
COLUMNS = (
    "model", "mean", "matched mean", "additive", "zero", "permuted null", "replicate ceiling", "gain over the mean",
)  # fmt: skip
ROOM, GAIN = "room of the metric", "gain over the mean"
NOMINAL = (0.86, 0.95)  # shares of values inside a 90 % interval that pass for 90 %


class Scorecard:
    """Rows of one evaluation: metric, title, reference, stratum, value, low, high, n, details."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = list(rows)
        self._found = {(row["stratum"], row["metric"], row["reference"]): row for row in self.rows}

    def data(self) -> pd.DataFrame:
        """One row a metric, reference and stratum."""
        import pandas as pd

        names = ("stratum", "metric", "reference", "value", "low", "high", "n")
        return pd.DataFrame([{name: row[name] for name in names} for row in self.rows], columns=list(names))

    def sentence(self) -> str:
        """What the model adds to the mean of what was measured, in words."""
        gain = self._found.get(("all", "pds", GAIN))
        if gain is None:
            return "This table has no comparison with the mean."
        words = f"{number(gain['value'], 2)} {interval(gain['low'], gain['high'])}, n = {gain['n']}"
        if gain["low"] > 0:
            return f"It tells held-out perturbations apart better than their mean does: PDS + {words}."
        if gain["high"] < 0:
            return f"It tells held-out perturbations apart worse than their mean does: PDS {words}."
        return f"It is not distinguishable from the mean of what was measured: PDS {words}."

    def panel(self) -> Any:
        """The sentence, a table a stratum, what the checks found, and where it comes from."""
        made = self.rows[0]["details"]
        strata = list(dict.fromkeys(row["stratum"] for row in self.rows))
        found = "".join(f"<li>{escape(str(words))}</li>" for words in made.get("findings", ()))
        checks = f'<ul class="small">{found}</ul>' if found else ""
        origin = f"{made.get('split', '')} split · snapshot {made.get('snapshot', '–')} · code {made.get('code_version', '–')}"
        return html(
            f'<div class="card"><h3>{escape(self.sentence())}</h3><p class="muted small">{escape(origin)}. Brackets: 95 % '
            "bootstrap interval over units; of the permuted null its smallest and largest draw.</p>"
            f"{''.join(self._table(name) for name in strata)}{self._barred()}{checks}</div>"
        )

    def coverage(self) -> dict[str, tuple[float, float, float, int]]:
        """Stratum -> share of measured values inside the model's intervals with its interval, and n."""
        return {
            stratum: (row["value"], row["low"], row["high"], row["n"])
            for (stratum, metric, reference), row in self._found.items()
            if metric == "coverage" and reference == "model"
        }

    def _table(self, stratum: str) -> str:
        columns = [name for name in COLUMNS if any(key[0] == stratum and key[2] == name for key in self._found)]
        head = "".join(f'<th class="num">{escape(name)}</th>' for name in columns)
        metrics = [name for name in SHOWN if (stratum, name, "model") in self._found]
        body = ""
        for metric in metrics:
            row = self._found[stratum, metric, "model"]
            cells = "".join(_cell(self._found.get((stratum, metric, name))) for name in columns)
            mark = _covered(row["value"]) if metric == "coverage" else ""
            body += f"<tr><td>{escape(row.get('title', metric))} {mark}</td>{cells}</tr>"
        n = self._found[stratum, metrics[0], "model"]["n"] if metrics else 0
        return f'<table class="plain"><tr><th>{escape(stratum)}, n = {n}</th>{head}</tr>{body}</table>'

    def _barred(self) -> str:
        useless = [
            self._found["all", metric, "model"].get("title", metric)
            for metric in SHOWN
            if (row := self._found.get(("all", metric, ROOM))) is not None and not row["details"].get("ranks", True)
        ]
        if not useless:
            return ""
        return (
            f'<p class="small">{chip("no ranking", "warn")} A replicate does not beat the mean by '
            f"{escape('; '.join(useless))}: models must not be ranked by it here.</p>"
        )


def _covered(share: float) -> str:
    low, high = NOMINAL
    if low <= share <= high:
        return chip("as stated", "good")
    return chip("too narrow" if share < low else "too wide", "warn")


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return '<td class="num">–</td>'
    spread = f'<div class="muted small">{interval(row["low"], row["high"])}</div>'
    return f'<td class="num">{number(row["value"], 2)}{spread}</td>'
