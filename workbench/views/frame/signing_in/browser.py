"""What is known of the browser behind a request: its address, whether it came by https, from which page, with which cookie."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bokeh.server.util import check_allowlist

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

SESSION, FORM = "workbench-session", "workbench-form"
COOKIES = tuple(f"{prefix}{name}" for name in (SESSION, FORM) for prefix in ("", "__Host-"))


@dataclass(frozen=True)
class Front:
    """How browsers reach the app: the hosts whose pages count as ours, and the proxies that are believed."""

    origins: tuple[str, ...]
    proxies: tuple[str, ...] = ()

    def is_secure(self, request: HTTPServerRequest) -> bool:
        """Whether the browser speaks https, to us or to a proxy that is believed."""
        if request.remote_ip in self.proxies:
            return _last(request.headers.get("X-Forwarded-Proto", "")) == "https"
        return request.protocol == "https"

    def address(self, request: HTTPServerRequest) -> str:
        """Where the request comes from: the last address that no believed proxy has."""
        came = [request.remote_ip or ""]
        came += [part.strip() for part in reversed(request.headers.get("X-Forwarded-For", "").split(","))]
        for address in came:
            if address not in self.proxies:
                return address or came[0]
        return came[-1]

    def is_ours(self, request: HTTPServerRequest) -> bool:
        """Whether a page of ours sent the request, by its Origin, else by its Referer; without both it is not."""
        told = request.headers.get("Origin") or request.headers.get("Referer") or ""
        host = urlsplit(told).netloc.lower()
        return bool(host) and check_allowlist(host, self.origins)

    def cookie(self, request: HTTPServerRequest, name: str) -> str:
        """The value of a cookie of ours; by https only the one that no other host and no http page can set."""
        found = request.cookies.get(self.cookie_name(request, name))
        return found.value if found is not None else ""

    def cookie_name(self, request: HTTPServerRequest, name: str) -> str:
        """How a cookie of ours is called for this browser."""
        return f"__Host-{name}" if self.is_secure(request) else name


def form_token(key: str) -> str:
    """What a form must carry: only who knows the key (of the sign-in, or of the browser's form cookie) can make it."""
    return hmac.new(key.encode(), b"workbench form", hashlib.sha256).hexdigest()


def is_form_token(given: str, key: str) -> bool:
    """Whether a form carries the token of the key."""
    return bool(key) and hmac.compare_digest(given.encode(), form_token(key).encode())


def local_address(address: str) -> str:
    """An address of this app to go on to; the start for any other, so that no link leads elsewhere after a sign-in."""
    unusual = any(character <= " " or character == "\\" or character == "\x7f" for character in address)
    if not address.startswith("/") or address.startswith("//") or unusual:
        return "/"
    parts = urlsplit(address)
    return "/" if parts.scheme or parts.netloc or parts.path in ("/sign-in", "/sign-out") else address


def _last(text: str) -> str:
    return text.split(",")[-1].strip().lower()
