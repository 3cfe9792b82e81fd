"""Conformers in a real browser: a SMILES becomes an ensemble in 3D, linked with its table; a drawing becomes a SMILES."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import App

pytestmark = pytest.mark.journey
Shot = Callable[[Page, str], Path]
IBUPROFEN = "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O"
FIELD = "Paste a SMILES and press Enter"


def inked(viewer: Locator) -> float:
    """Share of the picture that differs from its ground."""
    pixels = np.asarray(Image.open(io.BytesIO(viewer.screenshot())).convert("RGB"), dtype=int)
    middle = pixels[45:-40, 10:-10]
    return float((np.abs(middle - middle[0, 0]).sum(axis=2) > 60).mean())


def atom_on_screen(viewer: Locator, conformer: int, atom: int) -> dict[str, float]:
    return viewer.evaluate(
        """(el, [i, k]) => { const v = el.viewer, text = (el.viewer.getModel(i));
             const a = text.selectedAtoms({})[k]; return v.modelToScreen({x: a.x, y: a.y, z: a.z}); }""",
        [conformer, atom],
    )


def click_row(page: Page, number: int) -> None:
    """Click a row once its table was drawn in view: Tabulator draws rows anew as they first come into view."""
    page.locator(".tabulator-row").nth(number).evaluate(
        """row => new Promise(drawn => {
             row.scrollIntoView({block: "nearest"});
             new IntersectionObserver((_, seen) => { seen.disconnect(); requestAnimationFrame(() => drawn()); }).observe(row);
           })"""
    )
    page.locator(".tabulator-row").nth(number).click()


@pytest.fixture(scope="module")
def ensemble(app: App) -> str:
    job = app.lab.molecules.generate(IBUPROFEN, n=12, seed=7, name="(S)-ibuprofen", inline=True)
    return str(job.result_id)


def test_from_a_wrong_smiles_to_conformers_in_3d(app: App, page: Page, shot: Shot) -> None:
    app.open(page, "/molecules")
    field = page.get_by_label(FIELD)
    field.fill("C1CC(")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is not a SMILES")
    field.fill("CCCCO")
    field.press("Enter")
    generate = page.get_by_role("button", name="Generate conformers")
    expect(generate).to_be_visible(timeout=60_000)
    expect(page.get_by_text("about 1 s here")).to_be_visible()
    generate.click()
    viewer = page.locator(".wb3d")
    expect(viewer.locator("canvas").first).to_be_visible(timeout=90_000)
    expect(page.get_by_text("distinct conformers kept")).to_be_visible()
    page.wait_for_function("() => location.search.includes('ensemble=C-')")
    page.wait_for_timeout(1500)
    assert inked(viewer) > 0.01
    shot(page, "molecules_generated")


@pytest.mark.parametrize(("theme", "width", "height"), [("light", 1440, 900), ("dark", 1024, 768)])
def test_table_and_picture_choose_each_other(
    app: App, page: Page, shot: Shot, ensemble: str, theme: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    app.open(page, f"/molecules?ensemble={ensemble}&theme={theme}")
    viewer = page.locator(".wb3d")
    expect(viewer.locator("canvas").first).to_be_visible(timeout=60_000)
    words = viewer.locator(".words")
    expect(words).to_contain_text("Conformer 1 of")
    page.wait_for_timeout(1500)
    alone = inked(viewer)
    assert alone > 0.005
    page.get_by_role("button", name="All", exact=True).click()
    page.wait_for_timeout(1500)
    assert inked(viewer) > 1.2 * alone
    shot(page, f"molecules_{theme}_{width}")
    click_row(page, 3)
    expect(words).to_contain_text("Conformer 4 of")
    page.get_by_role("button", name="Selected", exact=True).click()
    click_row(page, 0)
    expect(words).to_contain_text("Conformer 1 of")
    viewer.scroll_into_view_if_needed()
    page.get_by_label("Measure").check()
    expect(words).to_contain_text("Click two atoms")
    for atom in (0, 1):
        place = atom_on_screen(viewer, 0, atom)
        page.mouse.click(place["x"], place["y"])
        page.wait_for_timeout(300)
    expect(words).to_contain_text("distance C1–C2: 1.5")
    expect(page.locator(".tabulator-row.tabulator-selected")).to_have_count(1)


def test_the_sdf_downloads(app: App, page: Page, ensemble: str) -> None:
    app.open(page, f"/molecules?ensemble={ensemble}")
    button = page.get_by_role("button", name="SDF, all")
    expect(button).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        button.click()
    text = Path(download.value.path()).read_text()
    assert text.count("$$$$") == len(app.lab.molecules.ensemble(ensemble))


def test_a_drawing_becomes_a_smiles(app: App, page: Page, shot: Shot) -> None:
    app.open(page, "/molecules?smiles=CCO")
    page.get_by_role("button", name="Draw", exact=True).click()
    sheet = page.frame_locator("iframe[title='Structure sketcher']")
    expect(sheet.locator("#box svg").first).to_be_visible(timeout=30_000)
    frame = next(frame for frame in page.frames if frame.url.endswith("sketcher.html"))
    frame.wait_for_function("() => applet && applet.smiles() === 'CCO'")
    frame.evaluate("() => { applet.readMolFile(''); applet.readGenericMolecularInput('c1ccccc1'); }")
    frame.evaluate("() => say({ smiles: applet.smiles() })")
    expect(page.get_by_label(FIELD)).to_have_value("C1=CC=CC=C1")
    shot(page, "molecules_sketcher")
    page.get_by_role("button", name="Use this structure").click()
    page.wait_for_function("() => location.search.includes('c1ccccc1')")


def test_without_webgl_the_structure_is_drawn_flat_in_words(app: App, page: Page, ensemble: str) -> None:
    page.add_init_script(
        "const real = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return String(kind).startsWith('webgl') ? null : real.call(this, kind, ...rest); };"
    )
    app.open(page, f"/molecules?ensemble={ensemble}")
    viewer = page.locator(".wb3d")
    expect(viewer).to_contain_text("no WebGL", timeout=60_000)
    expect(viewer.locator("svg").first).to_be_visible()
