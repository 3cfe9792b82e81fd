import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import numpy as np

from tests.mapped import mapped_lab  # noqa: F401
from workbench.lab import Lab
from workbench.nouns import Dataset
from workbench.phenomics.simulated_map import simulated_map
from workbench.views.map_report import map_report

HOSTILE = '<script src="https://evil.example/x.js">alert(1)</script>'
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def score(**changes: Any) -> dict[str, Any]:
    row = {
        "measure": "nsc", "title": "Mechanism of the nearest treatment (NSC)", "value": 0.932, "low": 0.874, "high": 0.976,
        "null": 0.063, "n": 103, "unit": "treatments", "goal": "above", "before": 0.456, "before_low": 0.33, "before_high": 0.602,
        "how": "cosine", "snapshot": 31, "code_version": "0.1.0+abc", "recipe_hash": "", "is_current": True,
        "scored_at": datetime(2026, 1, 2, 3, 4),
    }  # fmt: skip
    return row | changes


def report(map_: Any, scores: list[dict[str, Any]], **changes: Any) -> tuple[str, Reader]:
    facts = {
        "dataset": map_.dataset,
        "title": "A data set",
        "modality": "morphology",
        "licence": "CC0",
        "source": "here",
    }
    made = map_report(
        [map_],
        Dataset(**facts | changes),
        {map_.map_id: scores},
        code_version="0.1.0+abc",
        made_at="2026-01-02 03:04 UTC",
    )
    reader = Reader()
    reader.feed(made)
    return made, reader


def assert_self_contained(made: str, reader: Reader) -> None:
    for tag, attributes in reader.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base"), tag
        for name in ("src", "href", "srcset", "xlink:href", "action", "data"):
            address = attributes.get(name) or ""
            assert not address or address.startswith(("data:image/png;base64,", "#")), (tag, name, address)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
    styles = " ".join(re.findall(r"<style>(.*?)</style>", made, re.S))
    assert "@import" not in styles
    assert "url(" not in styles


def test_the_page_of_a_real_map_is_self_contained_and_shows_n_and_interval_of_every_number(mapped_lab: Lab) -> None:
    mapped_lab.maps.score("bbbc021", inline=True)
    parts = mapped_lab.maps.report("bbbc021")
    made = map_report(**parts)
    reader = Reader()
    reader.feed(made)
    assert_self_contained(made, reader)
    text = " ".join(" ".join(reader.text).split())
    for row in parts["scores"]["bbbc021"]:
        assert row["title"] in text
        if row["n"]:
            assert f"{row['n']:,} {row['unit']}" in text
    for words in ("0.932 [0.87, 0.97]", "0.456 [0.33, 0.60]", "Microtubule destabilizers", "sphere", "ridge = 1.0",
                  "BSD-3-Clause", "n = 103", "Not measured", "330 of them controls", parts["maps"][0].recipe_hash,
                  "workbench map report bbbc021", "prefers-color-scheme: dark"):  # fmt: skip
        assert words in text, words
    assert made.count("<circle") > 103


def test_a_map_of_many_points_is_one_embedded_picture() -> None:
    map_ = simulated_map(25_000)
    made, reader = report(map_, [], simulated=True)
    assert_self_contained(made, reader)
    assert made.count("data:image/png;base64,") == 1
    assert "workbench map score simulated_25000" in made  # nothing scored yet: what to do
    assert made.count('<span class="simulated">simulated</span>') == 2


def test_hostile_names_stay_text() -> None:
    map_ = simulated_map(60)
    map_ = replace(
        map_, title=HOSTILE, entity_kind=HOSTILE, labels=(HOSTILE,) * 60, recipe={"title": HOSTILE, "colours": ["bad"]},
        columns={"bad": np.array([HOSTILE, "x"] * 30)},
        quality=map_.quality | {"reason": HOSTILE, "warnings": [HOSTILE],
                                "steps": [{"step": HOSTILE, "dropped": [HOSTILE], "n_dimensions": 8, "warnings": []}]},
    )  # fmt: skip
    rows = [score(title=HOSTILE, how=HOSTILE, unit=HOSTILE), score(title=HOSTILE, how=HOSTILE, value=None, n=0)]
    made, reader = report(map_, rows, title=HOSTILE, licence=HOSTILE, source=HOSTILE)
    assert_self_contained(made, reader)
    assert "<script" not in made
    assert "alert(1)" in " ".join(reader.text)


def test_a_refused_map_says_why_and_still_shows_its_numbers(mapped_lab: Lab) -> None:
    refused = mapped_lab.maps.get("cpjump1")
    made, reader = report(refused, [score(value=0.09, low=0.08, high=0.1, null=0.115)])
    assert_self_contained(made, reader)
    assert "were not turned into a map" in made
    assert "0 of 1 measure above chance" in made


def test_a_numeric_colour_says_its_ends() -> None:
    map_ = replace(simulated_map(60), recipe={"colours": ["distance"]})
    made, _ = report(map_, [])
    assert "Colour: distance from " in made
    assert "(bright)" in made


def test_scores_of_another_recipe_are_marked() -> None:
    made, _ = report(simulated_map(60), [score(is_current=False)])
    assert "score it again" in made


def test_tags_are_closed() -> None:
    made, _ = report(simulated_map(60), [score()])
    stack: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in VOID:
                stack.append(tag)

        def handle_startendtag(self, tag: str, attrs: Any) -> None:
            return

        def handle_endtag(self, tag: str) -> None:
            assert stack.pop() == tag

    Balance().feed(made)
    assert stack == []
