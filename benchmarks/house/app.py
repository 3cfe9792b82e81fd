"""The app in headless Chromium: ready after a start, first paint and selection on large maps, outside requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.browser import FOLLOW, READY, chromium, free_port, open_tab, serve_app, wait_for_app
from benchmarks.figures import figure, quantile
from benchmarks.house.homes import filled_home

DRAWN = """() => [...document.querySelectorAll('*')].some(function seek(e) {
  if (e.shadowRoot && [...e.shadowRoot.querySelectorAll('*')].some(seek)) return true;
  if (e.tagName !== 'CANVAS' || e.width < 300 || e.height < 200) return false;
  const pixels = e.getContext('2d')?.getImageData(0, 0, e.width, e.height).data;
  if (!pixels) return false;
  let inked = 0;
  for (let i = 3; i < pixels.length; i += 64) inked += pixels[i] > 40;
  return inked > 500;
})"""
IN_FIRST = "document.querySelector('#first .content')?.shadowRoot?.querySelector"
FRAMES = (
    "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"  # it is on the screen
)
PICTURED = f"""() => {{
  const picture = {IN_FIRST}('.map img, .map svg');
  return (picture && (picture.complete ?? true)) || ({DRAWN})();
}}"""
PAINTED = """() => new Promise((done, failed) => {
  const stands = performance.getEntriesByName('workbench:stands')[0].startTime;
  new PerformanceObserver(list => done(
    Math.max(...list.getEntries().map(entry => entry.startTime).filter(start => start < stands)) / 1000
  )).observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => failed(new Error('the browser told of no paint')), 5000);
})"""
HEADED = f"""() => Boolean({IN_FIRST}('.card h2')) || Boolean(document.querySelector('.head[data-ready=yes]'))"""
GENES = ("BRAF", "TP53", "KRAS", "MAP4K4", "JUN", "EGFR", "AKT1", "MYC")
PAINT = "warm server, a new session: navigation to the points on the screen"
LIVE = "the same navigation to inked points on the canvas that can be dragged and clicked"
BROWSER = "by the browser's own clock: its largest paint before the scripts of the page have taken over"
HEADER = "navigation to the header of a gene's page"
READING_MS = 2000  # between two navigations, as long as a person looks at least
PAGES = ("/", "/explore", "/cell", "/molecules", "/queue", "/rounds", "/data", "/entity?kind=gene&id=BRAF", "/nowhere")


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Figures of the running app."""
    repeats = 3 if quick else 7
    figures: dict[str, dict[str, Any]] = {}
    with filled_home() as home, chromium() as browser:
        _write_maps(home)
        starts = [_start_once(home) for _ in range(repeats)]
        figures["app_ready_s"] = quantile(starts, 0.5, "s", "warm: from `workbench app` to the first page answered")
        port = free_port()
        server = serve_app(home, port)
        try:
            outside: list[str] = []
            address = f"http://127.0.0.1:{port}"
            wait_for_app(address)
            tab = open_tab(browser, address, outside)  # one that has been here before, as when a link is clicked
            for name in ("20k", "1m"):
                path = f"/explore?map=rehearsal_{name}"
                _first_paint(tab, address, path)
                paints, live, painted = zip(*(_first_paint(tab, address, path) for _ in range(repeats)), strict=True)
                figures[f"explorer_first_paint_s_{name}"] = quantile(paints, 0.5, "s", f"{PAINT}, in a tab of the app")
                figures[f"explorer_painted_s_{name}"] = quantile(painted, 0.5, "s", f"the points; {BROWSER}")
                figures[f"explorer_live_s_{name}"] = quantile(live, 0.5, "s", LIVE)
                linked = [_link(tab, path, drawn=True) for _ in range(repeats)]
                figures[f"explorer_first_paint_link_s_{name}"] = quantile(
                    linked, 0.5, "s", "warm server: a link clicked in the open app to inked points on the canvas"
                )
                fresh = [_in_new_browser(browser, _first_paint, address, path, outside) for _ in range(repeats)]
                figures[f"explorer_first_paint_new_browser_s_{name}"] = quantile(
                    [first for first, _, _ in fresh], 0.5, "s", f"{PAINT}, nothing cached in the browser"
                )
                figures[f"explorer_live_new_browser_s_{name}"] = quantile(
                    [live for _, live, _ in fresh], 0.5, "s", f"{LIVE}, nothing cached in the browser"
                )
            figures["explorer_selection_s_1m"] = quantile(
                _selections(tab, address, repeats), 0.5, "s", "1 M points: mouse-up to the count on the page"
            )
            paths = [f"/entity?kind=gene&id={gene}" for gene in GENES[: repeats + 1]]
            contents, live, painted = zip(*[_content(tab, address, path) for path in paths][1:], strict=True)
            figures["entity_first_content_s"] = quantile(contents, 0.5, "s", f"{HEADER}, in a tab of the app")
            figures["entity_painted_s"] = quantile(painted, 0.5, "s", f"the same header; {BROWSER}")
            figures["entity_live_s"] = quantile(live, 0.5, "s", "the same until the page answers")
            linked = [_link(tab, path, drawn=False) for path in paths][1:]
            figures["entity_first_content_link_s"] = quantile(
                linked, 0.5, "s", "a link clicked in the open app to the header of a gene's page"
            )
            fresh = [_in_new_browser(browser, _content, address, path, outside) for path in paths[1:]]
            figures["entity_first_content_new_browser_s"] = quantile(
                [first for first, _, _ in fresh], 0.5, "s", f"{HEADER}, nothing cached in the browser"
            )
            for path in PAGES:
                _visit(tab, address, path, unknown=path == "/nowhere")
            figures["outside_requests"] = figure(
                float(len(outside)),
                "requests",
                f"{len(PAGES)} pages, an unknown one included; any host but ours",
                n=len(PAGES),
            )
        finally:
            server.terminate()
            server.wait()
    return figures


def _write_maps(home: Path) -> None:
    from workbench.catalog.maps import write_map
    from workbench.catalog.store import Catalog
    from workbench.phenomics.simulated_map import simulated_map
    from workbench.settings import Settings

    catalog = Catalog.open(Settings(home=home))
    for name, n in (("rehearsal_20k", 20_000), ("rehearsal_1m", 1_000_000)):
        write_map(catalog, simulated_map(n, map_id=name))
    catalog.close()


def _start_once(home: Path) -> float:
    port = free_port()
    start = time.perf_counter()
    server = serve_app(home, port)
    wait_for_app(f"http://127.0.0.1:{port}/")
    taken = time.perf_counter() - start
    server.terminate()
    server.wait()
    return taken


def _in_new_browser(
    browser: Any, measure: Callable[..., tuple[float, float, float]], address: str, path: str, outside: list[str]
) -> tuple[float, float, float]:
    tab = open_tab(browser, address, outside)
    taken = measure(tab, address, path)
    tab.context.close()
    return taken


def _first_paint(tab: Any, address: str, path: str) -> tuple[float, float, float]:
    """Seconds to the points on the screen, to the canvas that can be used, and to the points by the browser's clock."""
    start = time.perf_counter()
    tab.goto(address + path, wait_until="commit")
    tab.wait_for_function(PICTURED, polling=20)
    tab.evaluate(FRAMES)
    first = time.perf_counter() - start
    tab.wait_for_function(DRAWN, polling=50)
    taken = time.perf_counter() - start
    tab.locator(READY).wait_for(state="attached")
    tab.wait_for_timeout(READING_MS)
    return first, taken, tab.evaluate(PAINTED)


def _link(tab: Any, path: str, *, drawn: bool) -> float:
    """Seconds from a click on a link to points on the canvas, or to the title; begins on a page without a map."""
    tab.evaluate(FOLLOW, "/data")
    tab.locator(READY).wait_for(state="attached")
    tab.wait_for_timeout(READING_MS)
    start = time.perf_counter()
    tab.evaluate(FOLLOW, path)
    if drawn:
        tab.wait_for_function(DRAWN, polling=50)
    else:
        tab.locator(READY).wait_for(state="attached")
    taken = time.perf_counter() - start
    tab.wait_for_timeout(READING_MS)
    return taken


def _selections(page: Any, address: str, repeats: int) -> list[float]:
    page.goto(f"{address}/explore?map=rehearsal_1m")
    page.locator(READY).wait_for(state="attached")
    page.wait_for_function(DRAWN, polling=50)
    page.wait_for_timeout(4 * READING_MS)  # the names follow the points; a gesture on what is drawn anew is lost
    page.evaluate(
        "() => { for (const d of Bokeh.documents) for (const m of d._all_models.values()) "
        "if (m.type === 'BoxSelectTool') m.active = true }"
    )
    box = page.locator(".bk-Canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    times, shown = [], ""
    for i in range(repeats + 1):
        page.mouse.move(x - 120 - 6 * i, y - 90)
        page.mouse.down()
        for share in (0.25, 0.5, 0.75, 1.0):  # each step is seen: a starved browser drops a gesture made in one frame
            page.mouse.move(x - 120 - 6 * i + share * (220 + 11 * i), y - 90 + share * 170)
            page.evaluate("() => new Promise(requestAnimationFrame)")
        page.mouse.up()
        start = time.perf_counter()
        page.wait_for_function(
            "(old) => { const find = (root) => { for (const e of root.querySelectorAll('*')) { "
            "if (e.classList?.contains('selected-count') && e.textContent.includes('selected') && e.textContent !== old) "
            "return e.textContent; if (e.shadowRoot) { const t = find(e.shadowRoot); if (t) return t; } } return ''; }; "
            "return find(document) }",
            arg=shown, polling=20,
        )  # fmt: skip
        times.append(time.perf_counter() - start)
        shown = page.locator(".selected-count").first.inner_text()
        page.wait_for_timeout(1500)
    return times[1:]


def _content(tab: Any, address: str, path: str) -> tuple[float, float, float]:
    """Seconds to the header of a gene's page on the screen, to the page that answers, and to the header by the browser."""
    start = time.perf_counter()
    tab.goto(address + path, wait_until="commit")
    tab.wait_for_function(HEADED, polling=20)
    tab.evaluate(FRAMES)
    first = time.perf_counter() - start
    tab.locator(READY).wait_for(state="attached")
    taken = time.perf_counter() - start
    tab.wait_for_timeout(READING_MS)
    return first, taken, tab.evaluate(PAINTED)


def _visit(tab: Any, address: str, path: str, *, unknown: bool = False) -> None:
    """Open a page and stay as long as a person looks; an unknown one has no title to wait for."""
    tab.goto(address + path)
    if not unknown:
        tab.locator(READY).wait_for(state="attached")
    tab.wait_for_timeout(READING_MS)
