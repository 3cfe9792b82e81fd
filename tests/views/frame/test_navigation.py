import re

from workbench.views.frame.navigation import MOST_ENTRIES, entries, navigation_html
from workbench.views.frame.pages import PageFacts


def test_the_navigation_holds_its_entries_in_order() -> None:
    titles = [item.title for item in entries()]
    wanted = ["Home", "Explore", "Cell", "Molecules", "Queue", "Rounds", "Data"]
    assert len(titles) <= MOST_ENTRIES
    assert titles == [title for title in wanted if title in titles]
    assert titles[0] == "Home"


def test_the_current_page_is_marked_once_and_a_child_marks_its_parent() -> None:
    pages = [PageFacts("/", "Home", order=0), PageFacts("/queue", "Queue", order=1)]
    for current, marked in (("/", "/"), ("/queue", "/queue"), ("/hypothesis", "/queue")):
        html = navigation_html(pages, current)
        assert re.findall(r'<a href="([^"]*)"[^>]*aria-current', html) == [marked]
    assert "aria-current" not in navigation_html(pages, "/nowhere")


def test_entries_have_names_for_readers_when_only_icons_show() -> None:
    html = navigation_html([PageFacts("/x", 'A "<b>"', order=0)], "/")
    assert 'title="A &quot;&lt;b&gt;&quot;"' in html
    assert "<b>" not in html
    assert "<svg" in html
