import pytest

from workbench.views.frame.pages import PAGES, PageFacts, link


@pytest.mark.parametrize("path", PAGES.names())
def test_every_page_has_a_path_a_title_and_a_state_that_stands_alone(path: str) -> None:
    entry = PAGES.find(path)
    facts: PageFacts = entry.facts["facts"]
    assert path.startswith("/")
    assert facts.title
    facts.state()
    assert entry.thing.__doc__


def test_links_leave_out_what_is_empty_and_quote_the_rest() -> None:
    assert link("/cell", task="", perturbation=None) == "/cell"
    assert link("/entity", kind="compound", id="A+B&C") == "/entity?kind=compound&id=A%2BB%26C"
    assert link("/x", n=0) == "/x?n=0"
