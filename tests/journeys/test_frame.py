"""The frame in a real browser: every page in both themes and two sizes, search by keyboard, jobs, people, errors."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.conftest import READY, App
from workbench.views.frame.pages import PAGES

pytestmark = pytest.mark.journey
Shot = Callable[[Page, str], Path]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 1024, "height": 768}
COULD_NOT = "This page could not be drawn"
SEARCH = "Search a gene, compound, SMILES, data set or hypothesis"


def paths() -> list[str]:
    return PAGES.names()


def use_theme(page: Page, app: App, theme: str) -> None:
    page.context.add_cookies([{"name": "workbench-theme", "value": theme, "url": app.url}])


@pytest.mark.parametrize("path", paths())
def test_every_page_opens_in_both_themes_and_sizes(app: App, page: Page, shot: Shot, path: str) -> None:
    use_theme(page, app, "dark")
    app.open(page, path)
    expect(page.locator("h1")).not_to_contain_text(COULD_NOT)
    name = path.strip("/") or "home"
    for theme in ("dark", "light"):
        if theme == "light":
            page.get_by_role("button", name="Light theme").click()
            expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            page.wait_for_timeout(400)
            shot(page, f"{name}_{theme}_{size['width']}")
            overflow = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
            assert overflow <= 0, f"{path} is {overflow} px wider than a window of {size['width']} px"


def test_search_by_keyboard_alone(app: App, page: Page) -> None:
    app.open(page, "/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name=SEARCH)
    expect(box).to_be_focused()
    page.keyboard.type("BRAF")
    expect(page.locator(".group").first).to_have_text("Genes")
    first = page.locator(".hit[aria-selected=true]")
    expect(first).to_contain_text("BRAF")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hit").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    target = first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")
    assert target == "/entity?kind=gene&id=BRAF"


def test_links_open_in_the_same_window_and_the_back_button_returns(app: App, page: Page) -> None:
    app.open(page, "/")
    loaded = page.evaluate("performance.timeOrigin")
    page.get_by_role("link", name="Queue", exact=True).click()
    expect(page.locator("h1")).to_have_text("What we believe, and what became of it")
    expect(page.get_by_role("link", name="Queue", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("combobox", name=SEARCH).fill("BRAF")
    page.locator(".hit").first.click()
    expect(page.locator("h1")).to_have_text("What is known about BRAF")
    expect(page).to_have_title("What is known about BRAF · workbench")
    assert page.url == f"{app.url}/entity?kind=gene&id=BRAF"
    expect(page.get_by_role("combobox", name=SEARCH)).to_have_value("")
    page.go_back()
    expect(page.locator("h1")).to_have_text("What we believe, and what became of it")
    page.get_by_role("button", name="Table", exact=True).click()
    page.wait_for_url("**/queue?view=table")
    page.go_back()
    page.wait_for_url("**/queue")
    page.go_forward()
    page.wait_for_url("**/queue?view=table")
    expect(page.get_by_role("button", name="Table", exact=True)).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("performance.timeOrigin") == loaded


def test_a_window_that_the_server_does_not_hear_any_more_loads_the_page(app: App, page: Page) -> None:
    sockets = []

    def pass_on(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/ws**", pass_on)
    app.open(page, "/")
    loaded = page.evaluate("performance.timeOrigin")
    sockets[0].on_message(lambda message: None)  # what the window says goes nowhere
    page.get_by_role("link", name="Data", exact=True).click()
    page.wait_for_function("loaded => performance.timeOrigin > loaded", arg=loaded)
    page.locator(READY).wait_for(state="attached")
    expect(page.locator("h1")).to_have_text("What is in the catalog")
    assert page.url == f"{app.url}/data"


def test_search_offers_a_molecule_and_says_what_it_did_not_find(app: App, page: Page) -> None:
    app.open(page, "/")
    box = page.get_by_role("combobox", name=SEARCH)
    box.fill("CC(=O)Oc1ccccc1C(=O)O")
    expect(page.locator(".group").first).to_have_text("Open as molecule")
    box.fill("qqqzzzx")
    expect(page.locator(".note")).to_contain_text("Nothing is called “qqqzzzx”")
    page.keyboard.press("Escape")
    expect(page.locator("#wb-hits")).to_be_hidden()


@pytest.mark.parametrize(("typed", "symbol"), [("her2", "ERBB2"), ("p53", "TP53")])
def test_an_alias_leads_to_the_page_of_its_gene(app: App, page: Page, typed: str, symbol: str) -> None:
    app.open(page, "/")
    box = page.get_by_role("combobox", name=SEARCH)
    box.fill(typed)
    expect(page.locator(".hit[aria-selected=true]")).to_contain_text("also")
    box.press("Enter")
    page.wait_for_url(f"**/entity?kind=gene&id={symbol}")
    page.locator(READY).wait_for(state="attached", timeout=60_000)
    expect(page.locator("h1")).to_have_text(f"What is known about {symbol}")
    expect(page.get_by_text("Read more:")).to_be_visible()


def test_a_typing_error_is_said_and_the_nearest_names_are_offered(app: App, page: Page) -> None:
    app.open(page, "/")
    page.get_by_role("combobox", name=SEARCH).fill("dexametasone")
    expect(page.locator(".note")).to_have_text("Nothing is called “dexametasone”. The nearest names:")
    expect(page.locator(".hit").first).to_contain_text("dexamethasone")


def test_the_cards_of_a_gene_stand_in_their_order(app: App, page: Page, shot: Shot) -> None:
    app.open(page, "/entity?kind=gene&id=BRAF")
    expect(page.get_by_text("All claims with their nulls")).to_be_visible(timeout=60_000)
    cards = ["On the maps", "Measured", "Predicted", "Why", "Relations and targets", "Cohorts", "Hypotheses"]
    assert [text for text in page.locator(".card > h3").all_inner_texts() if text in cards] == cards
    shot(page, "entity_braf")


def test_the_theme_is_remembered_and_reaches_the_page(app: App, page: Page) -> None:
    use_theme(page, app, "light")
    app.open(page, "/")
    ground = page.locator("main").evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_role("button", name="Dark theme").click()
    expect(page.get_by_role("button", name="Light theme")).to_be_visible()
    page.reload()
    page.locator(READY).wait_for(state="attached")
    dark = page.locator("main").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(246, 247, 249)"
    assert dark == "rgb(16, 20, 23)"


def test_a_person_is_chosen_and_remembered(app: App, page: Page) -> None:
    app.open(page, "/")
    page.locator("button.person").click()
    page.get_by_role("radio", name="reviewer").click()
    expect(page.get_by_role("button", name="Acting as reviewer")).to_be_visible()
    app.open(page, "/queue")
    expect(page.get_by_role("button", name="Acting as reviewer")).to_be_visible()


def test_the_python_line_unfolds(app: App, page: Page) -> None:
    app.open(page, "/explore")
    page.get_by_role("button", name="Python").click()
    expect(page.locator(".code pre")).to_contain_text("import workbench as wb")
    page.keyboard.press("Escape")
    expect(page.locator(".code")).to_be_hidden()


def test_an_unknown_map_is_said_and_the_page_still_opens(app: App, page: Page) -> None:
    app.open(page, "/explore?map=moon")
    expect(page.get_by_text("There is no map 'moon'")).to_be_visible()
    expect(page.locator("h1")).not_to_contain_text(COULD_NOT)


def test_a_running_job_shows_its_progress_and_its_result(app: App, page: Page, shot: Shot) -> None:
    app.open(page, "/")
    job = app.lab.jobs.run("build_map", dataset="bbbc021")
    strip = page.get_by_role("status", name="Jobs")
    expect(strip).to_contain_text("bbbc021")
    shot(page, "job_strip")
    app.lab.jobs.wait(job.job_id, timeout_s=120)
    expect(strip.get_by_role("link", name="Open result")).to_have_attribute("href", "/explore?map=bbbc021")
    strip.get_by_role("button", name="Dismiss").click()
    expect(strip).to_be_hidden()


def test_an_address_without_a_page_is_answered_in_words(app: App) -> None:
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=20)
    connection.request("GET", "/no/such/page")
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status == 404
    assert "There is no page here" in text
    assert "/no/such/page" in text


def test_a_websocket_from_another_site_is_refused(app: App) -> None:
    def status(origin: str) -> int:
        connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=20)
        connection.request(
            "GET", "/ws",
            headers={"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                     "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin},
        )  # fmt: skip
        return connection.getresponse().status

    assert status("http://evil.example") == 403
    assert status("http://127.0.0.1:1") == 403
