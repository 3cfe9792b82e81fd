from __future__ import annotations

import panel as pn

from workbench.views.frame.first import first_html, html_of
from workbench.views.frame.pages import PageFacts, Preview

FACTS = PageFacts("/explore", "Explore", order=1)


def test_a_page_of_which_nothing_is_known_says_what_is_coming() -> None:
    shown = first_html(FACTS, None, dark=False)
    assert "<h1>Explore</h1>" in shown
    assert "Opening Explore …" in shown
    assert 'class="inspector"' not in shown


def test_title_chips_and_content_of_a_preview_stand_in_the_page() -> None:
    preview = Preview("A <b>map</b>", "<p>points</p>", ("U2OS", "Simulated & more"), has_inspector=True)
    shown = first_html(FACTS, preview, dark=True)
    assert "A &lt;b&gt;map&lt;/b&gt;" in shown
    assert '<span class="chip">U2OS</span>' in shown
    assert '<span class="chip simulated">Simulated &amp; more</span>' in shown
    assert "<p>points</p>" in shown
    assert 'class="inspector"' in shown
    assert "Opening" not in shown
    assert "--wb-ground:#101417" in shown


def test_the_html_before_the_first_widget_is_what_can_be_shown() -> None:
    content = pn.Column(
        pn.pane.HTML("one"), pn.Column(pn.pane.HTML("two")), pn.widgets.TextInput(), pn.pane.HTML("three")
    )
    assert html_of(content) == "<div>one</div><div>two</div>"
    assert html_of(pn.Row(pn.pane.HTML("beside"))) == ""
