"""What is believed of a browser: https and address by trusted proxies alone, origins of ours, addresses of ours."""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest

from workbench.views.frame.signing_in.browser import FORM, SESSION, Front, form_token, is_form_token, local_address

FRONT = Front(("lab.example.org:80", "127.0.0.1:5006"), proxies=("10.0.0.1",))


class Connection:
    """Where a request comes from."""

    def __init__(self, remote_ip: str) -> None:
        self.remote_ip, self.protocol = remote_ip, "http"


def request(remote_ip: str = "10.0.0.7", **headers: str) -> HTTPServerRequest:
    made = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()})
    found = HTTPServerRequest("GET", "/", headers=made, host="x")
    found.remote_ip, found.protocol = remote_ip, "http"
    return found


def test_a_proxy_is_believed_only_where_the_settings_name_it() -> None:
    told = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "1.2.3.4, 5.6.7.8"}
    assert FRONT.is_secure(request("10.0.0.1", **told))
    assert not FRONT.is_secure(request("10.0.0.7", **told))
    assert not FRONT.is_secure(request("10.0.0.1"))
    assert FRONT.address(request("10.0.0.1", **told)) == "5.6.7.8"
    assert FRONT.address(request("10.0.0.7", **told)) == "10.0.0.7"
    assert FRONT.address(request("10.0.0.1", X_Forwarded_For="1.2.3.4, 10.0.0.1")) == "1.2.3.4"
    assert FRONT.address(request("10.0.0.1")) == "10.0.0.1"


def test_by_https_only_the_cookie_counts_that_nobody_else_can_set() -> None:
    cookies = f"{SESSION}=planted; __Host-{SESSION}=ours; {FORM}=f"
    assert FRONT.cookie(request("10.0.0.1", X_Forwarded_Proto="https", Cookie=cookies), SESSION) == "ours"
    assert FRONT.cookie(request(Cookie=cookies), SESSION) == "planted"
    assert FRONT.cookie(request("10.0.0.1", X_Forwarded_Proto="https", Cookie=cookies), FORM) == ""
    assert FRONT.cookie(request(Cookie="\x00;;==;"), SESSION) == ""


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Origin": "https://lab.example.org"}, True), ({"Origin": "http://127.0.0.1:5006"}, True),
        ({"Referer": "https://lab.example.org/sign-in?next=%2Fqueue"}, True), ({"Origin": "https://LAB.example.org"}, True),
        ({}, False), ({"Origin": "null"}, False), ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://lab.example.org.evil.example"}, False), ({"Origin": "http://127.0.0.1:5007"}, False),
        ({"Origin": "https://evil.example", "Referer": "https://lab.example.org/"}, False),
        ({"Origin": "https://lab.example.org@evil.example"}, False),
    ],
)  # fmt: skip
def test_a_form_is_ours_by_its_origin(headers: dict[str, str], ours: bool) -> None:
    assert FRONT.is_ours(request(**headers)) is ours


def test_a_token_of_a_form_belongs_to_one_key() -> None:
    assert is_form_token(form_token("a"), "a")
    for given, key in ((form_token("a"), "b"), ("", "a"), (form_token(""), ""), ("é", "a")):
        assert not is_form_token(given, key)
    assert "secret" not in form_token("secret")


@pytest.mark.parametrize("address", ["/", "/queue?text=a+b&view=table", "/cell?task=l1000_orf#x", "/hypothesis?id=H-1"])
def test_an_address_of_ours_is_kept(address: str) -> None:
    assert local_address(address) == address


@pytest.mark.parametrize("address", ["", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
                                     "/\t/evil.example", "javascript:alert(1)", " //evil.example", "queue", "/sign-out",
                                     "/sign-in?next=/", "///evil.example", "/a\r\nSet-Cookie: x"])  # fmt: skip
def test_any_other_leads_to_the_start(address: str) -> None:
    assert local_address(address) == "/"
