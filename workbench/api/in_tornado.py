"""The API inside the app's own server (Tornado), on the same port: an ASGI application as a Tornado handler."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tornado.web import RequestHandler, stream_request_body

from workbench.api.limits import LARGE

if TYPE_CHECKING:
    from workbench.lab import Lab

_LEFT_OUT = {"server", "content-type", "date"}  # what Tornado sets by itself


def api_route(lab: Lab) -> tuple[str, type[RequestHandler], dict[str, Any]]:
    """The rule for /api; the application is built with the first request, so that the app starts as fast without."""
    lock, built = threading.Lock(), []

    def build() -> Any:
        from workbench.api.application import build_api

        with lock:
            if not built:
                built.append(build_api(lab))
            return built[0]

    return (r"/api(?:/.*)?", AsgiHandler, {"build": build})


@stream_request_body
class AsgiHandler(RequestHandler):
    """Hands a request to an ASGI application and writes what it answers."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def initialize(self, build: Callable[[], Any]) -> None:
        """`build` gives the application."""
        self._build = build
        self._body = bytearray()
        self._started = False

    def check_xsrf_cookie(self) -> None:
        """No cookie is looked at: a token in a header is what counts."""

    def prepare(self) -> None:
        """Before the body is read: at most what the largest file may have, and a byte that tells it is more."""
        declared = self.request.headers.get("Content-Length", "0")
        if declared.isdigit() and int(declared) > LARGE:
            self.set_status(413)
            self.set_header("Content-Type", "application/json")
            self.finish({"error": "InputError", "message": "the request is too large.", "where": "", "hint": ""})
            return
        self.request.connection.set_max_body_size(LARGE + 1)

    def data_received(self, chunk: bytes) -> None:
        """Part of the body."""
        self._body += chunk

    async def _serve(self, *_arguments: str) -> None:
        application = await asyncio.get_running_loop().run_in_executor(None, self._build)
        request, messages = self.request, [{"type": "http.request", "body": bytes(self._body), "more_body": False}]
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": request.method, "scheme": request.protocol, "path": unquote(request.path), "root_path": "",
            "raw_path": request.path.encode("latin-1", "replace"), "query_string": request.query.encode("latin-1", "replace"),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in request.headers.get_all()
            ],
            "client": (request.remote_ip, 0), "server": (request.host_name, None),
        }  # fmt: skip

        async def receive() -> MutableMapping[str, Any]:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self.set_status(message["status"])
                for name in _LEFT_OUT:
                    self.clear_header(name)
                for name, value in message["headers"]:
                    self.add_header(name.decode("latin-1"), value.decode("latin-1"))
            elif message["type"] == "http.response.body":
                self.write(message.get("body", b""))

        await application(scope, receive, send)

    get = head = post = put = patch = delete = options = _serve
