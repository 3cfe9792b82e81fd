"""Plates and their results over HTTP: the same intake as a file that is dropped on the page."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import ValidationError

from workbench.api import schemas
from workbench.api.access import LabOf, Pusher, Reader
from workbench.api.hypotheses import RawBody
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.hypotheses.intake import IntakePlan
    from workbench.nouns import Experiment, Job

router = APIRouter(tags=["results"])
Short = Annotated[str, Path(min_length=1, max_length=120)]
JSON = "application/json"
# media types of the forms that a page takes; what a body is, its name and content say
TABLES = (
    "text/csv", "text/plain", "application/csv", "text/tab-separated-values", "application/gzip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.apache.parquet", "application/x-hdf5", "application/x-hdf", "application/octet-stream",
)  # fmt: skip
RESULTS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A table with plate_barcode, well and readouts (CSV, Excel, Parquet, AnnData, GCT), grids of a plate "
        "reader, or one plate as JSON. Any other file is told by its `name` and its content.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            JSON: {"schema": schemas.PlateResults.model_json_schema()},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/experiments")
def list_experiments(lab: LabOf, token: Reader) -> list[schemas.ExperimentOut]:
    """Batches of plates, newest first."""
    return [schemas.ExperimentOut.of(item) for item in lab.experiments.list()]


@router.get("/plates/{barcode}")
def get_plate(lab: LabOf, token: Reader, barcode: Short) -> schemas.PlateOut:
    """The layout of a plate."""
    experiment = lab.pushed.experiment_of(barcode)
    plate = next(plate for plate in experiment.plates if plate.plate_barcode == barcode)
    return schemas.PlateOut.of(plate, experiment.handle)


@router.get("/plates/{barcode}/map.csv", response_class=Response)
def plate_map(lab: LabOf, token: Reader, barcode: Short) -> Response:
    """The plate map as CSV, safe to open in a spreadsheet."""
    lab.pushed.experiment_of(barcode)
    headers = {"Content-Disposition": "attachment; filename=plate.csv"}
    return Response(lab.experiments.plate_csv(barcode), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/results", status_code=202, openapi_extra=RESULTS)
def push(
    lab: LabOf, token: Pusher, request: Request, body: RawBody,
    name: Annotated[str, Query(max_length=120, description="Name of the file; its ending says what it is")] = "results",
    barcode: Annotated[str, Query(max_length=120, description="The plate, where the file does not name it")] = "",
    experiment: Annotated[str, Query(max_length=120, description="The batch, e.g. E-3, where the file names no plate")] = "",
    confirm: Annotated[bool, Query(description="Bring in at once what was understood")] = False,
) -> schemas.PlanOut:  # fmt: skip
    """Say what was understood of results; with `confirm` (or a second call with the plan's id) they are brought in."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, *TABLES):
        raise InputError(
            f"results come as text/csv, {JSON} or a file (application/octet-stream), got {kind[:80]!r}.",
            where="Content-Type",
        )
    if kind == JSON:
        body, name = to_csv(body), "results.csv"
    plan_id, found, plan = lab.pushed.receive(body, name, barcode, experiment)
    job = lab.pushed.bring_in(plan_id, token.person) if confirm and _is_ready(plan) else None
    return _told(plan_id, found, plan, job)


@router.post("/results/{plan_id}/confirm", status_code=202)
def confirm(
    lab: LabOf, token: Pusher, plan_id: Short,
    override: Annotated[str, Query(max_length=500, pattern=schemas.PLAIN, description="Why plates count that should stop")] = "",
    said: Annotated[schemas.Answers, Body()] = schemas.Answers(),  # noqa: B008  (frozen default of the body)
) -> schemas.PlanOut:  # fmt: skip
    """Bring in what a plan understood, with answers to its questions; one that is still open is told again, without a job.

    An override is written into the history of the hypotheses it concerns.
    """
    found, plan = lab.pushed.understand(plan_id, said.answers)
    ready = _is_ready(plan)
    job = lab.pushed.bring_in(plan_id, token.person, override=override, answers=said.answers) if ready else None
    return _told(plan_id, found, plan, job)


@router.get("/jobs/{job_id}")
def get_job(lab: LabOf, token: Reader, job_id: Short) -> schemas.JobOut:
    """How a job stands."""
    return schemas.JobOut.of(lab.jobs.get(job_id))


def to_csv(body: bytes) -> bytes:
    """The table of one plate's JSON: plate_barcode, well, then readouts in the order in which they first come.

    Raises InputError for what is not such JSON.
    """
    try:
        plate = schemas.PlateResults.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InputError(f"{first['msg']}.", where=".".join(str(part)[:80] for part in first["loc"])) from error
    readouts = list(dict.fromkeys(name for values in plate.wells.values() for name in values))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["plate_barcode", "well", *readouts])
    for well, values in plate.wells.items():
        table.writerow([plate.plate_barcode, well, *(values.get(name, "") for name in readouts)])
    return text.getvalue().encode()


def _is_ready(plan: IntakePlan) -> bool:
    return not plan.already_imported and not plan.questions


def _told(plan_id: str, experiment: Experiment, plan: IntakePlan, job: Job | None) -> schemas.PlanOut:
    return schemas.PlanOut(
        plan_id=plan_id, experiment=experiment.handle, summary=plan.lines(), n_wells=len(plan.accepted),
        n_readouts=len(plan.readouts), plates=sorted(set(plan.accepted["plate_barcode"])), mismatches=plan.mismatches[:200],
        questions=[schemas.QuestionOut(key=q.key, words=q.words, options=list(q.options)) for q in plan.questions],
        quality=finite(plan.quality), already_imported=plan.already_imported, job=None if job is None else job.job_id,
    )  # fmt: skip


def finite(value: Any) -> Any:
    """Numbers that JSON does not know (NaN, infinities) as null; NumPy's as Python's."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not abs(value) < float("inf") else value
