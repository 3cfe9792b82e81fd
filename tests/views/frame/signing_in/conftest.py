"""A Tornado server behind the door, with the pages of the sign-in and routes that know nothing of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from workbench.catalog.store import Catalog
from workbench.lab import Lab
from workbench.views.frame.signing_in.browser import Front
from workbench.views.frame.signing_in.door import Door, put_before
from workbench.views.frame.signing_in.handlers import sign_in_routes

GOOD, OTHER = "four rusty mice sing", "seven cold lamps float"


class Route(RequestHandler):
    """A route of somebody who did not think of sign-ins."""

    def get(self) -> None:
        """Who asked."""
        found = getattr(self.request, "sign_in", None)
        self.finish(f"inside as {found.person if found else 'nobody'}")

    post = get


class Socket(WebSocketHandler):
    """A connection that answers what it hears."""

    def on_message(self, message: str | bytes) -> None:
        """Say it back."""
        self.write_message(message)


@dataclass
class Site:
    """The server: its address, its lab, its door, and its loop."""

    url: str
    lab: Lab
    door: Door
    loop: IOLoop

    def client(self) -> httpx.Client:
        """A browser without cookies."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url})

    def sign_in(self, client: httpx.Client, person: str, password: str, **fields: str) -> httpx.Response:
        """Fill the form in as a browser does."""
        return self.send(client, "/sign-in", person=person, password=password, **fields)

    def send(self, client: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """GET a form and POST it with its token."""
        shown = client.get(path).text
        token = shown.split('name="form" value="')[1].split('"')[0]
        return client.post(path, data={"form": token, **fields})


@pytest.fixture
def site(empty_catalog: Catalog) -> Iterator[Site]:
    """ada is an admin with a password, sam a scientist."""
    lab = Lab(empty_catalog)
    lab.people.set_password("ada", GOOD, "admin")
    lab.people.set_password("sam", OTHER, "scientist", by="ada")
    started, made = threading.Event(), []

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        bound, port = bind_unused_port()
        front = Front((f"127.0.0.1:{port}",))
        door = Door(lab, front)
        application = Application(
            [*sign_in_routes(lab, front), (r"/x/ws", Socket), (r"/api/v1/x", Route), (r"/.*", Route)]
        )
        put_before(application, door)
        application.add_handlers(r".*", [(r"/later", Route)])
        server = HTTPServer(application)
        server.add_sockets([bound])
        made.append(Site(f"http://127.0.0.1:{port}", lab, door, IOLoop.current()))
        started.set()
        IOLoop.current().start()
        server.stop()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(20)
    yield made[0]
    made[0].loop.add_callback(made[0].loop.stop)
    thread.join(20)
