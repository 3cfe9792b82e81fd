"""The app as a process and a browser to look at it, for the suites that measure pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.house.homes import PROJECT, environment

FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
)  # fmt: skip
READY = ".head[data-ready=yes]"
FOLLOW = """href => {
  const link = Object.assign(document.createElement('a'), {href});
  document.body.append(link);
  link.click();
  link.remove();
}"""
VIEWPORT = {"width": 1440, "height": 900}


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_app(home: Path, port: int) -> subprocess.Popen[bytes]:
    """`workbench app` on a port, as users start it."""
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.cli", "app", "--port", str(port)], env=environment(home), cwd=PROJECT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_for_app(address: str) -> None:
    """Until the app answers."""
    from urllib.error import URLError
    from urllib.request import urlopen

    while True:
        try:
            with urlopen(address, timeout=30) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.02)


def open_tab(browser: Any, address: str, outside: list[str]) -> Any:
    """A tab of a browser profile without any history; requests to other hosts are written down."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    ours = (address, address.replace("http:", "ws:"), "data:", "blob:", "about:")
    page.on("request", lambda request: None if request.url.startswith(ours) else outside.append(request.url))
    page.set_default_timeout(120_000)
    return page
