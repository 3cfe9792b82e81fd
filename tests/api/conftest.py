"""The API on a small lab of its own, with a token for each kind of caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from tests.hypothesised import hypothesis
from workbench.api.application import build_api
from workbench.catalog.hypotheses import insert_hypothesis
from workbench.catalog.people import ensure_person
from workbench.catalog.store import new_id
from workbench.lab import Lab
from workbench.nouns import DecisionRule, Hypothesis
from workbench.settings import Settings


@pytest.fixture(scope="module")
def small_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab without data, with an admin, a reviewer and a scientist."""
    lab = Lab.open(Settings(home=tmp_path_factory.mktemp("api") / "home", mirror=None))
    for name, role in (("me", "admin"), ("rosalind", "reviewer"), ("sam", "scientist")):
        ensure_person(lab.catalog, name, role)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def client(small_lab: Lab) -> Iterator[TestClient]:
    """A client whose errors come back as answers, as they do over the network."""
    with TestClient(build_api(small_lab), base_url="http://127.0.0.1/api/v1", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def bearer(small_lab: Lab) -> dict[str, dict[str, str]]:
    """Headers of each person's token with every scope, and of one that may only read."""
    every = tuple(small_lab.tokens.scopes())
    made = {name: (name, every) for name in ("me", "rosalind", "sam")} | {"reader": ("me", ("read",))}
    return {
        name: {"Authorization": f"Bearer {small_lab.tokens.create(name, scopes, 1, person, 'me')[1]}"}
        for name, (person, scopes) in made.items()
    }


@pytest.fixture
def add(small_lab: Lab) -> Callable[..., Hypothesis]:
    """Add a made-up hypothesis of sam's with a readout of its own."""

    def make(**changes: object) -> Hypothesis:
        rule = DecisionRule(new_id(), "up", 1.0)
        return insert_hypothesis(
            small_lab.catalog,
            hypothesis(**{"hypothesis_id": new_id(), "number": 0, "rule": rule, "author": "sam"} | changes),
        )

    return make
