"""A day at the queue: the machine proposes, a person approves, plates are laid out, real wells answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import App

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
SLOW = 240_000  # a loaded machine, a worker that starts cold
expect.set_options(timeout=60_000)


def test_from_a_proposal_to_a_verdict_on_real_wells(
    app: App, page: Page, shot: Callable[[Page, str], Path], tmp_path: Path
) -> None:
    app.open(page, "/queue")
    expect(page.get_by_text("Nothing is queued yet")).to_be_visible()
    shot(page, "queue empty")
    page.get_by_role("button", name="Propose", exact=True).click()
    card = page.locator('.card[data-handle="H-1"]')
    expect(card).to_be_visible(timeout=SLOW)
    card.focus()  # the other proposals come in meanwhile: the card stays where it is, and so does the keyboard
    expect(page.locator(".card[data-handle]")).to_have_count(6, timeout=SLOW)
    expect(card).to_be_focused()
    page.keyboard.press("Space")  # chosen with the keyboard
    expect(card).to_have_attribute("aria-checked", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    expect(page.locator('.card[aria-checked="true"]')).to_have_count(2)
    page.get_by_role("button", name="Approve 2").click()
    expect(page.get_by_role("button", name="Lay out 2 on 3 plates")).to_be_visible()
    shot(page, "queue approved")
    page.get_by_role("button", name="Lay out 2 on 3 plates").click()
    page.wait_for_url(re.compile("/experiment"), timeout=SLOW)
    expect(page.get_by_text("Plate WB0001-3 · replicate 3")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_text("WB0001-1.csv").click()
    assert "control:vector" in Path(download.value.path()).read_text()
    bad = tmp_path / "wrong.csv"
    bad.write_text("plate,position\n1,2\n")
    page.locator("input[type=file]").set_input_files(bad)
    expect(page.get_by_text("wrong.csv cannot be used")).to_be_visible()
    shot(page, "experiment refused file")
    page.get_by_role("button", name="Send to the replay lab").click()
    expect(page.get_by_text("Quality of the results")).to_be_visible(timeout=SLOW)
    shot(page, "experiment measured")
    page.locator("input[type=file]").set_input_files(app.lab.settings.home / "lab" / "E-1-replay.csv")
    expect(page.get_by_text("This file was imported before")).to_be_visible()
    page.get_by_role("link", name="H-1", exact=True).first.click()
    page.wait_for_url(re.compile("/hypothesis"), timeout=SLOW)
    expect(page.get_by_text("All 7 events follow from each other")).to_be_visible()
    expect(page.get_by_text(re.compile("Supported|Refuted|Inconclusive")).first).to_be_visible()
    shot(page, "hypothesis resolved")
    assert app.lab.hypotheses.verify() == []


def test_what_another_says_reaches_the_bell_and_is_answered_on_the_page(
    app: App, page: Page, shot: Callable[[Page, str], Path], tmp_path: Path
) -> None:
    queue = app.lab.hypotheses
    item = queue.suggest("l1000_orf", k=1)[0]
    queue.set_priority(item.handle, 2, note="before the holidays")
    queue.mark_read()
    app.open(page, f"/hypothesis?id={item.handle}")
    queue.comment(item.handle, "Which dose?", "sam")
    expect(page.locator("button.bell .new")).to_be_visible()  # by itself
    page.locator("button.bell").click()
    expect(page.get_by_text(f"sam commented on {item.handle}")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Nothing new on what concerns you")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Say something about it").fill("<b>10 µM</b>")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("<b>10 µM</b>").first).to_be_visible()
    note = tmp_path / "gel.txt"
    note.write_text("bands")
    page.locator("input[type=file]").set_input_files(note)
    expect(page.get_by_text("5 bytes")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_text("Download", exact=True).click()
    assert Path(download.value.path()).read_text() == "bands"
    app.open(page, "/queue?view=timeline&priority=2")
    expect(page.get_by_text("before the holidays")).to_be_visible()
    expect(page.get_by_text("attached a file to")).to_be_visible()
    shot(page, "queue timeline")


def test_the_table_and_its_filters_live_in_the_address(app: App, page: Page) -> None:
    app.open(page, "/queue?view=table&state=resolved")
    expect(page.get_by_role("gridcell", name="resolved").first).to_be_visible()
    expect(page.get_by_role("gridcell", name="proposed")).to_have_count(0)


def test_a_hypothesis_that_is_not_there_leads_back(app: App, page: Page) -> None:
    app.open(page, "/hypothesis?id=H-999")
    expect(page.get_by_text("there is no hypothesis 'H-999'")).to_be_visible()
    page.get_by_role("link", name=re.compile("Open the queue")).click()
    page.wait_for_url(re.compile("/queue"))
