from __future__ import annotations

import json

import pytest
from starlette.exceptions import HTTPException

from workbench import errors
from workbench.api.access import seen_version
from workbench.api.limits import LARGE, SMALL, limit_of
from workbench.api.problems import STATUS, problem, status_of
from workbench.api.schemas import NewHypothesis


def test_every_error_of_ours_has_a_status_and_children_come_before_their_parents() -> None:
    family = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.WorkbenchError]
    kinds = [kind for kind, _ in STATUS]
    assert set(kinds) == {kind for kind in family if issubclass(kind, errors.WorkbenchError)}
    for i, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[i + 1 :]), kind
    assert status_of(errors.InputError("no", forbidden=True)) == 403


def test_an_answer_holds_any_text_and_keeps_secrets_out() -> None:
    answer = problem(422, "InputError", "bad \ud800 \u202e µ", "here")
    assert json.loads(answer.body)["message"] == "bad \ud800 \u202e µ"
    assert "WWW-Authenticate" not in answer.headers
    assert problem(401, "x", "y").headers["www-authenticate"] == "Bearer"


def test_only_files_may_be_large() -> None:
    assert limit_of("/api/v1/results") == limit_of("/api/v1/hypotheses/H-1/attachments") == LARGE
    assert limit_of("/api/v1/hypotheses") == limit_of("/api/v1/results/x/confirm") == SMALL


@pytest.mark.parametrize("given", ['"3"', 'W/"3"', "3"])
def test_the_version_is_read_from_the_header(given: str) -> None:
    class Request:
        headers = {"if-match": given}  # noqa: RUF012

    assert seen_version(Request(), 3) == 3
    with pytest.raises(HTTPException) as refused:
        seen_version(Request(), 4)
    assert refused.value.status_code == 412
    assert "it is at version 4" in refused.value.detail["message"]


def test_unknown_fields_are_an_error() -> None:
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        NewHypothesis(task="t", perturbation_id="p", state="approved")
