"""Errors as answers: one JSON shape (error, message, where, hint), with the status that fits."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from workbench.errors import (
    ConflictError,
    DataQualityError,
    InputError,
    JobError,
    MissingPackageError,
    StorageError,
    UnknownNameError,
    WorkbenchError,
)

log = logging.getLogger(__name__)
# the first that fits counts: subclasses before their parents
STATUS: tuple[tuple[type[WorkbenchError], int], ...] = (
    (UnknownNameError, 404), (ConflictError, 409), (DataQualityError, 422), (InputError, 422), (JobError, 409),
    (MissingPackageError, 501), (StorageError, 503),
)  # fmt: skip
WORDS = {404: "there is nothing at this address.", 405: "this address does not know that method."}


class Problem(BaseModel):
    """What is wrong, where, and what to do next."""

    error: str
    message: str
    where: str
    hint: str


RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text}
    for code, text in (
        (401, "No valid token"), (403, "The token's scope or the person's role does not allow it"), (404, "Unknown name"),
        (405, "Unknown method"), (409, "Somebody was first"), (412, "Decided on another version"),
        (413, "Too large"), (422, "Not usable, with the reason"), (428, "If-Match is missing"), (400, "No JSON"),
    )
}  # fmt: skip


def problem(status: int, error: str, message: str, where: str = "", hint: str = "") -> Response:
    """An answer that says what is wrong; pure ASCII, so that no text can break it."""
    body = json.dumps({"error": error, "message": message, "where": where, "hint": hint}).encode("ascii")
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Response(body, status, headers=headers, media_type="application/json")


def refusal(status: int, message: str, where: str, hint: str) -> HTTPException:
    """An error of the protocol itself (no token, no version), to be raised."""
    return HTTPException(status, {"message": message, "where": where, "hint": hint})


def status_of(error: WorkbenchError) -> int:
    """The status that fits an error of ours."""
    if isinstance(error, InputError) and error.forbidden:
        return 403
    return next((code for kind, code in STATUS if isinstance(error, kind)), 500)


def handle_problems(api: FastAPI) -> None:
    """Turn every error into that shape; what is not ours is logged with a number and said in words."""

    @api.exception_handler(WorkbenchError)
    def ours(_request: Request, error: WorkbenchError) -> Response:
        return problem(status_of(error), type(error).__name__, error.message, error.where, error.hint)

    @api.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        found = error.errors()[:5]
        told = "; ".join(f"{_place(item['loc'])}: {item['msg']}" for item in found)
        return problem(422, "InputError", told or "the request cannot be used.", _place(found[0]["loc"]) if found else "",
                       "See openapi.json.")  # fmt: skip

    @api.exception_handler(HTTPException)
    def other(_request: Request, error: HTTPException) -> Response:
        if isinstance(error.detail, dict):
            return problem(error.status_code, "InputError", **error.detail)
        answer = problem(error.status_code, "InputError", WORDS.get(error.status_code, str(error.detail)))
        answer.headers.update(error.headers or {})
        return answer

    @api.exception_handler(Exception)
    def unforeseen(_request: Request, error: Exception) -> Response:
        from workbench.catalog.store import new_id

        number = new_id()[-6:]
        log.error("error %s", number, exc_info=error)
        return problem(500, "WorkbenchError", f"that did not work (error {number}).", "", "The reason is in the log.")


def _place(loc: tuple[Any, ...]) -> str:
    return ".".join(str(part)[:80] for part in loc)
