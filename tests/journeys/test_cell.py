"""Ask the cell, see why, compare, rank everything, and send the best to the queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import App

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
SLOW = 120_000  # the similarities of a genome are computed once, on a loaded machine
expect.set_options(timeout=60_000)


def test_from_a_question_to_its_reasons_and_to_everything_ranked(
    app: App, page: Page, shot: Callable[[Page, str], Path]
) -> None:
    app.open(page, "/cell?perturbation=over-expression:ERN1")
    expect(page.get_by_text("Over the baseline")).to_be_visible()
    chooser = page.get_by_role("combobox", name="One of 324")
    chooser.fill("tp53")
    chooser.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("TP53")
    expect(chooser).to_have_value("TP53")  # nobody's list holds it, and it stays in the sentence
    page.get_by_role("tab", name="Why").click()
    expect(page.get_by_text("What would change the answer")).to_be_visible()
    page.get_by_role("tab", name="Compare").click()
    expect(page.get_by_text("What should it be compared with?")).to_be_visible()
    other = page.get_by_role("combobox", name="Another perturbation")
    other.fill("ATF6")
    other.press("Enter")
    expect(page.get_by_text(re.compile("of 978 readouts differ|No readout of 978")).first).to_be_visible()
    assert "against=" in page.evaluate("location.search")
    shot(page, "cell compare")
    page.get_by_role("tab", name="Screen").click()
    expect(page.get_by_text(re.compile("perturbations ranked by"))).to_be_visible(timeout=SLOW)
    expect(page.get_by_text(re.compile("held-out|not distinguishable")).first).to_be_visible()
    page.locator(".tabulator-row input[type=checkbox]").nth(0).check()
    page.locator(".tabulator-row input[type=checkbox]").nth(1).check()
    shot(page, "cell screen")
    page.get_by_role("button", name="Queue 2 as hypotheses").click()
    page.wait_for_url(re.compile("/queue"), timeout=SLOW)
    newest = sorted(app.lab.hypotheses.list(), key=lambda item: item.number)[-2:]
    assert all(item.state == "proposed" and "Rank " in item.rationale for item in newest)


def test_an_address_opens_the_tab_it_names_and_an_unknown_gene_is_said(app: App, page: Page) -> None:
    app.open(page, "/cell?task=cellbox&tab=trust")
    expect(page.get_by_role("button", name="Evaluate this model")).to_be_visible()
    app.open(page, "/cell?perturbation=over-expression:NOT-A-GENE")
    expect(page.get_by_text("outside my domain").first).to_be_visible()
