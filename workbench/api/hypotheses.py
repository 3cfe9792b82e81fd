"""The queue over HTTP: read, queue, decide, say."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from workbench.api import schemas
from workbench.api.access import IF_MATCH, Approver, LabOf, Queuer, Reader, seen_version
from workbench.errors import InputError
from workbench.nouns import Hypothesis
from workbench.nouns.hypothesis import State

router = APIRouter(tags=["hypotheses"])
Handle = Annotated[str, Path(min_length=1, max_length=40, description="H-12, or the id")]
Words = Annotated[str, Query(max_length=200)]
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def raw_body(request: Request) -> bytes:
    """The body as bytes; its size was limited before."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]


@router.get("/hypotheses")
def list_hypotheses(
    lab: LabOf, token: Reader, state: State | None = None, task: Words = "", author: Words = "",
    tag: Words = "", text: Words = "", limit: Annotated[int, Query(ge=1, le=500)] = 100,
    below: Annotated[int | None, Query(ge=0, le=2**31, description="Only numbers below this one")] = None,
) -> list[schemas.HypothesisOut]:  # fmt: skip
    """The queue, newest first."""
    found = lab.hypotheses.list(state=state, author=author, task=task, tag=tag, text=text)
    picked = [item for item in found if below is None or item.number < below]
    return [schemas.HypothesisOut.of(item) for item in picked[:limit]]


@router.post("/hypotheses", status_code=201)
def queue(lab: LabOf, token: Queuer, new: schemas.NewHypothesis, response: Response) -> schemas.HypothesisOut:
    """Ask the virtual cell, freeze what it says with a decision rule, and propose it (or keep a draft)."""
    prediction = lab.cells.predict(new.perturbation_id, task=new.task)
    same = (
        "readout",
        "direction",
        "threshold",
        "statement",
        "rationale",
        "signature",
        "priority",
        "tags",
        "cost",
        "propose",
    )
    item = lab.hypotheses.queue(prediction, person=token.person, **{name: getattr(new, name) for name in same})
    response.headers["Location"] = f"/api/v1/hypotheses/{item.handle}"
    return _answer(item, response)


@router.get("/hypotheses/{name}")
def get_hypothesis(lab: LabOf, token: Reader, name: Handle, response: Response) -> schemas.HypothesisOut:
    """One hypothesis; its ETag is what `If-Match` asks for."""
    return _answer(lab.hypotheses.get(name), response)


@router.patch("/hypotheses/{name}", openapi_extra=IF_MATCH)
def change(
    lab: LabOf, token: Queuer, name: Handle, change: schemas.Change, request: Request, response: Response
) -> schemas.HypothesisOut:
    """Change priority, tags or cost; the history keeps the old values."""
    seen = seen_version(request, lab.hypotheses.get(name).version)
    said = change.model_dump()
    return _answer(lab.hypotheses.change(name, person=token.person, seen=seen, **said), response)


@router.post("/hypotheses/{name}/propose", openapi_extra=IF_MATCH)
def propose(lab: LabOf, token: Queuer, name: Handle, request: Request, response: Response) -> schemas.HypothesisOut:
    """draft → proposed, by its author or a reviewer."""
    seen = seen_version(request, lab.hypotheses.get(name).version)
    return _answer(lab.hypotheses.propose(name, token.person, seen=seen), response)


@router.post("/hypotheses/{name}/approve", openapi_extra=IF_MATCH)
def approve(
    lab: LabOf, token: Approver, name: Handle, request: Request, response: Response,
    why: Annotated[schemas.Note, Body()] = schemas.Note(),  # noqa: B008  (frozen default of the body)
) -> schemas.HypothesisOut:  # fmt: skip
    """proposed → approved, for reviewers and admins; refused where an approval is signed with the password."""
    if lab.settings.signs_approvals:
        words = "an approval is signed with the password here, which a token is not."
        raise InputError(words, hint="Approve in the app.", forbidden=True)
    item = lab.hypotheses.get(name)
    seen = seen_version(request, item.version)
    return _answer(lab.hypotheses.approve([item.handle], token.person, why.note, {item.handle: seen})[0], response)


@router.post("/hypotheses/{name}/withdraw", openapi_extra=IF_MATCH)
def withdraw(
    lab: LabOf, token: Queuer, name: Handle, request: Request, response: Response,
    why: Annotated[schemas.Note, Body()] = schemas.Note(),  # noqa: B008  (frozen default of the body)
) -> schemas.HypothesisOut:  # fmt: skip
    """Take back what has not gone to the lab, by its author or a reviewer."""
    seen = seen_version(request, lab.hypotheses.get(name).version)
    return _answer(lab.hypotheses.withdraw(name, token.person, why.note, seen=seen), response)


@router.post("/hypotheses/{name}/comments", status_code=201)
def comment(lab: LabOf, token: Queuer, name: Handle, said: schemas.Comment) -> schemas.EventOut:
    """Say something; it stands in the history and outdates nobody's decision."""
    item = lab.hypotheses.get(name)
    return schemas.EventOut.of(item.handle, lab.hypotheses.comment(name, said.text, token.person))


@router.get("/hypotheses/{name}/events")
def history(lab: LabOf, token: Reader, name: Handle) -> list[schemas.EventOut]:
    """The whole history, oldest first, with its hashes."""
    item = lab.hypotheses.get(name)
    return [schemas.EventOut.of(item.handle, event) for event in lab.hypotheses.events(name)]


@router.get("/events")
def events(
    lab: LabOf, token: Reader, after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[schemas.EventOut]:  # fmt: skip
    """What happened to all hypotheses beyond a position, oldest first: poll with the last position you have."""
    found = lab.hypotheses.log(after=after, limit=limit)
    return [schemas.EventOut.of(handle, event) for handle, event in found]


@router.get("/hypotheses/{name}/attachments")
def list_attachments(lab: LabOf, token: Reader, name: Handle) -> list[schemas.AttachmentOut]:
    """Files of a hypothesis."""
    return [schemas.AttachmentOut.of(item) for item in lab.hypotheses.attachments(name)]


@router.post("/hypotheses/{name}/attachments", status_code=201, openapi_extra=FILE)
def attach(
    lab: LabOf, token: Queuer, name: Handle, body: RawBody, file: Annotated[str, Query(min_length=1, max_length=200)]
) -> schemas.AttachmentOut:
    """Attach the body under a file name."""
    return schemas.AttachmentOut.of(lab.hypotheses.attach(name, file, body, token.person))


@router.get("/attachments/{attachment_id}", response_class=Response)
def download(lab: LabOf, token: Reader, attachment_id: Annotated[str, Path(max_length=40)]) -> Response:
    """The file, to be saved and never shown."""
    item, content = lab.hypotheses.attachment(attachment_id)
    disposition = f"attachment; filename*=UTF-8''{quote(item.name, safe='')}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": disposition})


def _answer(item: Hypothesis, response: Response) -> schemas.HypothesisOut:
    response.headers["ETag"] = f'"{item.version}"'
    return schemas.HypothesisOut.of(item)
