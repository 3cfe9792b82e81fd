"""The entrance for all work: run here when it is short or asked for, else in the queue; same function, same record."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from workbench.catalog import jobs as records
from workbench.errors import InputError, JobError
from workbench.jobs.engine.kinds import JOBS
from workbench.jobs.engine.run import execute, plain_step

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Job

INLINE_SECONDS = 0.3


def run_job(
    catalog: Catalog, kind: str, *, inline: bool = False, person: str | None = None, key: str | None = None,
    **arguments: Any,
) -> Job:  # fmt: skip
    """Run or enqueue a job; gives its record. An inline job that fails raises its error.

    `key` makes the request idempotent: the same key twice is one job. Raises UnknownNameError for an unknown kind and
    InputError for arguments the kind does not take.
    """
    entry = JOBS.find(kind)
    _check_arguments(entry.thing, kind, arguments)
    job = records.create_job(
        catalog, kind, entry.facts["title"], arguments, person or catalog.settings.person, key=key
    )  # fmt: skip
    if job.is_finished:
        return job
    if inline or estimate_seconds(kind, arguments) < INLINE_SECONDS:
        execute(catalog, job.job_id, plain_step, executor="here")
    else:
        from workbench.jobs.engine.durable import enqueue

        enqueue(catalog, job.job_id, entry.facts["queue"])
    return records.get_job(catalog, job.job_id)


def estimate_seconds(kind: str, arguments: dict[str, Any]) -> float:
    """How long a job of that kind with these arguments is expected to take."""
    estimate = JOBS.find(kind).facts["estimate_s"]
    return float(estimate(**arguments)) if callable(estimate) else float(estimate)


def cancel(catalog: Catalog, job_id: str, person: str) -> Job:
    """Cancel a waiting or running job; the step that runs may finish, nothing after it starts."""
    from workbench.jobs.engine.durable import cancel_workflow

    if records.cancel_job(catalog, job_id, person):
        cancel_workflow(catalog, job_id)
    return records.get_job(catalog, job_id)


def wait(catalog: Catalog, job_id: str, timeout_s: float = 600.0, poll_s: float = 0.1) -> Job:
    """Wait until a job is finished. Raises JobError when it takes longer."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        job = records.get_job(catalog, job_id)
        if job.is_finished:
            return job
        time.sleep(poll_s)
    raise JobError(f"job {job_id} is not finished after {timeout_s:g} s.", hint="Is a worker running? See doctor.")


def _check_arguments(function: Any, kind: str, arguments: dict[str, Any]) -> None:
    import inspect
    import json

    try:
        inspect.signature(function).bind(None, **arguments)
        json.dumps(arguments)
    except TypeError as error:
        raise InputError(f"job {kind!r} cannot take {arguments!r}: {error}.") from error
