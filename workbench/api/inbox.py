"""The inbox over HTTP: what others did that concerns the person of the token."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from workbench.api import schemas
from workbench.api.access import LabOf, Queuer, Reader
from workbench.catalog.inbox import MAX_NEWS

router = APIRouter(tags=["inbox"])


@router.get("/inbox")
def list_news(lab: LabOf, token: Reader, limit: Annotated[int, Query(ge=1, le=MAX_NEWS)] = 50) -> list[schemas.NewsOut]:
    """What is new since the person last looked, newest first: to what is theirs, what they took part in, or may approve."""
    return [schemas.NewsOut.of(item) for item in lab.hypotheses.inbox(token.person, limit)]


@router.post("/inbox/read")
def mark_read(lab: LabOf, token: Queuer, seen: schemas.Seen) -> schemas.Seen:
    """The person has read the news up to a position (that of the newest event they saw); gives the one that holds now.

    It never goes back. The bell of the app follows it.
    """
    return schemas.Seen(position=lab.hypotheses.mark_read(token.person, seen.position))
