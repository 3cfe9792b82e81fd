"""An explanation: claims with null, verdict and sources, the mechanism network, and what the prediction loses without."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Claim, Explanation
from workbench.views import view
from workbench.views.mechanism import mechanism_svg
from workbench.views.style import interval, number, p_value, signed
from workbench.views.style.palette import ACCENT
from workbench.views.style.parts import chip, empty, html, outside

if TYPE_CHECKING:
    import pandas as pd

KIND = {"supported": "good", "opposed": "bad", "not distinguishable from chance": ""}
ORDER = ("supported", "opposed", "not distinguishable from chance")
NAMED, SOURCES = 12, 4
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"


@view(Explanation)
class ExplanationView:
    """Claims, the best supported first."""

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation

    def data(self) -> pd.DataFrame:
        """One row a claim."""
        import pandas as pd

        names = ("claim_id", "statement", "kind", "n", "expected", "fold", "p", "q", "null", "verdict")
        return pd.DataFrame([{name: getattr(c, name) for name in names} for c in self.claims()], columns=list(names))

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.cells.explain(lab.cells.prediction({self.explanation.prediction_id!r})))"

    def claims(self) -> list[Claim]:
        """Supported ones first, then opposed ones, each by its p."""
        return sorted(self.explanation.claims, key=lambda c: (ORDER.index(c.verdict), 1.0 if c.p is None else c.p))

    def panel(self) -> Any:
        """Claims, network, what changes the answer."""
        import panel as pn

        parts = [self.claims_table(), self.network(), self.counterfactuals()]
        return pn.Column(
            *[part for part in parts if part is not None], sizing_mode="stretch_width", styles={"gap": "14px"}
        )

    def claims_table(self) -> Any:
        """Every claim with what was seen, what chance gives, its verdict and its sources."""
        if not self.explanation.claims:
            return html(empty("Nothing to explain", "Where nothing is predicted, no claim can be made about it."))
        supported = sum(claim.verdict == "supported" for claim in self.explanation.claims)
        head = (
            f"<h3>{supported} of {len(self.explanation.claims)} claims hold up against chance</h3>"
            f'<p class="muted small">Each claim is tested against its own null. {escape(self._signs())}</p>'
        )
        rows = "".join(_row(claim) for claim in self.claims())
        table = (
            '<table class="plain"><tr><th style="width:50%">Claim</th><th class="num">Seen</th><th class="num">By chance</th>'
            f'<th class="num">Fold</th><th class="num">p or q</th><th>Verdict</th></tr>{rows}</table>'
        )
        foot = (
            f'<p class="muted small" style="margin-top:10px">The prediction is an exact sum over '
            f"{len(self.explanation.weights)} measured perturbations; the largest difference to that sum is "
            f"{self.explanation.residual:.0e}.</p>"
        )
        return html(f'<div class="card">{head}{table}{foot}</div>')

    def network(self) -> Any:
        """The mechanism network with its legend; None where there is none."""
        if not self.explanation.network.get("edges"):
            return None
        legend = (
            "Red arrow: activates; blue bar: inhibits; grey: sign unknown. A node's fill is its predicted change, its ring "
            "the measured one. An edge shows what a database holds, not that the signal took this way."
        )
        return html(
            f'<div class="card"><h3>Known interactions between what was perturbed and what moves</h3>'
            f'{mechanism_svg(self.explanation.network)}<p class="muted small">{legend}</p></div>'
        )

    def counterfactuals(self) -> Any:
        """Bars: how much of the answer stays when evidence, an interaction or a set is taken away."""
        found = self.explanation.counterfactuals
        if not found:
            return None
        rows = "".join(_bar(item) for item in sorted(found, key=lambda item: item["share_left"]))
        return html(
            '<div class="card"><h3>What would change the answer</h3><p class="muted small">Each row predicts again without '
            "one thing. 100 % left: it carries nothing; above: the answer grows without it.</p>"
            f'<table class="plain"><tr><th>Without</th><th>Left of what the answer adds to its baseline</th>'
            f'<th class="num"></th><th>Largest changes</th></tr>{rows}</table></div>'
        )

    def svg(self) -> str:
        """The network as a file of its own."""
        return mechanism_svg(self.explanation.network, standalone=True)

    def json(self) -> str:
        """All of it as JSON."""
        return json.dumps(
            asdict(self.explanation) | {"paragraph": self.explanation.paragraph()}, indent=1, default=float
        )

    def _signs(self) -> str:
        """Whether the signs of paths may be claimed, and on what test."""
        test = self.explanation.sign_test
        if not test or test.get("accuracy") is None or test.get("rewired") is None:
            return "No sign of an effect is claimed from a network path."
        words = (
            f"On {test['n']} significant readouts of {test['genes']} held-out genes the signs of short paths are right for "
            f"{test['accuracy']:.0%}, the usual sign of the readout for {test['majority']:.0%}, rewired networks for "
            f"{test['rewired']:.0%} (margin {signed(test['margin'], 2)} {interval(test['low'], test['high'])})"
        )
        return f"{words}: {'so signs are claimed.' if test['beats'] else 'so no sign is claimed from a path.'}"


def _row(claim: Claim) -> str:
    fold = "–" if claim.fold is None else f"{number(claim.fold, 2)} ×"
    value = claim.p if claim.q is None else claim.q
    details = [_named(claim), _sources(claim), _measured(claim), escape(claim.note)]
    more = "".join(f'<div class="muted small">{text}</div>' for text in details if text)
    name = f'<b class="muted">{escape(claim.claim_id)}</b> ' if claim.claim_id else ""
    null = f' title="Chance: {escape(claim.null)}"' if claim.null else ""
    return (
        f'<tr><td>{name}{escape(claim.statement)}{more}</td><td class="num">{claim.n}</td>'
        f'<td class="num"{null}>{number(claim.expected, 2)}</td><td class="num">{fold}</td>'
        f'<td class="num">{p_value(value)}</td><td>{chip(claim.verdict, KIND[claim.verdict])}</td></tr>'
    )


def _named(claim: Claim) -> str:
    if claim.kind == "nearest evidence":
        return ""
    genes = list(dict.fromkeys(str(item["gene"]) for item in claim.evidence if item.get("gene")))
    more = f" and {len(genes) - NAMED} more" if len(genes) > NAMED else ""
    return escape(", ".join(genes[:NAMED]) + more)


def _sources(claim: Claim) -> str:
    keys = list(dict.fromkeys(str(key) for item in claim.evidence for key in item.get("pubmed") or ()))
    if not keys:
        return ""
    more = f" and {len(keys) - SOURCES} more" if len(keys) > SOURCES else ""
    return "PubMed " + ", ".join(outside(f"{PUBMED}{key}/", key) for key in keys[:SOURCES]) + more


def _measured(claim: Claim) -> str:
    """Whether the claim also holds in what was measured."""
    found = claim.measured
    if not found:
        return ""
    holds = "also holds" if found["holds"] else "does not hold"
    return f"In what was measured it {holds}: {found['n']} of {found['of']}, {number(found['expected'], 2)} expected"


def _bar(item: dict[str, Any]) -> str:
    share = float(item["share_left"])
    width = min(max(share, 0.0), 1.25) / 1.25 * 100
    full = 100 / 1.25
    largest = ", ".join(
        f"{escape(str(row['readout']))} {signed(row['before'], 2)} → {signed(row['after'], 2)}"
        for row in item["largest"][:3]
    )
    return (
        f"<tr><td>{escape(item['removed'])} {chip(item['kind'])}</td>"
        f'<td style="min-width:160px"><div style="position:relative;height:12px;margin-top:5px">'
        f'<div style="position:absolute;left:{full:.0f}%;top:-2px;bottom:-2px;width:1px;background:currentColor;opacity:.5">'
        f'</div><div style="height:12px;border-radius:3px;width:{width:.1f}%;background:{ACCENT};opacity:.75"></div></div>'
        f'</td><td class="num">{share:.0%}</td><td class="small muted">{largest}</td></tr>'
    )
