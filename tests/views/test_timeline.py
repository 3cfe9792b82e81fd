from __future__ import annotations

from datetime import datetime

from workbench.nouns import Event
from workbench.views.timeline import Timeline

NEW = Event(2, datetime(2026, 3, 2, 9, 30), "sam", "approved", "proposed", "approved", note="<b>go</b>", position=7)
OLD = Event(1, datetime(2026, 3, 1, 8, 5), "ada", "changed", "draft", "draft",
            payload={"changes": {"priority": {"old": 0, "new": 2}}}, position=3)  # fmt: skip


def test_a_line_an_event_by_day_newest_first() -> None:
    drawn = Timeline([("H-2", NEW), ("H-1", OLD)], {"H-2": "BRAF <lowers> HSPA8"})
    page = drawn.html()
    assert page.index("Monday, 02 March 2026") < page.index("Sunday, 01 March 2026")
    assert "<b>sam</b> approved" in page
    assert "changed priority of" in page
    assert "priority: 0 → 2" in page
    assert "BRAF &lt;lowers&gt; HSPA8" in page
    assert "<q>&lt;b&gt;go&lt;/b&gt;</q>" in page
    assert drawn.data()[["hypothesis", "position"]].to_numpy().tolist() == [["H-2", 7], ["H-1", 3]]
    assert drawn.panel().object == page


def test_nothing_is_said_in_words() -> None:
    assert "Nothing happened yet" in Timeline([], {}).html()
    assert Timeline([], {}).data().columns[0] == "hypothesis"
