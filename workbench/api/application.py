"""The application: all routes on one lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from workbench.api import hypotheses, inbox, results
from workbench.api.limits import BodyLimit
from workbench.api.problems import RESPONSES, handle_problems

if TYPE_CHECKING:
    from workbench.lab import Lab

PREFIX = "/api/v1"
ABOUT = """Read the queue, decide, and push results, as the person of a token (`workbench token create`).
Every error is JSON: error, message, where, hint. What changes a hypothesis names the version that was read in `If-Match`:
two who decide at once lose nothing. Times are UTC."""


def build_api(lab: Lab) -> FastAPI:
    """The ASGI application; pages that draw the documentation from elsewhere are left out, `openapi.json` is there."""
    api = FastAPI(
        title="workbench", version="1", description=ABOUT, docs_url=None, redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json", responses=RESPONSES,
    )  # fmt: skip
    api.state.lab = lab
    for part in (hypotheses, inbox, results):
        api.include_router(part.router, prefix=PREFIX)
    handle_problems(api)
    api.add_middleware(BodyLimit)
    return api
