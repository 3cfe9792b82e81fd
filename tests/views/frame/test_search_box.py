from __future__ import annotations

from dataclasses import dataclass

from workbench.views.frame.search_box import SearchBox, answer


@dataclass(frozen=True)
class Found:
    kind: str
    label: str
    score: float
    detail: str = ""
    url: str = "/x"


def test_groups_follow_their_best_hit() -> None:
    made = answer("bra", [Found("compound", "bratinib", 71), Found("gene", "BRAF", 95), Found("gene", "BRAP", 72)])
    assert [group["kind"] for group in made["groups"]] == ["gene", "compound"]
    assert [hit["label"] for hit in made["groups"][0]["hits"]] == ["BRAF", "BRAP"]
    assert made["message"] == ""


def test_far_names_are_dropped_beside_a_sure_one_and_offered_without() -> None:
    far = Found("gene", "BRAF", 40)
    assert len(answer("x", [far, Found("gene", "X", 99)])["groups"][0]["hits"]) == 1
    alone = answer("brxf", [far])
    assert alone["message"] == "Nothing is called “brxf”. The nearest names:"
    assert alone["groups"][0]["hits"][0]["label"] == "BRAF"


def test_nothing_at_all_says_what_can_be_searched() -> None:
    assert "Try a gene symbol" in answer("qq", [])["message"]
    assert answer("", []) == {"query": "", "message": "", "groups": []}


def test_the_box_answers_what_was_typed_last() -> None:
    asked: list[str] = []
    box = SearchBox()
    box.connect(lambda text: asked.append(text) or [Found("gene", text.upper(), 99)])
    box.query = "tp53"
    assert box.found["query"] == "tp53"
    assert box.found["groups"][0]["hits"][0]["label"] == "TP53"
    box.query = ""
    assert asked == ["tp53"]
    assert box.found["groups"] == []
