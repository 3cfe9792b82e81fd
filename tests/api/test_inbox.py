"""The bell over HTTP: what others did, and how far it was read."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from workbench.catalog.hypotheses import change_state
from workbench.lab import Lab
from workbench.nouns import Hypothesis


def test_news_are_told_to_whom_they_concern_until_they_are_read(
    client: TestClient, small_lab: Lab, bearer: dict[str, dict[str, str]], add: Callable[..., Hypothesis]
) -> None:
    item = change_state(small_lab.catalog, add(), "proposed", "sam", kind="proposed")
    news = client.get("/inbox", headers=bearer["rosalind"]).json()
    assert [(row["hypothesis"], row["why"]) for row in news] == [(item.handle, "to approve")]
    small_lab.hypotheses.comment(item.handle, "Which dose?", "rosalind")
    (told,) = client.get("/inbox", headers=bearer["sam"]).json()
    assert (told["why"], told["event"]["kind"], told["event"]["note"]) == ("yours", "commented", "Which dose?")
    assert told["statement"] == item.statement
    refused = client.post("/inbox/read", headers=bearer["reader"], json={"position": 1})
    assert refused.status_code == 403
    position = told["event"]["position"]
    read = client.post("/inbox/read", headers=bearer["sam"], json={"position": position})
    assert (read.status_code, read.json()) == (200, {"position": position})
    assert client.get("/inbox", headers=bearer["sam"]).json() == []
    assert client.post("/inbox/read", headers=bearer["sam"], json={"position": 1}).json() == {"position": position}
    assert client.get("/inbox", headers=bearer["me"]).json() != []  # another has read nothing yet


def test_places_that_are_none_and_callers_without_a_token_are_refused(
    client: TestClient, bearer: dict[str, dict[str, str]]
) -> None:
    for position, status in ((10**9, 422), (-1, 422), ("x", 422), (2**70, 422)):
        assert client.post("/inbox/read", headers=bearer["me"], json={"position": position}).status_code == status
    assert client.get("/inbox").status_code == 401
    assert client.get("/inbox", headers=bearer["me"], params={"limit": 100_000}).status_code == 422
