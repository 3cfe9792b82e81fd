"""The real app over a filled catalog, and a browser page that fails on console errors and outside requests."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import copy_home
from workbench.lab import Lab
from workbench.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent.parent
SCREENS = PROJECT / ".artifacts" / "screens"
FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    # only WebGL goes through the graphics card that the processor plays: pages put together there cost ten times as much
    "--disable-gpu-rasterization", "--disable-gpu-compositing",
)  # fmt: skip
READY = ".head[data-ready=yes]"
START_S = 120
STILL = """() => new Promise(still => {
  let wait = setTimeout(still, 300);
  new PerformanceObserver(() => { clearTimeout(wait); wait = setTimeout(still, 300); }).observe({type: "layout-shift"});
  setTimeout(still, 5000);
})"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey may be walked a second time, which the report names: a browser starved of processor time drops gestures."""
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@dataclass(frozen=True)
class App:
    """The running app: where it answers, its lab, and its process."""

    url: str
    lab: Lab
    process: subprocess.Popen[bytes]

    def open(self, page: Page, path: str) -> Page:
        """Go to a page and wait until its content stands and nothing moves: a click on what moves meets nothing."""
        page.goto(self.url + path)
        page.locator(READY).wait_for(state="attached", timeout=120_000)
        page.evaluate(STILL)
        return page


@pytest.fixture(scope="session")
def app(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """`workbench app` with its worker, on a copy of the filled catalog and a free port."""
    with start_app(copy_home(filled_home, tmp_path_factory.mktemp("app") / "home")) as started:
        yield started


@contextmanager
def start_app(home: Path, **variables: str) -> Iterator[App]:
    """The app on a home, for as long as the block runs; `variables` of its environment."""
    port = _free_port()
    log = (home / "app.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli", "app", "--port", str(port)],
        env=os.environ | {"WORKBENCH_HOME": str(home)} | variables, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    lab = Lab.open(Settings(home=home))
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process, home / "app.log")
        yield App(f"http://127.0.0.1:{port}", lab, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        lab.close()
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(FLAGS)
        )
        yield opened
        opened.close()


def watched(page: Page, app: App) -> list[str]:
    """What goes wrong in a page from now on: failing scripts, and requests to another host."""
    problems: list[str] = []
    ours = (app.url, app.url.replace("http:", "ws:"), "data:", "blob:", "about:")
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("request", lambda r: None if r.url.startswith(ours) else problems.append(f"outside request: {r.url}"))
    return problems


@pytest.fixture
def page(app: App, browser: Browser) -> Iterator[Page]:
    """A page of 1440x900 in a context of its own; at the end no console error and no outside request may be seen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    problems = watched(opened, app)
    opened.on("console", lambda m: problems.append(f"console: {m.text}") if m.type == "error" else None)
    opened.set_default_timeout(20_000)
    yield opened
    context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Save a screenshot under .artifacts/screens and give its path."""
    SCREENS.mkdir(parents=True, exist_ok=True)

    def save(page: Page, name: str) -> Path:
        path = SCREENS / f"{re.sub(r'[^a-z0-9_-]+', '_', name.lower())}.png"
        page.screenshot(path=path)
        return path

    return save


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the app ended at its start:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the app did not answer within {START_S} s:\n{log.read_text()}")
