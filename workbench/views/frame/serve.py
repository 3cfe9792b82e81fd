"""Serve every registered page: threads on, nothing fetched from outside, foreign origins refused."""

from __future__ import annotations

import gc
import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.views.frame.pages import PAGES

THREADS = 8
COMPONENTS = Path(__file__).parent.parent / "components"
KEEP_CLOSED_MS = 15_000
FIRST_PAGE_S = 0.5  # what is imported beside the server waits that long: the first page goes out before
log = logging.getLogger(__name__)


def serve(
    lab: Any, *, host: str = "127.0.0.1", port: int = 5006, show: bool = False, begin: Callable[[], None] | None = None,
    routes: Sequence[tuple[Any, ...]] = (),
) -> None:  # fmt: skip
    """Serve the app until it is stopped; `begin` and warming up run in a thread once the first page can be answered.

    routes: further Tornado rules (pattern, handler, arguments), e.g. of the API.

    Raises InputError when the port is taken, and what `begin` raises: without it the server is stopped.
    """
    server = build_server(lab, host=host, port=port, routes=routes)
    log.info("workbench is served at http://%s:%d", host, port)
    failed: list[Exception] = []

    def beside() -> None:
        try:
            if begin is not None:
                begin()
        except Exception as error:  # noqa: BLE001  the edge of a thread: raised by `serve` below
            failed.append(error)
            server.io_loop.add_callback(server.io_loop.stop)
        else:
            warm_up(lab)

    server.io_loop.call_later(FIRST_PAGE_S, threading.Thread(target=beside, name="warm-up", daemon=True).start)
    if show:
        server.io_loop.add_callback(server.show, "/")
    try:
        server.run_until_shutdown()
    finally:
        server.stop_watching()
    if failed:
        raise failed[0]


def build_server(lab: Any, *, host: str, port: int, routes: Sequence[tuple[Any, ...]] = ()) -> Any:
    """The server, listening but not yet running its loop."""
    if not port_is_free(host, port):
        raise InputError(f"port {port} is taken on {host}.", hint="Stop what listens there, or set WORKBENCH_PORT.")
    os.environ.setdefault("BOKEH_RESOURCES", "server")
    import panel as pn
    import panel_material_ui  # noqa: F401  (sets the design of every widget)

    from workbench.views.frame.job_strip import JobWatch
    from workbench.views.frame.not_found import NotFound
    from workbench.views.frame.turns import Turns

    pn.extension("tabulator", notifications=True)
    pn.state._thread_pool = Turns(THREADS)
    watch = JobWatch(partial(recent_jobs, lab))
    server = pn.io.server.get_server(
        {path: _opener(lab, watch, path) for path in PAGES.names()},
        address=host, port=port, websocket_origin=origins(host, port), title="workbench",
        static_dirs={"assets": str(COMPONENTS)} if COMPONENTS.is_dir() else {},
        extra_patterns=[*routes, (r"/(?!static/|components?_?\w*/|assets/|favicon)(?:[^/]+/?){1,4}", NotFound)],
        check_unused_sessions_milliseconds=5_000, unused_session_lifetime_milliseconds=KEEP_CLOSED_MS,
        keep_alive_milliseconds=20_000,
    )  # fmt: skip
    server.stop_watching = watch.stop
    return server


def origins(host: str, port: int) -> list[str]:
    """Hosts whose pages may open a websocket: this one, and its names on this machine."""
    names = {host, "localhost", "127.0.0.1"} if host in ("127.0.0.1", "localhost", "::1") else {host}
    if host in ("0.0.0.0", "::"):
        names = {socket.gethostname(), socket.getfqdn(), "localhost", "127.0.0.1"}
    return sorted(f"{name}:{port}" for name in names)


def port_is_free(host: str, port: int) -> bool:
    """Whether nothing listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def recent_jobs(lab: Any) -> list[Any]:
    """Jobs the strip may show: the newest few, running or not."""
    return lab.jobs.list(limit=12)


def warm_up(lab: Any) -> None:
    """Do ahead what the first visitor would wait for: the search index, and each page file's own `warm(lab)`."""
    steps: list[Callable[[], Any]] = [partial(lab.find, "a", 1)]
    modules = {entry.thing.__module__ for entry in PAGES}
    for name in sorted(modules):
        hook = getattr(import_module(name), "warm", None)
        if hook is not None:
            steps.append(partial(hook, lab))
    for step in steps:
        try:
            step()
        except Exception:
            log.exception("warming up failed")
    # what stands now stays: without it in the collector's view a full collection no longer holds an answer up
    gc.collect()
    gc.freeze()


def _opener(lab: Any, watch: Any, path: str) -> Callable[[], Any]:
    """What the server calls for each new browser session (it takes plain functions only)."""

    def opened() -> Any:
        from workbench.views.frame.window import open_window

        return open_window(lab, PAGES.find(path), watch)

    return opened
