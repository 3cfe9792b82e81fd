"""What a browser shows before its scripts have started, and that the page takes its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import App

pytestmark = pytest.mark.journey
VIEWPORT = {"width": 1440, "height": 900}


def test_the_map_and_the_gene_are_shown_before_any_script_has_run(app: App, page: Page, browser: Browser) -> None:
    app.open(page, "/explore")  # from now on its map is in memory
    expect(page.locator("#first")).to_have_count(0)
    title, canvas = page.locator("h1").inner_text(), page.locator(".bk-Canvas").first.bounding_box()
    early = browser.new_context(viewport=VIEWPORT, java_script_enabled=False).new_page()
    early.goto(f"{app.url}/explore")
    first = early.locator("#first")
    expect(first.locator("h1")).to_have_text(title)
    shown = first.locator(".map > *").bounding_box()
    tools = shown["y"] - canvas["y"]  # the canvas holds the bar of tools above the map
    assert 0 <= tools < 40
    for got, wanted in ((shown["x"], canvas["x"]), (shown["width"], canvas["width"]),
                        (shown["y"] + shown["height"], canvas["y"] + canvas["height"])):  # fmt: skip
        assert abs(got - wanted) < 4, f"{shown} is not where the map will be: {canvas}"
    expect(first.get_by_role("link", name="Queue")).to_have_attribute("href", "/queue")
    early.goto(f"{app.url}/entity?kind=gene&id=BRAF")
    expect(first.locator(".card h2").first).to_contain_text("BRAF")
    early.context.close()


def test_scripts_that_cannot_be_loaded_are_said_over_what_is_shown(app: App, page: Page, browser: Browser) -> None:
    app.open(page, "/entity?kind=gene&id=BRAF")
    stuck = browser.new_context(viewport=VIEWPORT).new_page()
    stuck.route("**/*.js*", lambda route: route.abort())
    stuck.goto(f"{app.url}/entity?kind=gene&id=BRAF")
    expect(stuck.locator("#loader-error")).to_have_text("Resources could not be loaded.", timeout=30_000)
    expect(stuck.locator("#first .card h2").first).to_contain_text("BRAF")
    stuck.context.close()
