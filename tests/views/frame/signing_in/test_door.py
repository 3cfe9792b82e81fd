"""Nobody in who does not belong: the door before every route, on a real server."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from tests.views.frame.signing_in.conftest import GOOD, OTHER, Site
from workbench.errors import StorageError
from workbench.views.frame.signing_in.door import sign_in_of


def test_a_page_leads_to_the_sign_in_and_back_with_its_query(site: Site) -> None:
    with site.client() as client:
        for path in ("/", "/later"):
            assert client.get(path).status_code == 302
        away = client.get("/queue?text=TP53&view=table")
        assert away.headers["location"] == "/sign-in?next=%2Fqueue%3Ftext%3DTP53%26view%3Dtable"
        assert "inside" not in away.text
        back = site.sign_in(client, "ada", GOOD, next="/queue?text=TP53&view=table")
        assert (back.status_code, back.headers["location"]) == (303, "/queue?text=TP53&view=table")
        assert client.get("/queue?text=TP53").text == "inside as ada"


@pytest.mark.parametrize("path", ["/static/js/bokeh.js", "/assets/3Dmol.js", "/components/x/y", "/favicon.ico", "/cell/ws",
                                  "/cell/metadata", "/autoload.js", "/explore/static/x"])  # fmt: skip
def test_parts_of_pages_are_refused(site: Site, path: str) -> None:
    with site.client() as client:
        assert client.get(path).status_code == 403
        site.sign_in(client, "ada", GOOD)
        assert client.get(path).status_code == 200


def test_what_changes_something_is_refused_and_the_api_looks_at_its_own_tokens(site: Site) -> None:
    with site.client() as client:
        assert client.post("/queue", data={"a": "b"}).status_code == 403
        assert client.put("/queue").status_code == 403
        assert client.get("/api/v1/x").text == "inside as nobody"
        assert client.get("/api/../queue").status_code in (302, 403, 404)
        assert client.get("/apiary").status_code == 302
        site.sign_in(client, "ada", GOOD)
        assert client.get("/api/v1/x").text == "inside as nobody"


def test_a_forged_or_ended_session_counts_for_nothing(site: Site) -> None:
    with site.client() as client:
        for forged in ("", "x", "A" * 43, "ada"):
            cookies = f"workbench-session={forged}; workbench-person=ada; user=ada; is_guest=0"
            assert client.get("/queue", headers={"Cookie": cookies}).status_code == 302
        site.sign_in(client, "sam", OTHER)
        assert client.get("/queue").text == "inside as sam"
        assert client.get("/static/x.js").status_code == 200
        site.lab.people.disable("sam", by="ada")
        assert client.get("/queue").status_code == 302
        assert client.get("/static/x.js").status_code == 403


def test_an_address_that_names_a_session_of_the_server_is_refused(site: Site) -> None:
    with site.client() as client:
        site.sign_in(client, "ada", GOOD)
        for query in ("bokeh-session-id=abc", "bokeh-token=abc", "a=b&bokeh-session-id=abc", "%62okeh-session-id=abc"):
            assert client.get(f"/queue?{query}").status_code == 400
        assert client.get("/queue", headers={"Bokeh-Session-Id": "abc"}).status_code == 400


def test_where_nobody_can_be_looked_up_nobody_comes_in(site: Site) -> None:
    with site.client() as client:
        site.sign_in(client, "ada", GOOD)
        people = site.door.lab.people

        def fails(name: str) -> str:
            raise StorageError("the database is away.")

        site.door.lab = SimpleNamespace(people=SimpleNamespace(sign_in_id=people.sign_in_id, signed_in=fails))
        assert client.get("/queue").status_code == 503


def test_a_form_may_not_be_large(site: Site) -> None:
    with site.client() as client:
        try:
            status = client.post("/sign-in", data={"person": "x" * 200_000}).status_code
        except httpx.TransportError:
            status = 400  # the connection was closed before the answer was read
        assert status == 400


def test_a_websocket_needs_a_sign_in_and_is_cut_when_that_ends(site: Site) -> None:
    url = site.url.replace("http", "ws") + "/x/ws"
    with site.client() as client:
        site.sign_in(client, "sam", OTHER)
        cookie = f"workbench-session={client.cookies['workbench-session']}"

    async def walk() -> None:
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(url)
        socket = await websocket_connect(HTTPRequest(url, headers={"Cookie": cookie}))
        other = await websocket_connect(HTTPRequest(url, headers={"Cookie": ada}))
        await socket.write_message("a")
        assert await socket.read_message() == "a"
        await sweep()
        await socket.write_message("b")
        assert await socket.read_message() == "b"
        site.lab.people.disable("sam", by="ada")
        await sweep()  # once to see it, so that the page can leave by itself
        await sweep()
        assert await asyncio.wait_for(socket.read_message(), 10) is None
        await other.write_message("still here")
        assert await other.read_message() == "still here"
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(HTTPRequest(url, headers={"Cookie": cookie}))

    async def sweep() -> None:
        done = asyncio.get_running_loop().create_future()
        caller = asyncio.get_running_loop()

        async def there() -> None:
            await site.door.sweep()
            caller.call_soon_threadsafe(done.set_result, None)

        site.loop.add_callback(there)
        await asyncio.wait_for(done, 10)

    with site.client() as client:
        site.sign_in(client, "ada", GOOD)
        ada = f"workbench-session={client.cookies['workbench-session']}"
    with ThreadPoolExecutor(1) as apart:  # a loop of its own: a browser test may have left one in this thread
        apart.submit(asyncio.run, walk()).result(timeout=60)


def test_the_sign_in_of_a_window_is_that_of_its_request() -> None:
    request = SimpleNamespace(sign_in="of the door", cookies={"workbench-person": "eve"})
    assert sign_in_of(SimpleNamespace(session_context=SimpleNamespace(request=request))) == "of the door"
    assert sign_in_of(SimpleNamespace(session_context=SimpleNamespace(request=SimpleNamespace()))) is None
    assert sign_in_of(SimpleNamespace(session_context=None)) is None
    assert sign_in_of(None) is None
