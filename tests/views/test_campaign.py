"""The drawing of a campaign: sentence, curves and report, without anything from elsewhere."""

import datetime as dt
from xml.etree import ElementTree

from workbench.views.campaign import campaign_report, curves_svg, screen_html, sentence


def result(name: str = "A <b>screen</b>") -> dict:
    rows = [
        {"screen": "s", "policy": "greedy", "static": False, "value": 0.4, "low": 0.3, "high": 0.5, "n": 50, "n_seeds": 3,
         "nonessential": 0.35, "by_round": [0.1, 0.4]},
        {"screen": "s", "policy": "static: degree", "static": True, "value": 0.3, "low": 0.2, "high": 0.4, "n": 50, "n_seeds": 3,
         "nonessential": 0.25, "by_round": [0.2, 0.3]},
    ]  # fmt: skip
    gained = {"value": 0.1, "low": 0.02, "high": 0.18, "n": 50}
    screen = {
        "screen": "s", "title": name, "n": 1000, "n_hits": 50, "batch": 20, "n_rounds": 2, "rows": rows,
        "band": [[0.02, 0.0, 0.06], [0.04, 0.0, 0.1]], "gains": {"greedy": {"value": gained, "nonessential": gained}},
        "best_static": "static: degree",
    }  # fmt: skip
    return {
        "campaign_id": "abc", "plan": {"name": name, "n_seeds": 3}, "snapshot": 7, "code_version": "c",
        "created_at": dt.datetime(2026, 1, 2, 3, 4), "screens": [screen],
    }  # fmt: skip


def test_the_sentence_claims_no_more_than_the_interval():
    screen = result("X")["screens"][0]
    assert sentence(screen) == "X: greedy finds 40% of the hits, more than the best static rank"
    screen["gains"]["greedy"]["value"]["low"] = -0.1
    assert "not surely more" in sentence(screen)
    screen["rows"] = screen["rows"][1:]
    assert sentence(screen) == "X: static ranks alone"


def test_the_report_is_one_safe_page():
    page = campaign_report(result())
    assert "<b>screen</b>" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "0.02" in page
    assert "greedy" in page
    ElementTree.fromstring(curves_svg(result()["screens"][0]))
    assert "static: degree" in screen_html(result()["screens"][0])
