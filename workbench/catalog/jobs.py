"""Job records and worker heartbeats in the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from workbench.catalog.ledger import JobRow, WorkerRow, now
from workbench.catalog.store import new_id
from workbench.errors import UnknownNameError
from workbench.nouns import Job

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

ACTIVE = ("queued", "running")


def create_job(
    catalog: Catalog, kind: str, title: str, arguments: dict[str, Any], person: str, *, key: str | None = None
) -> Job:
    """A new record in state queued; the same `key` twice gives the record that is there already."""
    with catalog.ledger.session() as session:
        known = session.get(JobRow, key) if key else None
        if known is None:
            known = JobRow(
                job_id=key or new_id(), kind=kind, title=title, arguments=arguments, person=person, error={}
            )  # fmt: skip
            session.add(known)
            session.flush()
        return _noun(known)


def get_job(catalog: Catalog, job_id: str) -> Job:
    """One record. Raises UnknownNameError."""
    with catalog.ledger.session() as session:
        row = session.get(JobRow, job_id)
        if row is None:
            raise UnknownNameError(f"there is no job {job_id!r}.", hint="See `workbench jobs list`.")
        return _noun(row)


def list_jobs(catalog: Catalog, *, active: bool = False, limit: int = 50) -> list[Job]:
    """Newest first; only queued and running ones if `active`."""
    query = select(JobRow).order_by(JobRow.created_at.desc(), JobRow.job_id.desc()).limit(limit)
    if active:
        query = query.where(JobRow.state.in_(ACTIVE))
    with catalog.ledger.session() as session:
        return [_noun(row) for row in session.scalars(query)]


def set_progress(catalog: Catalog, job_id: str, share: float, message: str) -> None:
    """Write how far a job is and what it does."""
    _change(catalog, job_id, progress=min(max(share, 0.0), 1.0), message=message)


def start_job(catalog: Catalog, job_id: str, executor: str) -> bool:
    """queued/running → running; False when the job was cancelled or is finished."""
    return _change(catalog, job_id, state="running", executor=executor, started_at=now())


def finish_job(catalog: Catalog, job_id: str, result_id: str | None) -> bool:
    """→ done; False when it was cancelled meanwhile."""
    return _change(catalog, job_id, state="done", result_id=result_id, progress=1.0, message="", finished_at=now())


def fail_job(catalog: Catalog, job_id: str, error: dict[str, Any]) -> bool:
    """→ failed with the reason; a cancelled job stays cancelled."""
    return _change(catalog, job_id, state="failed", error=error, finished_at=now())


def cancel_job(catalog: Catalog, job_id: str, person: str) -> bool:
    """→ cancelled; False when it was finished already."""
    note = f"cancelled by {person}"
    return _change(catalog, job_id, state="cancelled", message=note, finished_at=now())


def heartbeat(catalog: Catalog, executor: str, host: str, pid: int) -> None:
    """Say that this worker lives."""
    with catalog.ledger.session() as session:
        row = session.get(WorkerRow, executor)
        if row is None:
            session.add(WorkerRow(executor=executor, host=host, pid=pid))
        else:
            row.heartbeat = now()


def forget_worker(catalog: Catalog, executor: str) -> None:
    """Remove the record of a worker that has stopped or whose jobs were taken over."""
    with catalog.ledger.session() as session:
        row = session.get(WorkerRow, executor)
        if row is not None:
            session.delete(row)


def list_workers(catalog: Catalog) -> list[dict[str, Any]]:
    """Workers with host, pid, start and age of the last heartbeat in seconds."""
    with catalog.ledger.session() as session:
        return [
            {"executor": row.executor, "host": row.host, "pid": row.pid, "started_at": row.started_at,
             "age_s": (now() - row.heartbeat).total_seconds()}
            for row in session.scalars(select(WorkerRow))
        ]  # fmt: skip


def queued_before(catalog: Catalog, seconds: float) -> list[Job]:
    """Jobs that have been waiting for longer than that, oldest first."""
    limit: datetime = now() - timedelta(seconds=seconds)
    query = select(JobRow).where(JobRow.state == "queued", JobRow.created_at < limit).order_by(JobRow.created_at)
    with catalog.ledger.session() as session:
        return [_noun(row) for row in session.scalars(query)]


def _change(catalog: Catalog, job_id: str, **values: Any) -> bool:
    statement = update(JobRow).where(JobRow.job_id == job_id, JobRow.state.in_(ACTIVE)).values(**values)
    with catalog.ledger.session() as session:
        return session.execute(statement).rowcount == 1


def _noun(row: JobRow) -> Job:
    return Job(
        job_id=row.job_id, kind=row.kind, title=row.title, state=row.state, arguments=row.arguments,
        progress=row.progress, message=row.message, result_id=row.result_id, error=row.error, person=row.person,
        executor=row.executor, created_at=row.created_at, finished_at=row.finished_at,
    )  # fmt: skip
