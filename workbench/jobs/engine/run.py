"""What a job function is handed, and the one way its outcome is written down, here or in a worker."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from workbench.catalog import jobs as records
from workbench.errors import JobError, WorkbenchError
from workbench.jobs.engine.kinds import JOBS

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

PROGRESS_SECONDS = 0.2
StepRunner = Callable[[str, Callable[..., Any], tuple[Any, ...]], Any]
log = structlog.get_logger("workbench.jobs")


class JobRun:
    """The `Run` of one job; `run_step` decides whether a step is durable."""

    def __init__(self, catalog: Catalog, job_id: str, person: str, run_step: StepRunner) -> None:
        self.catalog = catalog
        self.job_id = job_id
        self.person = person
        self._run_step = run_step
        self._last_progress = 0.0

    def step(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run one step; its result must be JSON so that it can be kept."""
        self.check_cancelled()
        return self._run_step(name, function, arguments)

    def progress(self, share: float, message: str) -> None:
        """Write progress, at most five times a second."""
        if time.monotonic() - self._last_progress >= PROGRESS_SECONDS:
            self._last_progress = time.monotonic()
            records.set_progress(self.catalog, self.job_id, share, message)

    def check_cancelled(self) -> None:
        """Raise when somebody cancelled the job."""
        if records.get_job(self.catalog, self.job_id).state == "cancelled":
            raise JobError(f"job {self.job_id} was cancelled.")


def plain_step(name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """A step in the caller: the same promise (JSON out) without keeping the result."""
    result = function(*arguments)
    try:
        return json.loads(json.dumps(result))
    except TypeError as error:
        raise JobError(f"step {name!r} gave {type(result).__name__}, which is no JSON.", hint=str(error)) from error


def execute(catalog: Catalog, job_id: str, run_step: StepRunner, executor: str) -> str | None:
    """Run the job's function and record its outcome; gives the result id. Raises what the function raised."""
    job = records.get_job(catalog, job_id)
    if not records.start_job(catalog, job_id, executor):
        return job.result_id
    run = JobRun(catalog, job_id, job.person, run_step)
    try:
        result_id = JOBS.find(job.kind).thing(run, **job.arguments)
    except WorkbenchError as error:
        if not records.fail_job(catalog, job_id, error.to_json()):
            return None  # cancelled meanwhile: it ends quietly
        raise
    except Exception as error:
        log.exception("job failed", job_id=job_id, kind=job.kind)
        reason = {
            "error": type(error).__name__,
            "message": str(error),
            "where": job.kind,
            "hint": "See the worker's log.",
        }
        records.fail_job(catalog, job_id, reason)
        raise
    records.finish_job(catalog, job_id, result_id)
    return result_id
