"""The API on the app's own server, over a real socket."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application

from workbench.api.in_tornado import api_route
from workbench.lab import Lab


@pytest.fixture
def address(small_lab: Lab) -> Iterator[str]:
    """A Tornado server with nothing but the API."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ready, stop = threading.Event(), []

    def serve() -> None:
        async def main() -> None:
            end = asyncio.Event()
            stop.append((asyncio.get_running_loop(), end))
            server = HTTPServer(Application([api_route(small_lab)]))
            server.listen(port, "127.0.0.1")
            ready.set()
            await end.wait()
            server.stop()
            await server.close_all_connections()

        asyncio.run(main())

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait(10)
    yield f"http://127.0.0.1:{port}/api/v1"
    loop, end = stop[0]
    loop.call_soon_threadsafe(end.set)
    thread.join(10)


def test_the_route_is_made_without_loading_what_only_a_request_needs() -> None:
    code = "import sys, workbench.api.in_tornado as t; t.api_route(None); sys.exit('fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env=os.environ).returncode == 0


def test_it_answers_as_it_does_alone(address: str, bearer, add) -> None:
    item = add()
    with httpx.Client(headers=bearer["sam"]) as client:
        listed = client.get(f"{address}/hypotheses", params={"text": "braf µ"})
        assert (listed.status_code, listed.json()) == (200, [])
        made = client.post(f"{address}/hypotheses/{item.handle}/comments", json={"text": "schön"})
        assert (made.status_code, made.json()["note"]) == (201, "schön")
        moved = client.post(f"{address}/hypotheses/{item.handle}/propose", headers={"If-Match": '"0"'})
        assert (moved.status_code, moved.headers["etag"]) == (200, '"1"')
        assert moved.headers["content-type"] == "application/json"
        assert client.get(f"{address}/openapi.json").json()["info"]["title"] == "workbench"
        nowhere = client.request("DELETE", f"{address}/%ff/..%2f")
        assert (nowhere.status_code, set(nowhere.json())) == (404, {"error", "message", "where", "hint"})
        refused = client.get(f"{address}/hypotheses", headers={"Authorization": "Bearer wb_x"})
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    host, port = address.removeprefix("http://").split("/")[0].split(":")
    with socket.create_connection((host, int(port)), 10) as raw:  # more than any file: refused before it is sent
        raw.sendall(b"POST /api/v1/results HTTP/1.1\r\nHost: x\r\nContent-Length: 1099511627776\r\n\r\n")
        answer = raw.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"the request is too large." in answer
