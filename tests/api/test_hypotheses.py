"""The queue over HTTP: what each caller may, what is refused and how, and that two lose nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from tests.catalog.test_attachments import PNG
from tests.hypothesised import hypothesis
from workbench.api.application import build_api
from workbench.catalog.hypotheses import insert_hypothesis
from workbench.catalog.people import ensure_person
from workbench.lab import Lab
from workbench.settings import Settings


def test_from_draft_to_approved_with_the_versions_that_were_read(client, bearer, add) -> None:
    item = add()
    read = client.get(f"/hypotheses/{item.handle}", headers=bearer["reader"])
    assert (read.status_code, read.headers["etag"]) == (200, '"0"')
    proposed = client.post(
        f"/hypotheses/{item.handle}/propose", headers=bearer["sam"] | {"If-Match": read.headers["etag"]}
    )
    assert (proposed.json()["state"], proposed.headers["etag"]) == ("proposed", '"1"')
    changed = client.patch(
        f"/hypotheses/{item.handle}", headers=bearer["sam"] | {"If-Match": '"1"'},
        json={"priority": 2, "tags": ["liver"], "note": "for Monday"},
    )  # fmt: skip
    assert (changed.json()["priority"], changed.json()["tags"], changed.json()["cost"]) == (2, ["liver"], 3.0)
    said = client.post(f"/hypotheses/{item.handle}/comments", headers=bearer["sam"], json={"text": "ready"})
    assert (said.status_code, said.json()["kind"], said.json()["person"]) == (201, "commented", "sam")
    done = client.post(
        f"/hypotheses/{item.handle}/approve", headers=bearer["rosalind"] | {"If-Match": '"2"'}, json={"note": "good"}
    )
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    events = client.get(f"/hypotheses/{item.handle}/events", headers=bearer["reader"]).json()
    assert [event["kind"] for event in events] == ["created", "proposed", "changed", "commented", "approved"]
    assert events[0]["at"].endswith("Z")
    after = client.get("/events", params={"after": events[2]["position"], "limit": 2}, headers=bearer["reader"]).json()
    assert [event["kind"] for event in after] == ["commented", "approved"]
    gone = client.post(f"/hypotheses/{item.handle}/withdraw", headers=bearer["sam"] | {"If-Match": '"3"'})
    assert gone.json()["state"] == "withdrawn"


def test_a_token_approves_nothing_where_an_approval_is_signed_with_the_password(tmp_path) -> None:
    lab = Lab.open(Settings(home=tmp_path / "home", mirror=None, sign_in="password", approve_again=True))
    ensure_person(lab.catalog, "ada")
    token = lab.tokens.create("all", tuple(lab.tokens.scopes()), 1, "ada", "ada")[1]
    item = insert_hypothesis(lab.catalog, hypothesis(number=0, state="proposed"))
    headers = {"Authorization": f"Bearer {token}", "If-Match": '"0"'}
    with TestClient(build_api(lab), base_url="http://127.0.0.1/api/v1") as client:
        refused = client.post(f"/hypotheses/{item.handle}/approve", headers=headers)
    assert refused.status_code == 403
    assert "signed with the password" in refused.json()["message"]
    assert lab.hypotheses.get(item.handle).state == "proposed"
    lab.close()


def test_lists_are_filtered_and_paged(client, bearer, add) -> None:
    items = [add(task="cellbox", tags=("paged",)) for _ in range(3)]
    ask = {"task": "cellbox", "tag": "paged", "author": "sam", "state": "draft", "text": "braf"}
    found = client.get("/hypotheses", params=ask | {"limit": 2}, headers=bearer["reader"]).json()
    assert [row["handle"] for row in found] == [items[2].handle, items[1].handle]
    more = client.get("/hypotheses", params=ask | {"below": items[1].number}, headers=bearer["reader"]).json()
    assert [row["handle"] for row in more] == [items[0].handle]
    assert client.get("/hypotheses", params=ask | {"text": "nothing like it"}, headers=bearer["reader"]).json() == []


@pytest.mark.parametrize(
    ("method", "path", "who", "status", "words"),
    [
        ("GET", "/hypotheses", None, 401, "a valid token is needed"), ("GET", "/nowhere", None, 404, "nothing at this address"),
        ("DELETE", "/hypotheses", "me", 405, "does not know that method"), ("GET", "/hypotheses/H-9999", "me", 404, "'H-9999'"),
        ("GET", "/hypotheses/%00", "me", 404, "no hypothesis"), ("GET", "/hypotheses?limit=0", "me", 422, "query.limit"),
        ("GET", "/hypotheses?state=lost", "me", 422, "query.state"), ("POST", "/hypotheses", "reader", 403, "has no scope queue"),
        ("POST", "/hypotheses", "me", 422, "body"), ("POST", "/results?name=x", "reader", 403, "has no scope results"),
        ("GET", "/attachments/none", "me", 404, "no attachment"), ("GET", "/plates/none", "me", 404, "no plate"),
        ("GET", "/jobs/none", "me", 404, "job"), ("POST", "/results/none/confirm", "me", 404, "no plan"),
    ],
)  # fmt: skip
def test_what_is_refused_says_so_in_the_one_shape(client, bearer, method, path, who, status, words) -> None:
    answer = client.request(method, path, headers=bearer.get(who, {}))
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "message", "where", "hint"}
    assert words in answer.json()["message"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_a_role_counts_whatever_the_scope(client, bearer, add) -> None:
    item = add(state="proposed", author="ada")
    for act in ("approve", "withdraw"):
        answer = client.post(f"/hypotheses/{item.handle}/{act}", headers=bearer["sam"] | {"If-Match": '"0"'})
        assert (answer.status_code, answer.json()["error"]) == (403, "InputError")
    assert "sam is a scientist and cannot" in answer.json()["message"]


def test_a_decision_names_the_version_it_is_about(client, bearer, add) -> None:
    item = add()
    path = f"/hypotheses/{item.handle}/propose"
    assert client.post(path, headers=bearer["me"]).status_code == 428
    for given in ('"7"', "*", "x" * 300):
        answer = client.post(path, headers=bearer["me"] | {"If-Match": given})
        assert (answer.status_code, answer.json()["error"]) == (412, "InputError")
    assert client.post(path, headers=bearer["me"] | {"If-Match": 'W/"0"'}).status_code == 200
    again = client.post(path, headers=bearer["me"] | {"If-Match": '"1"'})
    assert (again.status_code, again.json()["error"]) == (409, "ConflictError")


def test_of_two_who_change_at_once_one_is_told(client, bearer, add, small_lab: Lab) -> None:
    item = add()

    def change(priority: int) -> int:
        return client.patch(
            f"/hypotheses/{item.handle}", headers=bearer["sam"] | {"If-Match": '"0"'}, json={"priority": priority}
        ).status_code

    with ThreadPoolExecutor(3) as pool:
        codes = sorted(pool.map(change, (1, 2, 3)))
    assert codes[0] == 200
    assert set(codes[1:]) <= {409, 412}
    assert [event.kind for event in small_lab.hypotheses.events(item.handle)] == ["created", "changed"]


def test_a_file_goes_in_and_comes_out_as_a_download(client, bearer, add) -> None:
    item = add()
    path = f"/hypotheses/{item.handle}/attachments"
    kept = client.post(path, params={"file": "../gel µ.png"}, content=PNG, headers=bearer["sam"])
    assert (kept.status_code, kept.json()["name"]) == (201, "gel µ.png")
    assert [row["sha256"] for row in client.get(path, headers=bearer["reader"]).json()] == [kept.json()["sha256"]]
    got = client.get(f"/attachments/{kept.json()['attachment_id']}", headers=bearer["reader"])
    assert got.content == PNG
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''gel%20%C2%B5.png"
    assert got.headers["content-type"] == "application/octet-stream"
    refused = client.post(path, params={"file": "page.html"}, content=b"<script>", headers=bearer["sam"])
    assert (refused.status_code, refused.json()["message"]) == (422, "page.html is of no kind that is kept.")


def test_a_body_beyond_the_limit_is_not_read(client, bearer, add) -> None:
    item = add()
    long = client.post(
        f"/hypotheses/{item.handle}/comments", headers=bearer["sam"], content=b'{"text": "' + b"a" * 2**21
    )
    assert (long.status_code, long.json()["message"]) == (413, "a request here has at most 1 MB.")

    def drip():
        for _ in range(40):
            yield b"a" * 2**16

    assert client.post(f"/hypotheses/{item.handle}/comments", headers=bearer["sam"], content=drip()).status_code == 413


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"text": "\\ud800"}', b"{", b'{"text": "a\\u0000b"}', b'{"text": 1e999}']
)
def test_strange_json_is_the_callers_fault(client, bearer, add, body: bytes) -> None:
    headers = bearer["sam"] | {"Content-Type": "application/json"}
    answer = client.post(f"/hypotheses/{add().handle}/comments", headers=headers, content=body)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"] == "InputError"
