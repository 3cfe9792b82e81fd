"""A team at the door: who signs in gets where they wanted, acts as themselves alone, and is out when they should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import copy_home
from tests.journeys.conftest import READY, App, start_app, watched

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
WORDS = {"ada": "four rusty mice sing", "sam": "seven cold lamps float", "rosalind": "nine bitter clocks jump"}
NEW = "two green doors whistle"
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def team(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app as a team has it: ada is admin, rosalind a reviewer, sam a scientist with a hypothesis."""
    home = copy_home(filled_home, tmp_path_factory.mktemp("team") / "home")
    with start_app(home, WORKBENCH_SIGN_IN="password", WORKBENCH_PERSON="ada", WORKBENCH_APPROVE_AGAIN="1") as started:
        for name, role in (("ada", "admin"), ("rosalind", "reviewer"), ("sam", "scientist")):
            started.lab.people.set_password(name, WORDS[name], role, by="ada")
        yield started


@contextmanager
def opened(team: App, browser: Browser) -> Iterator[Page]:
    """A browser of its own; no script fails in it and nothing is asked of another host."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    problems = watched(page, team)
    page.set_default_timeout(30_000)
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def sign_in(team: App, page: Page, person: str, path: str = "/", password: str = "") -> None:
    page.goto(team.url + path)
    page.get_by_label("Name").fill(person)
    page.get_by_label("Password").fill(password or WORDS[person])
    page.get_by_role("button", name="Sign in").click()


def arrived(page: Page) -> None:
    page.locator(READY).wait_for(state="attached", timeout=120_000)


def test_a_person_signs_in_acts_as_themselves_and_signs_out(
    team: App, browser: Browser, shot: Callable[[Page, str], Path]
) -> None:
    with opened(team, browser) as page:
        sign_in(team, page, "sam", "/queue?view=table&text=HSPA8", password="wrong")
        expect(page.get_by_role("alert")).to_have_text("The name or the password is not right. Check both.")
        shot(page, "sign in refused")
        page.get_by_label("Password").fill(WORDS["sam"])
        page.keyboard.press("Enter")
        arrived(page)
        assert page.url == f"{team.url}/queue?view=table&text=HSPA8"
        page.context.add_cookies([{"name": "workbench-person", "value": "ada", "url": team.url}])
        page.reload()
        arrived(page)
        page.get_by_label("Signed in as sam").click()
        expect(page.get_by_text("Act as")).to_have_count(0)
        shot(page, "signed in")
        secret = next(item["value"] for item in page.context.cookies() if item["name"] == "workbench-session")
        assert secret not in page.content()
        assert "workbench-session" not in page.evaluate("document.cookie")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("status")).to_have_text("You are signed out.")
        page.goto(f"{team.url}/queue")
        expect(page).to_have_url(f"{team.url}/sign-in?next=%2Fqueue")
        assert (
            httpx.get(f"{team.url}/queue", headers={"Cookie": f"workbench-session={secret}"}, timeout=60).status_code
            == 302
        )


def test_a_scientist_cannot_approve_a_reviewer_signs_until_disabled(
    team: App, browser: Browser, shot: Callable[[Page, str], Path]
) -> None:
    lab = team.lab
    names = lab.cells.perturbations("cellbox")["perturbation_id"].iloc[:2]
    first, second = (lab.hypotheses.queue(lab.cells.predict(name, task="cellbox"), person="sam") for name in names)
    with opened(team, browser) as page, opened(team, browser) as other:
        sign_in(team, page, "sam", f"/hypothesis?id={first.handle}")
        arrived(page)
        page.get_by_label("Your password, to approve").fill(WORDS["sam"])
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("sam is a scientist and cannot approve")).to_be_visible()
        assert lab.hypotheses.get(first.handle).state == "proposed"
        sign_in(team, other, "rosalind", f"/hypothesis?id={first.handle}")
        arrived(other)
        other.get_by_role("button", name="Approve").click()
        expect(other.get_by_text("the password is not right")).to_be_visible()
        assert lab.hypotheses.get(first.handle).state == "proposed"
        other.get_by_label("Your password, to approve").fill(WORDS["rosalind"])
        shot(other, "approval to be signed")
        other.get_by_role("button", name="Approve").click()
        expect(other.get_by_text("is approved; lay it out next")).to_be_visible()
        signed = next(event for event in lab.people.history() if event.kind == "signed")
        assert (signed.person, signed.facts) == ("rosalind", {"what": f"approve {first.handle}"})
        assert [event.person for event in lab.hypotheses.events(first.handle) if event.kind == "approved"] == [
            "rosalind"
        ]
        team.open(other, f"/hypothesis?id={second.handle}")
        lab.people.disable("rosalind", by="ada")
        other.get_by_role("button", name="Approve").click()
        expect(other).to_have_url(re.compile("/sign-in"))
        assert lab.hypotheses.get(second.handle).state == "proposed"
        lab.people.enable("rosalind", by="ada")
    assert lab.people.verify() == []


def test_another_browser_stays_in_until_the_password_is_changed(team: App, browser: Browser) -> None:
    with opened(team, browser) as page, opened(team, browser) as other:
        for each in (page, other):
            sign_in(team, each, "ada", "/queue")
            arrived(each)
        page.get_by_label("Signed in as ada").click()
        page.get_by_role("link", name="Change password").click()
        for label, text in (("Present password", WORDS["ada"]), ("New password", NEW), ("The same again", NEW)):
            page.get_by_label(label).fill(text)
        assert httpx.get(f"{team.url}/queue", headers={"Cookie": cookie(other)}, timeout=120).status_code == 200
        page.get_by_role("button", name="Change").click()
        expect(page.get_by_role("status")).to_have_text("Your password is changed. Other browsers are signed out.")
        page.get_by_role("link", name="Back").click()
        arrived(page)
        assert page.url == f"{team.url}/queue"
        expect(other).to_have_url(re.compile("/sign-in"))  # by itself, within seconds


def cookie(page: Page) -> str:
    found = next(item for item in page.context.cookies() if item["name"] == "workbench-session")
    return f"workbench-session={found['value']}"


def test_what_comes_without_a_sign_in_or_from_elsewhere_is_refused(team: App) -> None:
    with httpx.Client(base_url=team.url, timeout=120) as client:
        for path in ("/assets/ketcher.js", "/static/js/bokeh.min.js", "/static/extensions/panel/panel.min.js", "/queue/ws",
                     "/assets/../../settings.py", "/components/workbench.settings/Settings/_css/x"):  # fmt: skip
            assert client.get(path).status_code in (302, 403), path
            assert "Sign in" in client.get(path, follow_redirects=True).text, path
        assert client.get("/api/v1/hypotheses").status_code == 401
        token = client.get("/sign-in").text.split('name="form" value="')[1].split('"')[0]
        fields = {"person": "sam", "password": WORDS["sam"]}
        ours = {"Origin": team.url}
        assert client.post("/sign-in", data=fields, headers=ours).status_code == 403
        assert (
            client.post(
                "/sign-in", data=fields | {"form": token}, headers={"Origin": "http://evil.example"}
            ).status_code
            == 403
        )
        assert "workbench-session" not in client.cookies
        assert client.post("/sign-in", data=fields | {"form": token}, headers=ours).status_code == 303
        page = client.get("/queue")
        assert page.status_code == 200
        for name, value in (("X-Frame-Options", "SAMEORIGIN"), ("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "same-origin")):  # fmt: skip
            assert page.headers[name] == value
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        assert client.get("/api/v1/hypotheses").status_code == 401
        assert client.get("/queue?bokeh-session-id=mine").status_code == 400
        secret = client.cookies["workbench-session"]
        assert secret not in page.text
        there = f"workbench-session={secret}"

    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "c2l4dGVlbiBieXRlcyEhIQ==", "Sec-WebSocket-Protocol": "bokeh, x"}  # fmt: skip
    for origin, known, status in ((team.url, there, 101), (team.url, "", 403), ("http://evil.example", there, 403)):
        headers = upgrade | {"Origin": origin} | ({"Cookie": known} if known else {})
        with httpx.stream("GET", f"{team.url}/queue/ws", headers=headers, timeout=60) as answer:
            assert answer.status_code == status, (origin, known)
