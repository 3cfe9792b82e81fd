"""The door before every route: without a sign-in nothing is answered but the pages to sign in, and the API to its tokens.

It stands before the router, so that a route that is added later is behind it too.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.routing import Matcher, Rule
from tornado.web import RequestHandler

from workbench.errors import WorkbenchError
from workbench.views.frame.signing_in.browser import SESSION, Front

OPEN = ("/sign-in", "/invite")
LIBRARY = ("/static/", "/assets/", "/components/")  # code that pages load: asked for often, the same for everybody
BELIEVED_S = 20.0  # how long a sign-in that held is believed for library code
SWEEP_S = 15.0
MAX_FORM = 64 * 1024
FORBIDDEN_ARGUMENTS = ("bokeh-session-id", "bokeh-token")  # a session that the browser names is somebody else's
SIGNED_OUT, NAMED, UNKNOWN = "signed out", "names a session", "cannot be looked up"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """The sign-in that a request was let in by."""

    sign_in_id: str
    person: str


class Door(Matcher):
    """Matches every request that is not let in; the others carry their `sign_in` from here on."""

    def __init__(self, lab: Any, front: Front) -> None:
        self.lab, self.front = lab, front
        self._held: dict[str, tuple[float, SignedIn]] = {}
        self._sockets: dict[str, WeakSet[Any]] = {}
        self._ended: set[str] = set()

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """None for who may pass, else what to tell the handler that refuses."""
        if request.path == "/api" or request.path.startswith("/api/"):
            return None
        if hasattr(request.connection, "set_max_body_size"):
            request.connection.set_max_body_size(MAX_FORM)
        if any(name in request.arguments for name in FORBIDDEN_ARGUMENTS) or "Bokeh-Session-Id" in request.headers:
            return {"target_kwargs": {"why": NAMED}}
        try:
            found = self._look(request)
        except WorkbenchError as error:
            log.error("a sign-in could not be looked up: %s", error)
            return {"target_kwargs": {"why": UNKNOWN}}
        request.sign_in = found
        if found is None:
            return None if request.path in OPEN else {"target_kwargs": {"why": SIGNED_OUT}}
        stream = getattr(request.connection, "stream", None)
        if stream is not None and "Upgrade" in request.headers:
            self._sockets.setdefault(found.sign_in_id, WeakSet()).add(stream)
        return None

    def _look(self, request: HTTPServerRequest) -> SignedIn | None:
        secret = self.front.cookie(request, SESSION)
        if not secret:
            return None
        name = self.lab.people.sign_in_id(secret)
        at, found = self._held.get(name, (0.0, None))
        if found is not None and time.monotonic() - at < BELIEVED_S and request.path.startswith(LIBRARY):
            return found
        person = self.lab.people.signed_in(name)
        self._held.pop(name, None)
        if person is None:
            return None
        found = SignedIn(name, person)
        self._held[name] = (time.monotonic(), found)
        return found

    async def sweep(self) -> None:
        """Cut the websockets of sign-ins that have ended; a window that is still there has left by itself before."""
        loop, now = IOLoop.current(), time.monotonic()
        self._held = {name: held for name, held in self._held.items() if now - held[0] < BELIEVED_S}
        self._sockets = {name: streams for name, streams in self._sockets.items() if streams}
        self._ended &= self._sockets.keys()
        for name in list(self._sockets):
            try:
                holds = await loop.run_in_executor(None, self.lab.people.is_signed_in, name)
            except WorkbenchError as error:
                log.error("a sign-in could not be looked up: %s", error)
                continue
            if holds:
                continue
            if name not in self._ended:
                self._ended.add(name)
                continue
            self._ended.discard(name)
            for stream in list(self._sockets.pop(name, ())):
                stream.close()


def put_before(application: Any, door: Door) -> None:
    """Let every request of a Tornado application come to the door first."""
    application.default_router.rules.insert(0, Rule(door, Refused))


def sign_in_of(document: Any) -> SignedIn | None:
    """The sign-in by which a window was opened: of the request itself, not of what the browser says about it."""
    context = document.session_context if document is not None else None
    return getattr(context.request, "sign_in", None) if context is not None else None


class Refused(RequestHandler):
    """The answer to who is not let in: a page leads to the sign-in and back, everything else is refused."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def initialize(self, why: str) -> None:
        """`why` is what the door saw."""
        self._why = why

    def prepare(self) -> None:
        """Answer, whatever the method."""
        request = self.request
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        if self._why == UNKNOWN:
            self.set_status(503)
            self.finish("Who is signed in cannot be looked up now. Try again in a minute.\n")
        elif self._why == NAMED:
            self.set_status(400)
            self.finish("An address of this app names no session.\n")
        elif request.path == "/sign-out":
            self.redirect("/sign-in", status=303)
        elif request.method in ("GET", "HEAD") and "Upgrade" not in request.headers and not _is_part(request.path):
            back = "" if request.uri in ("/", None) else f"?next={quote(request.uri or '/', safe='')}"
            self.redirect(f"/sign-in{back}", status=302)
        else:
            self.set_status(403)
            self.finish("Sign in first.\n")


def _is_part(path: str) -> bool:
    """Whether an address is that of a part of a page: a file, a script, a connection."""
    return "/static/" in path or path.startswith((*LIBRARY, "/favicon")) or path.endswith(("/ws", ".js", "/metadata"))
