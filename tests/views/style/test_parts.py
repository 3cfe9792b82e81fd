from workbench.views.style.palette import TOKENS
from workbench.views.style.parts import chip, empty, html, sheet


def test_a_pane_carries_the_sheet() -> None:
    pane = html("<p>x</p>", width=200)
    assert pane.stylesheets == [sheet()]
    assert pane.width == 200


def test_the_sheet_uses_only_tokens_that_exist() -> None:
    import re

    used = set(re.findall(r"--wb-([a-z-]+)", sheet()))
    assert used
    assert used <= set(TOKENS["light"])
    assert set(TOKENS["light"]) == set(TOKENS["dark"])


def test_chips_escape_and_refuse_foreign_classes() -> None:
    assert chip("<b>", "good") == '<span class="chip good" title="&lt;b&gt;">&lt;b&gt;</span>'
    assert chip("x", '"><script>', "why") == '<span class="chip" title="why">x</span>'


def test_an_empty_place_says_what_to_do() -> None:
    text = empty("Nothing queued", "Ask the cell first.", "/cell?a=1&b=2", "Ask")
    assert "Nothing queued" in text
    assert 'href="/cell?a=1&amp;b=2"' in text
    assert "href" not in empty("Nothing", "at all")
