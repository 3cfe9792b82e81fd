"""DBOS behind the job records: enqueue, cancel, and the one workflow that runs any job kind step by step."""

from __future__ import annotations

import functools
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from workbench.catalog.store import DATABASE_ERRORS
from workbench.errors import StorageError
from workbench.settings import hide_password

if TYPE_CHECKING:
    from dbos import DBOSClient

    from workbench.catalog.store import Catalog
    from workbench.settings import Settings

WORKFLOW = "run_job"
QUEUES = {"heavy": 1, "light": 4}
APPLICATION = "workbench"
APPLICATION_VERSION = "1"  # raised only when the order of steps of an existing kind changes
POLLING_SECONDS = 0.2


def config(settings: Settings, executor: str) -> dict[str, Any]:
    """DBOS settings of a worker: JSON only, one executor id a process, no admin server."""
    from dbos import DBOSPortableJSONSerializer

    return {
        "name": APPLICATION,
        "system_database_url": settings.jobs_url,
        "application_version": APPLICATION_VERSION,
        "executor_id": executor,
        "run_admin_server": False,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "ERROR",
        "notification_listener_polling_interval_sec": POLLING_SECONDS,
    }


def migrate(settings: Settings) -> None:
    """Create or update the engine's tables, so that a client can enqueue before any worker has run."""
    from dbos import DBOS
    from filelock import FileLock

    logging.getLogger("dbos").setLevel(logging.ERROR)
    with FileLock(settings.home / "jobs.migrate.lock"):
        DBOS.migrate(settings.jobs_url)


def enqueue(catalog: Catalog, job_id: str, queue: str) -> None:
    """Hand a recorded job to the workers; the same id twice is one run."""
    client = open_queue(catalog.settings)
    client.enqueue(
        {
            "queue_name": queue, "workflow_name": WORKFLOW, "workflow_id": job_id,
            "app_version": APPLICATION_VERSION,
        },
        job_id,
    )  # fmt: skip


def cancel_workflow(catalog: Catalog, job_id: str) -> None:
    """Tell the engine to start no further step of this job."""
    open_queue(catalog.settings).cancel_workflow(job_id)


def resume(catalog: Catalog, executors: set[str]) -> list[str]:
    """Continue the jobs that dead executors left behind, at their interrupted step; gives their ids."""
    client = open_queue(catalog.settings)
    left = [
        status.workflow_id
        for status in client.list_workflows(status="PENDING", name=WORKFLOW)
        if status.executor_id in executors
    ]
    for job_id in left:
        client.resume_workflow(job_id)
    return left


@functools.lru_cache(maxsize=4)
def _client_of(url: str, home: str) -> DBOSClient:
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    return DBOSClient(system_database_url=url, serializer=DBOSPortableJSONSerializer())


def open_queue(settings: Settings) -> DBOSClient:
    """The queue's client, made once a process. Raises StorageError when its database cannot be opened."""
    try:
        _check_file(settings)
        _migrate_once(settings.jobs_url, settings)
        return _client_of(settings.jobs_url, str(settings.home))
    except (*DATABASE_ERRORS, sqlite3.DatabaseError) as error:
        raise StorageError(
            f"the job queue cannot be opened: {str(getattr(error, 'orig', error)).strip()}.",
            where=hide_password(settings.jobs_url),
            hint="Move jobs.sqlite away: jobs that wait are lost, what is finished stays.",
        ) from error


def _check_file(settings: Settings) -> None:
    """Fail at once on a file that is no database: the engine would try again for minutes."""
    path = settings.home / "jobs.sqlite"
    if not settings.catalog and path.exists():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()


_migrated: set[str] = set()


def _migrate_once(url: str, settings: Settings) -> None:
    if url not in _migrated:
        migrate(settings)
        _migrated.add(url)
