"""The evaluation suite's table as a card: what is said of the gain, of coverage, and of metrics without room."""

from tests.views.test_nouns_drawn import text_of
from workbench.views.scorecard import Scorecard


def row(metric, reference, value, low, high, stratum="all", **details):
    return {"metric": metric, "title": f"title of {metric}", "reference": reference, "stratum": stratum, "value": value,
            "low": low, "high": high, "n": 40, "details": {"split": "gene", "snapshot": 3, "findings": ["<b>mind</b>"]} | details}  # fmt: skip


ROWS = [
    row("pds", "model", 0.6, 0.55, 0.65), row("pds", "mean", 0.5, 0.5, 0.5), row("pds", "permuted null", 0.5, 0.46, 0.53),
    row("pds", "gain over the mean", 0.1, 0.05, 0.15), row("coverage", "model", 0.9, 0.88, 0.92),
    row("coverage", "model", 0.8, 0.7, 0.9, "strong"), row("rd", "model", 0.2, 0.1, 0.3),
    row("rd", "room of the metric", -0.1, -0.2, 0.0, ranks=False),
]  # fmt: skip


def test_the_sentence_follows_the_interval_of_the_gain():
    assert "better than their mean" in Scorecard(ROWS).sentence()
    same = [item for item in ROWS if item["reference"] != "gain over the mean"]
    assert "not distinguishable" in Scorecard([*same, row("pds", "gain over the mean", 0.1, -0.05, 0.2)]).sentence()
    assert "worse" in Scorecard([*same, row("pds", "gain over the mean", -0.1, -0.2, -0.05)]).sentence()
    assert "no comparison" in Scorecard(same).sentence()


def test_the_card_shows_strata_coverage_barred_metrics_and_findings_safely():
    card = Scorecard(ROWS)
    text = text_of(card.panel())
    for words in (
        "strong, n = 40",
        "permuted null",
        "as stated",
        "too narrow",
        "no ranking",
        "title of rd",
        "&lt;b&gt;mind",
    ):
        assert words in text, words
    assert card.coverage() == {"all": (0.9, 0.88, 0.92, 40), "strong": (0.8, 0.7, 0.9, 40)}
    assert len(card.data()) == len(ROWS)
