"""Explore in a real browser: see why a map is trusted or refused, lasso, save, reopen, read a point's evidence."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import READY, STILL

pytestmark = pytest.mark.journey
IDLE = "() => window.Bokeh && Bokeh.documents.length > 0 && Bokeh.documents.every(d => d.is_idle)"
BRAF = "over-expression:BRAF/BRDN0000464953"
SHOTS = Path(".artifacts/screens")
expect.set_options(timeout=20_000)  # the frame is painted first, the map a moment later


@pytest.fixture
def address(app: Any) -> str:
    return app.url


def opened(page: Page, address: str, query: str) -> Page:
    page.goto(f"{address}/explore{query}")
    page.locator(READY).wait_for(state="attached", timeout=120_000)  # the first page after a start waits for imports
    page.wait_for_function(IDLE, timeout=60_000)
    return page


def lasso(page: Page) -> None:
    expect(page.locator(".bk-Canvas").first).to_be_visible()
    page.wait_for_function(IDLE)
    page.wait_for_timeout(1000)
    page.evaluate(STILL)  # the canvas must not move under the mouse
    box: Any = page.locator(".bk-Canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    corners = [(-300, -180), (300, -180), (300, 180), (-300, 180), (-300, -170)]
    page.mouse.move(x - 300, y - 180)
    page.mouse.down()
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        for share in (0.25, 0.5, 0.75, 1.0):  # as a hand moves: each step is seen, however slowly frames come
            page.mouse.move(x + x0 + share * (x1 - x0), y + y0 + share * (y1 - y0))
            page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()


def test_a_lasso_becomes_a_cohort_that_the_address_restores(page: Page, address: str) -> None:
    opened(page, address, "?map=nelisa_jump_target")
    expect(page.get_by_text("Replicates agree beyond chance for 52%")).to_be_visible()
    lasso(page)
    counted = page.locator(".selected-count")
    expect(counted).to_contain_text("of 304 selected")
    n_selected = counted.inner_text()
    expect(page.get_by_text("Over-represented")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("each counted once")).to_be_visible()
    expect(page.get_by_text("How alike they are")).to_be_visible()
    page.get_by_label("Name of the cohort").fill("lassoed")
    page.get_by_label("Name of the cohort").press("Tab")
    page.get_by_role("button", name="Save as cohort").click()
    page.wait_for_function("() => location.search.includes('cohort=')")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "explore_cohort.png")
    query = page.evaluate("location.search")
    opened(page, address, query)
    expect(page.locator(".selected-count")).to_contain_text(n_selected.split(" selected")[0])
    expect(page.locator(".selected-count")).to_contain_text("lassoed")


def test_a_point_opens_its_neighbours_with_null_and_plate(page: Page, address: str) -> None:
    opened(page, address, f"?map=l1000_orf_u2os&entity={BRAF}")
    expect(page.get_by_text("By chance, 95 % of unrelated pairs lie between")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("link", name="RAF1").first).to_be_visible()
    expect(page.get_by_text("3 replicate wells on 3 plates")).to_be_visible()
    page.screenshot(path=SHOTS / "explore_point.png")


def test_finding_by_name_puts_the_entity_into_the_address(page: Page, address: str) -> None:
    opened(page, address, "?map=l1000_orf_u2os")
    expect(page.locator(".bk-Canvas").first).to_be_visible()
    page.get_by_label("Find on this map").fill("tp53")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => decodeURIComponent(location.search).includes('TP53')")


def test_two_maps_side_by_side_share_a_selection_and_the_address_keeps_the_layers(page: Page, address: str) -> None:
    opened(page, address, "?map=periscope&second=periscope_hplm&contours=true")
    expect(page.get_by_text("entities are on both maps, matched by")).to_be_visible()
    expect(page.locator(".bk-Canvas")).to_have_count(2)
    page.get_by_role("button", name="contours").click()
    page.wait_for_function("() => !location.search.includes('contours')")
    assert "second=periscope_hplm" in page.evaluate("location.search")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "explore_pair.png")


def test_the_map_is_exported_as_parquet(page: Page, address: str) -> None:
    opened(page, address, "?map=nelisa_jump_target")
    page.get_by_role("combobox", name="Export as").click()
    page.get_by_role("menuitem", name="Parquet").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    assert download.value.suggested_filename == "nelisa_jump_target.parquet"


def test_a_refused_map_says_why_in_numbers(page: Page, address: str) -> None:
    opened(page, address, "?map=cpjump1")
    expect(page.get_by_text("Replicates do not agree").first).to_be_visible()
    expect(page.get_by_text("What can be used")).to_be_visible()
    page.screenshot(path=SHOTS / "explore_refused.png")


def test_a_map_is_scored_by_a_job_and_its_report_saved(page: Page, address: str) -> None:
    opened(page, address, "?map=simulated_lab")
    expect(page.get_by_text("Not scored yet")).to_be_visible()
    page.get_by_role("button", name="Score this map").click()
    expect(page.get_by_text("Replicates found among controls").first).to_be_visible(timeout=120_000)
    expect(page.get_by_text("n = 160 perturbations").first).to_be_visible()
    report = page.get_by_role("button", name="Report", exact=True)
    report.scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / "explore_benchmarks.png")
    with page.expect_download() as download:
        report.click()
    assert download.value.suggested_filename == "simulated_lab-report.html"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "simulated prior pairs recalled" in text
    assert "95 % bootstrap intervals" in text
