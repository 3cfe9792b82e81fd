"""A request's body is read whole, up to a limit, before anything looks at it; answers are safe to show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

SMALL, LARGE = 2**20, 64 * 2**20  # commands; files
SAFE = (
    (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
)  # fmt: skip
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def limit_of(path: str) -> int:
    """Bytes that a body may have at an address."""
    return LARGE if path.endswith(("/results", "/attachments")) else SMALL


class BodyLimit:
    """ASGI middleware: 413 for a longer body; safe headers on every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, refuse or pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def safely(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *SAFE]
            await send(message)

        limit = limit_of(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        body, more, large = bytearray(), True, declared.isdigit() and int(declared) > limit
        while more and not large:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more, large = message.get("more_body", False), len(body) > limit
        if large:
            # with FastAPI behind it, which the app's start must not wait for
            from workbench.api.problems import problem

            words = f"a request here has at most {limit // 2**20} MB."
            await problem(413, "InputError", words, scope["path"][:200])(scope, receive, safely)
            return
        told = False

        async def again() -> MutableMapping[str, Any]:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, again, safely)
