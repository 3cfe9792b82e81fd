"""The pages at the door, as browsers and as others send them."""

from __future__ import annotations

import logging

import pytest

from tests.views.frame.signing_in.conftest import GOOD, OTHER, Site

THIRD = "nine bitter clocks jump"


def test_a_wrong_password_is_said_and_the_name_stays(site: Site) -> None:
    with site.client() as client:
        for person, password in (("ada", "wrong"), ("<b>nobody</b>", GOOD), ("", "")):
            answer = site.sign_in(client, person, password)
            assert answer.status_code == 403
            assert "The name or the password is not right." in answer.text
            assert "<b>" not in answer.text
            assert "workbench-session" not in client.cookies
        assert 'value="ada"' in site.sign_in(client, "ada", "wrong").text
        assert "wrong" not in site.sign_in(client, "ada", "wrongwrong").text.split("<form")[1]


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(site: Site) -> None:
    with site.client() as client:
        answer = site.sign_in(client, "ada", GOOD)
        (cookie,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith("workbench-session=")]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert "Secure" not in cookie


def test_behind_a_proxy_with_https_the_cookie_is_secure_and_of_this_host(site: Site) -> None:
    object.__setattr__(site.door.front, "proxies", ("127.0.0.1",))
    with site.client() as client:
        client.headers["X-Forwarded-Proto"] = "https"
        shown = client.get("/sign-in")
        (form,) = shown.headers.get_list("set-cookie")
        assert form.startswith("__Host-workbench-form=")
        token = shown.text.split('name="form" value="')[1].split('"')[0]
        answer = client.post(
            "/sign-in", data={"form": token, "person": "ada", "password": GOOD},
            headers={"Cookie": form.split(";")[0]},
        )  # fmt: skip
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-workbench-session=")
        assert "Secure" in cookie


@pytest.mark.parametrize("path", ["/sign-in", "/invite", "/password", "/sign-out"])
def test_a_form_that_was_not_sent_from_its_page_does_nothing(site: Site, path: str) -> None:
    fields = {"person": "sam", "password": THIRD, "again": THIRD, "present": GOOD, "code": ""}
    with site.client() as client, site.client() as other:
        site.sign_in(client, "ada", GOOD)
        site.sign_in(other, "sam", OTHER)
        pages = {"/sign-out": "/password"}
        right = client.get(pages.get(path, path)).text
        theirs = other.get(pages.get(path, path)).text
        token, foreign = (
            text.split('name="form" value="')[1].split('"')[0] if 'name="form"' in text else ""
            for text in (right, theirs)
        )
        for form, origin in (("", site.url), ("x" * 64, site.url), (foreign, site.url), (token, "http://evil.example"),
                             (token, "null")):  # fmt: skip
            if path in ("/sign-in", "/invite") and form == foreign:
                continue
            answer = client.post(path, data={**fields, "form": form}, headers={"Origin": origin})
            assert answer.status_code == 403
            assert "was not sent from this page" in answer.text
        assert client.get("/").text == "inside as ada"
        assert site.lab.people.sign_in("ada", GOOD)


def test_without_origin_and_referer_a_form_does_nothing(site: Site) -> None:
    with site.client() as client:
        token = client.get("/sign-in").text.split('name="form" value="')[1].split('"')[0]
        fields = {"form": token, "person": "ada", "password": GOOD}
        del client.headers["Origin"]
        assert client.post("/sign-in", data=fields).status_code == 403
        assert client.post("/sign-in", data=fields, headers={"Referer": f"{site.url}/sign-in"}).status_code == 303


def test_a_sign_in_leads_to_no_other_site(site: Site) -> None:
    for there in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        with site.client() as client:
            assert "evil" not in client.get("/sign-in", params={"next": there}).text
            assert site.sign_in(client, "ada", GOOD, next=there).headers["location"] == "/"
            assert client.get("/sign-in", params={"next": there}).headers["location"] == "/"


def test_an_invitation_is_used_and_signs_in(site: Site) -> None:
    code = site.lab.people.invite("rosalind", "reviewer", by="ada")
    with site.client() as client:
        differing = site.send(client, "/invite", code=code, password=THIRD, again=GOOD).text
        assert "two passwords differ" in differing
        assert f'value="{code}"' in differing
        assert THIRD not in differing
        assert "12 to 200" in site.send(client, "/invite", code=code, password="short", again="short").text
        assert "is not known" in site.send(client, "/invite", code="wbi_x", password=THIRD, again=THIRD).text
        assert site.send(client, "/invite", code=code, password=THIRD, again=THIRD).status_code == 303
        assert client.get("/").text == "inside as rosalind"
        assert "is not known" in site.send(client, "/invite", code=code, password=THIRD, again=THIRD).text


def test_a_changed_password_ends_the_other_browser(site: Site) -> None:
    with site.client() as here, site.client() as there:
        for client in (here, there):
            site.sign_in(client, "sam", OTHER)
        assert (
            "present password is not right"
            in site.send(here, "/password", present=GOOD, password=THIRD, again=THIRD).text
        )
        assert there.get("/").text == "inside as sam"
        assert (
            "Your password is changed" in site.send(here, "/password", present=OTHER, password=THIRD, again=THIRD).text
        )
        assert here.get("/").text == "inside as sam"
        assert there.get("/").status_code == 302


def test_signing_out_ends_the_session_itself_and_a_link_does_not(site: Site) -> None:
    with site.client() as client:
        site.sign_in(client, "sam", OTHER)
        secret = client.cookies["workbench-session"]
        assert client.get("/sign-out").status_code == 303
        assert client.get("/").text == "inside as sam"
        token = client.get("/password").text.split('name="form" value="')[1].split('"')[0]
        assert client.post("/sign-out", data={"form": token}).headers["location"] == "/sign-in?out=1"
        assert "workbench-session" not in client.cookies
        assert client.get("/", headers={"Cookie": f"workbench-session={secret}"}).status_code == 302
        assert "You are signed out." in client.get("/sign-in?out=1").text


def test_a_new_sign_in_ends_the_one_before_it_in_this_browser(site: Site) -> None:
    with site.client() as client:
        site.sign_in(client, "sam", OTHER)
        before = client.cookies["workbench-session"]
        code = site.lab.people.invite("rosalind", "reviewer", by="ada")
        site.send(client, "/invite", code=code, password=THIRD, again=THIRD)
        assert client.cookies["workbench-session"] != before
        assert client.get("/").text == "inside as rosalind"
        assert not site.lab.people.is_signed_in(site.lab.people.sign_in_id(before))


def test_too_many_tries_are_said_with_the_time_to_wait(site: Site) -> None:
    with site.client() as client:
        for _ in range(5):
            site.sign_in(client, "sam", "guess")
        answer = site.sign_in(client, "sam", OTHER)
        assert answer.status_code == 403
        assert "Too many tries. Wait 15 minutes, then try again." in answer.text


def test_no_secret_is_logged_or_stands_in_an_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    code = site.lab.people.invite("rosalind", "reviewer", by="ada")
    with caplog.at_level(logging.DEBUG), site.client() as client:
        site.sign_in(client, "ada", "wrong horse battery")
        location = site.send(client, "/invite", code=code, password=THIRD, again=THIRD).headers["location"]
        secret = client.cookies["workbench-session"]
    text = "\n".join(record.getMessage() for record in caplog.records if "httpcore" not in record.name) + location
    assert all(word not in text for word in ("wrong horse", code, THIRD, secret))


def test_the_pages_run_nothing_and_are_framed_by_nobody(site: Site) -> None:
    with site.client() as client:
        answer = client.get("/sign-in")
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "<script" not in answer.text
        assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
