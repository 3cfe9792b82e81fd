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
from urllib.parse import urlsplit

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
    from bokeh.util.token import generate_secret_key
    from tornado.ioloop import PeriodicCallback

    from workbench.views.frame.job_strip import JobWatch
    from workbench.views.frame.not_found import NotFound
    from workbench.views.frame.security_headers import SecurityHeaders
    from workbench.views.frame.signing_in.browser import COOKIES, Front
    from workbench.views.frame.signing_in.door import SWEEP_S, Door, put_before
    from workbench.views.frame.signing_in.handlers import sign_in_routes
    from workbench.views.frame.turns import Turns

    pn.extension("tabulator", notifications=True)
    pn.state._thread_pool = Turns(THREADS)
    watch = JobWatch(partial(recent_jobs, lab))
    front = Front(tuple(origins(host, port, lab.settings.origins)), tuple(_listed(lab.settings.proxies)))
    asks = lab.settings.asks_for_password
    doors = sign_in_routes(lab, front) if asks else []
    signed = {"sign_sessions": True, "secret_key": generate_secret_key()} if asks else {}
    server = pn.io.server.get_server(
        {path: _opener(lab, watch, path) for path in PAGES.names()},
        address=host, port=port, websocket_origin=list(front.origins), title="workbench",
        static_dirs={"assets": str(COMPONENTS)} if COMPONENTS.is_dir() else {},
        extra_patterns=[*routes, *doors, (r"/(?!static/|components?_?\w*/|assets/|favicon)(?:[^/]+/?){1,4}", NotFound)],
        check_unused_sessions_milliseconds=5_000, unused_session_lifetime_milliseconds=KEEP_CLOSED_MS,
        keep_alive_milliseconds=20_000, exclude_cookies=list(COOKIES), exclude_headers=["Cookie", "Authorization"], **signed,
    )  # fmt: skip
    application = server._tornado
    application.add_transform(SecurityHeaders)
    server.stop_watching = watch.stop
    if asks:
        door = Door(lab, front)
        put_before(application, door)
        sweeping = PeriodicCallback(door.sweep, SWEEP_S * 1000)
        sweeping.start()
        server.stop_watching = lambda: (sweeping.stop(), watch.stop())
    return server


def origins(host: str, port: int, named: str = "") -> list[str]:
    """Hosts whose pages may open a websocket or send a form: this one, its names on this machine, and those of the settings."""
    names = {host, "localhost", "127.0.0.1"} if host in ("127.0.0.1", "localhost", "::1") else {host}
    if host in ("0.0.0.0", "::"):
        names = {socket.gethostname(), socket.getfqdn(), "localhost", "127.0.0.1"}
    return sorted({f"{name}:{port}" for name in names} | set(hosts(named)))


def hosts(text: str) -> list[str]:
    """Hosts with ports from a list by comma: each a name, name:port or whole address. Raises InputError for a pattern."""
    found = []
    for item in _listed(text.lower()):
        name = urlsplit(item).netloc if "//" in item else item.strip("/")
        if not name or "*" in name:
            raise InputError(f"WORKBENCH_ORIGINS names {item!r}.", hint="Name each host, e.g. lab.example.org.")
        found.append(name if ":" in name else f"{name}:80")  # as Bokeh reads a name without a port
    return found


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


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
