"""Which workers count as dead, and jobs that never reached the queue are handed in by the sweep."""

import os
import socket

from workbench.catalog import jobs as records
from workbench.jobs.engine import durable, worker


def test_a_worker_is_dead_without_process_or_heartbeat():
    here = {"host": socket.gethostname(), "pid": os.getpid(), "age_s": 1.0}
    assert not worker.is_dead(here)
    assert worker.is_dead(here | {"pid": 2**22 + 12345})
    assert worker.is_dead({"host": "elsewhere", "pid": 1, "age_s": worker.DEAD_AFTER_SECONDS + 1})
    assert not worker.is_dead({"host": "elsewhere", "pid": 1, "age_s": 1.0})


def test_a_recorded_job_that_never_reached_the_queue_is_enqueued(empty_catalog, monkeypatch, kinds):
    job = records.create_job(empty_catalog, "test_slow", "Slow", {}, "ann")
    monkeypatch.setattr(worker, "SWEEP_SECONDS", -1.0)
    worker.sweep(empty_catalog, "me")
    (status,) = durable.open_queue(empty_catalog.settings).list_workflows()
    assert (status.workflow_id, status.status) == (job.job_id, "ENQUEUED")


def test_the_queue_database_holds_no_pickle(empty_catalog, kinds):
    import sqlite3

    from workbench.jobs.engine.queue import run_job

    job = run_job(empty_catalog, "test_slow")
    with sqlite3.connect(empty_catalog.settings.home / "jobs.sqlite") as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = [str(cell) for table in tables for row in database.execute(f'SELECT * FROM "{table}"') for cell in row]
    assert any(job.job_id in cell and cell.startswith(("{", "[")) for cell in cells), "the input is not there as JSON"
    assert not any(cell.startswith(("gAS", "b'\\x80")) or "pickle" in cell for cell in cells)
