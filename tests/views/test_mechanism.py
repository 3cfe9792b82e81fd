"""The mechanism network as SVG: columns, signs, sources, safe text."""

import xml.etree.ElementTree as ElementTree

from workbench.nouns import Claim, Explanation
from workbench.views.explanation import ExplanationView
from workbench.views.mechanism import mechanism_svg

EVIL = "<b>&"
NETWORK = {
    "nodes": [
        {"gene": "XBP1", "role": "perturbed", "predicted": None, "measured": None},
        {"gene": EVIL, "role": "between", "predicted": -0.5, "measured": None},
        {"gene": "CALU", "role": "readout", "predicted": 2.0, "measured": 1.5},
        {"gene": "PCNA", "role": "readout", "predicted": -1.0, "measured": None},
    ],
    "edges": [
        {"source": "XBP1", "target": EVIL, "sign": 1, "network": "TRRUST", "evidence": "", "pubmed": ("123", "45")},
        {"source": EVIL, "target": "CALU", "sign": -1, "network": "OmniPath", "evidence": "", "pubmed": ()},
        {"source": "CALU", "target": "PCNA", "sign": 0, "network": "DoRothEA", "evidence": "", "pubmed": ()},
    ],
}
CLAIMS = (
    Claim("Targets respond", "direct target", 3, 1.0, 3.0, 0.01, "supported",
          ({"gene": "CALU", "pubmed": ("123",)},), "C1", "200 rewired networks", 0.02,
          {"kind": "over-expression", "gene": "CALU", "readout": "PCNA", "direction": "down", "reason": EVIL},
          {"n": 2, "of": 5, "expected": 0.5, "fold": 4.0, "p": 0.03, "holds": True}, "Not a cause."),
    Claim("A set responds", "gene set", 1, 1.0, 1.0, 0.6, claim_id="C2"),
)  # fmt: skip
SIGNS = {"n": 50, "genes": 20, "accuracy": 0.6, "majority": 0.8, "rewired": 0.55, "margin": -0.2, "low": -0.3, "high": -0.1,
         "beats": False}  # fmt: skip
LOST = (
    {"removed": f"evidence of {EVIL}", "kind": "evidence", "share_left": 0.4,
     "largest": ({"readout": "CALU", "before": 2.0, "after": 0.8},)},
    {"removed": "nothing much", "kind": "edge", "share_left": 1.4, "largest": ()},
)  # fmt: skip


def explanation():
    return Explanation("p", CLAIMS, (), 0.0, NETWORK, LOST, SIGNS)


def test_it_is_well_formed_and_each_node_and_edge_is_there_once():
    tree = ElementTree.fromstring(mechanism_svg(NETWORK, standalone=True))
    names = [item.text for item in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert names.count(EVIL) == 1
    assert {"XBP1", "CALU", "PCNA", "perturbed", "between", "readouts"} <= set(names)
    paths = [item for item in tree.iter("{http://www.w3.org/2000/svg}path") if item.get("marker-end")]
    assert [path.get("marker-end") for path in paths] == ["url(#up)", "url(#down)", "url(#unknown)"]
    titles = [item.text for item in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert f"XBP1 activates {EVIL} (TRRUST; PubMed 123, PubMed 45)" in titles
    assert "CALU: predicted +2.0, measured +1.5" in titles


def test_an_empty_network_is_still_a_picture():
    assert (
        ElementTree.fromstring(mechanism_svg({})).get("aria-label") == "Mechanism network of 0 genes and 0 interactions"
    )


def test_the_explanation_shows_null_sources_signs_and_what_changes_the_answer():
    view = ExplanationView(explanation())
    claims = view.claims_table().object
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/123/"' in claims
    assert "In what was measured it also holds: 2 of 5" in claims
    assert "right for 60%" in claims
    assert "no sign is claimed" in claims
    assert "Chance: 200 rewired networks" in claims
    bars = view.counterfactuals().object
    assert bars.index("40%") < bars.index("140%")  # what carries most comes first
    assert "<b>&" not in bars
    assert "Known interactions" in view.network().object
    assert view.svg().startswith("<svg")
    assert '"paragraph"' in view.json()


def test_an_explanation_without_network_or_counterfactuals_leaves_them_out():
    view = ExplanationView(Explanation("p", CLAIMS))
    assert view.network() is None
    assert view.counterfactuals() is None
    assert "No sign of an effect is claimed" in view.claims_table().object
