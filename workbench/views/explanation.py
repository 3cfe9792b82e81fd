"""An explanation: claims with what was seen, what chance gives, and a verdict each."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Claim, Explanation
from workbench.views import view
from workbench.views.style import number, p_value
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd

KIND = {"supported": "good", "opposed": "bad", "not distinguishable from chance": ""}
ORDER = ("supported", "opposed", "not distinguishable from chance")


@view(Explanation)
class ExplanationView:
    """Claims, the best supported first."""

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation

    def data(self) -> pd.DataFrame:
        """One row a claim."""
        import pandas as pd

        names = ("statement", "kind", "n", "expected", "fold", "p", "verdict")
        return pd.DataFrame([{name: getattr(c, name) for name in names} for c in self._claims()], columns=list(names))

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.cells.explain(lab.cells.prediction({self.explanation.prediction_id!r})))"

    def panel(self) -> Any:
        """The table of claims and a note on the exact decomposition."""
        supported = sum(claim.verdict == "supported" for claim in self.explanation.claims)
        head = (
            f"<h3>{supported} of {len(self.explanation.claims)} claims hold up against chance</h3>"
            '<p class="muted small">Each claim is tested against its own null; a claim that does not beat it says so. '
            "The sign of an effect is claimed from a network path only where it was right more often than the majority.</p>"
        )
        rows = "".join(_row(claim) for claim in self._claims())
        table = (
            '<table class="plain"><tr><th>Claim</th><th class="num">Seen</th><th class="num">By chance</th>'
            f'<th class="num">Fold</th><th class="num">p or q</th><th>Verdict</th></tr>{rows}</table>'
        )
        foot = (
            f'<p class="muted small" style="margin-top:10px">The prediction is an exact sum over '
            f"{len(self.explanation.weights)} measured perturbations; the largest difference to that sum is "
            f"{self.explanation.residual:.0e}.</p>"
        )
        return html(f'<div class="card">{head}{table}{foot}</div>')

    def _claims(self) -> list[Claim]:
        return sorted(self.explanation.claims, key=lambda c: (ORDER.index(c.verdict), 1.0 if c.p is None else c.p))


def _row(claim: Claim) -> str:
    fold = "–" if claim.fold is None else f"{number(claim.fold, 2)} ×"
    genes = [str(item.get("gene", "")) for item in claim.evidence if item.get("gene") and claim.kind == "relation"]
    named = f'<div class="muted small">{escape(", ".join(genes[:12]))}</div>' if genes else ""
    chance = claim.p if claim.q is None else claim.q
    return (
        f'<tr><td>{escape(claim.statement)}{named}</td><td class="num">{claim.n}</td>'
        f'<td class="num">{number(claim.expected, 2)}</td><td class="num">{fold}</td><td class="num">{p_value(chance)}</td>'
        f"<td>{chip(claim.verdict, KIND[claim.verdict])}</td></tr>"
    )
