"""Two versions on the same held-out set, and what was decided."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Comparison
from workbench.views import view
from workbench.views.style import interval, number, signed
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd


@view(Comparison)
class ComparisonView:
    """Old and new side by side, difference with interval and n."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def data(self) -> pd.DataFrame:
        """One row a metric."""
        import pandas as pd

        return pd.DataFrame(list(self.comparison.rows))

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.models.comparisons({self.comparison.task!r})[0])"

    def title(self) -> str:
        """The decision as a sentence."""
        made = self.comparison
        if made.decision == "rolled back":
            return f"{made.new} answers again: {made.old} was taken back"
        return f"{made.new} was {made.decision} in place of {made.old}"

    def panel(self) -> Any:
        """Decision, reason and table."""
        made = self.comparison
        if not made.rows:
            return html(f'<div class="card"><h3>{escape(self.title())}</h3><p>{escape(made.reason)}</p></div>')
        mark = chip(made.decision, "good" if made.decision == "promoted" else "warn")
        rows = "".join(_row(row) for row in made.rows)
        rule = f"Rule: {escape(str(made.rule.get('metric')))} must not be worse by more than {made.rule.get('margin')}."
        return html(
            f'<div class="card"><h3>{escape(self.title())} {mark}</h3><p>{escape(made.reason)}</p>'
            f'<table class="plain"><tr><th>On {escape(made.held_out)}</th><th class="num">{escape(made.old)}</th>'
            f'<th class="num">{escape(made.new)}</th><th class="num">Difference</th><th class="num">95 % interval</th>'
            f'<th class="num">n</th></tr>{rows}</table><p class="muted small" style="margin-top:8px">{rule}</p></div>'
        )


def _row(row: dict[str, Any]) -> str:
    return (
        f'<tr><td>{escape(row["title"])}</td><td class="num">{number(row["old"])}</td>'
        f'<td class="num">{number(row["new"])}</td><td class="num">{signed(row["difference"], 2)}</td>'
        f'<td class="num">{interval(row["low"], row["high"])}</td><td class="num">{row["n"]}</td></tr>'
    )
