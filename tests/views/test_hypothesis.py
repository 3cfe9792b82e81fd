from tests.hypothesised import hypothesis
from workbench.views import draw
from workbench.views.hypothesis import card, outcome_word

OUTCOME = {"outcome": "refuted", "effect": 0.2, "low": 0.0, "high": 0.4, "n": 3, "reason": "mean change +0.20"}


def test_a_hypothesis_draws_itself_with_its_rule() -> None:
    view = draw(hypothesis(), rule="Supported if <it> falls")
    assert view.python() == "wb.draw(lab.hypotheses.get('H-12'))"
    assert "l1000_orf-v1: signal" in view.title()
    assert "&lt;it&gt;" in view.panel().object
    assert set(view.data()["what"]) == {"predicted", "baseline: mean of what was measured", "declared threshold"}


def test_a_resolved_one_leads_with_its_verdict() -> None:
    item = hypothesis(state="resolved", outcome=OUTCOME)
    assert draw(item).title() == "Refuted: mean change +0.20"
    assert outcome_word(item) == "Refuted"
    assert outcome_word(hypothesis(state="withdrawn")) == "Withdrawn"
    assert outcome_word(hypothesis()) == ""


def test_simulated_ones_are_labelled() -> None:
    assert "simulated" in draw(hypothesis(simulated=True)).panel().object
    assert "simulated</span>" not in draw(hypothesis()).panel().object


def test_a_card_says_who_why_and_what_it_costs() -> None:
    facts = card(hypothesis(author_kind="machine", author="machine", score=0.1834, reason="strong", cost=1.0))
    assert (facts["machine"], facts["score"], facts["reason"], facts["cost"]) == (True, "0.18", "strong", "1 well")
    assert facts["drawing"].startswith("<svg")
    assert card(hypothesis(cost=None))["cost"] == ""
    assert card(hypothesis(state="resolved", outcome=OUTCOME))["kind"] == "bad"
