from datetime import datetime

from workbench.nouns import Event, News
from workbench.views.frame.header import Header, news_items, waiting_items


def test_what_waits_in_words_and_nothing_for_nothing() -> None:
    counts = {"draft": 0, "proposed": 3, "in lab": 1, "resolved": 9, "withdrawn": 2}
    items = waiting_items(counts)
    assert [(item["text"], item["count"]) for item in items] == [
        ("Hypotheses to approve", 3), ("In the lab, results to bring in", 1),
    ]  # fmt: skip
    assert all(item["url"].startswith("/queue") for item in items)
    assert waiting_items({}) == []


def test_the_header_starts_light_as_me_and_stays() -> None:
    header = Header()
    assert (header.dark, header.person, header.address) == (False, "me", "")


def test_news_say_who_did_what_and_lead_there() -> None:
    event = Event(3, datetime(2026, 1, 2, 3, 4), "sam", "commented", note="Which <antibody>?", position=9)
    told = news_items([News("H-2", "BRAF lowers HSPA8", event, "yours")])
    assert told == [
        {"text": "sam commented on H-2", "more": "Which <antibody>?", "why": "yours", "when": "2026-01-02 03:04",
         "url": "/hypothesis?id=H-2", "position": 9}
    ]  # fmt: skip
