"""Who calls: the token of a request, and whether its scope covers what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from workbench.api.problems import refusal
from workbench.catalog.tokens import Token
from workbench.errors import InputError
from workbench.lab import Lab

bearer = HTTPBearer(auto_error=False, description="A token of `workbench token create NAME --scopes …`.")


def lab_of(request: Request) -> Lab:
    """The lab that the application was built on."""
    return request.app.state.lab


def caller(scope: str) -> Callable[..., Token]:
    """A dependency: the valid token of a request, when it has the scope."""

    def check(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)] = None) -> Token:
        token = lab_of(request).tokens.check(given.credentials) if given else None
        if token is None:
            hint = "Send Authorization: Bearer wb_…; see `workbench token create`."
            raise refusal(401, "a valid token is needed.", "Authorization", hint)
        if scope not in token.scopes:
            may = f"It may {', '.join(token.scopes)}."
            raise InputError(f"the token {token.name} has no scope {scope}.", hint=may, forbidden=True)
        return token

    return check


def seen_version(request: Request, version: int) -> int:
    """The version that `If-Match` names: the one that the caller decided on.

    Refused with 428 without it, and with 412 where it is not the present one; `*` is no decision on a version.
    """
    given = request.headers.get("if-match", "").strip()
    if not given:
        words = "say on which version you decide."
        raise refusal(428, words, "If-Match", 'Send the ETag of what you read, e.g. "3".')
    if given.removeprefix("W/").strip('"') != str(version):
        words = f"it is at version {version}, you decided on {given[:40]}."
        raise refusal(412, words, "If-Match", "Read it again before deciding.")
    return version


LabOf = Annotated[Lab, Depends(lab_of)]
Reader = Annotated[Token, Depends(caller("read"))]
Queuer = Annotated[Token, Depends(caller("queue"))]
Approver = Annotated[Token, Depends(caller("approve"))]
Pusher = Annotated[Token, Depends(caller("results"))]
IF_MATCH: dict[str, Any] = {
    "parameters": [
        {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 40},
         "description": "ETag of the hypothesis as it was read, e.g. \"3\"."}
    ]
}  # fmt: skip
