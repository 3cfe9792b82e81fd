from datetime import datetime

from workbench.nouns import Event
from workbench.views.history import History, did, steps

EVENTS = [
    Event(1, datetime(2026, 1, 1, 9), "ada", "created", "", "draft", "", {"a": 1}, "", "f" * 64),
    Event(2, datetime(2026, 1, 1, 10), "ada", "proposed", "draft", "proposed", "<b>please</b>", {}, "f" * 64, "e" * 64),
]


def test_the_history_is_newest_first_with_hashes_and_escaped_notes() -> None:
    text = History(EVENTS).html()
    assert text.index("proposed") < text.index("created")
    assert "&lt;b&gt;please" in text
    assert "e" * 10 + "</code>" in text
    assert "nothing was changed afterwards" in text


def test_a_broken_history_says_where() -> None:
    text = History(EVENTS, broken=(2, "its content was changed")).html()
    assert "Event 2 cannot be trusted: its content was changed." in text
    assert text.count('style="color:var(--wb-bad)"') == 2


def test_the_export_has_every_event() -> None:
    frame = History(EVENTS).data()
    assert frame["sequence"].tolist() == [1, 2]
    assert frame["payload"].tolist() == ['{"a": 1}', "{}"]


def test_the_steps_show_where_it_is() -> None:
    text = steps("proposed", EVENTS)
    assert '<li class="now" title="2026-01-01 10:00 by ada">proposed</li>' in text
    assert '<li class="done" title="2026-01-01 09:00 by ada">draft</li>' in text
    assert text.count("<li") == 7
    gone = steps("withdrawn", [*EVENTS, Event(3, datetime(2026, 1, 2), "ada", "withdrawn", "proposed", "withdrawn")])
    assert gone.count("<li") == 3


def test_a_change_tells_old_and_new_and_a_comment_moves_nothing() -> None:
    changes = {
        "changes": {
            "priority": {"old": 0, "new": 2},
            "tags": {"old": [], "new": ["a", "<b>"]},
            "cost": {"old": None, "new": 4.0},
        }
    }
    more = [
        *EVENTS, Event(3, datetime(2026, 1, 3), "sam", "commented", "proposed", "proposed", "look here"),
        Event(4, datetime(2026, 1, 4), "sam", "changed", "proposed", "proposed", "meeting", changes),
    ]  # fmt: skip
    text = History(more).html()
    assert "(priority: 0 → 2; tags: none → a, &lt;b&gt;; cost: none → 4)" in text
    assert "(proposed → proposed)" not in text
    assert 'title="2026-01-01 10:00 by ada">proposed' in steps("proposed", more)


def test_what_an_event_did_is_a_verb() -> None:
    changed = Event(4, datetime(2026, 1, 2), "sam", "changed", payload={"changes": {"cost": {}, "tags": {}}})
    assert did(changed) == "changed cost and tags of"
    assert did(Event(1, datetime(2026, 1, 2), "sam", "withdrawn")) == "withdrew"
