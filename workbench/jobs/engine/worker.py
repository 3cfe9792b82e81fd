"""A worker process: takes jobs from the queues, says that it lives, and takes over what dead workers left."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING

import structlog

from workbench.catalog import jobs as records
from workbench.catalog.store import Catalog, new_id
from workbench.jobs.engine import durable
from workbench.jobs.engine.kinds import JOBS
from workbench.jobs.engine.run import execute

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from workbench.settings import Settings

HEARTBEAT_SECONDS = 2.0
SWEEP_SECONDS = 5.0
DEAD_AFTER_SECONDS = 60.0
log = structlog.get_logger("workbench.worker")


def work(settings: Settings, stop: threading.Event) -> None:
    """Run jobs until `stop` is set. One executor id a process, so that nobody else recovers what lives."""
    from dbos import DBOS

    catalog = Catalog.open(settings)
    executor = f"{socket.gethostname()}-{os.getpid()}-{new_id()[-6:]}"
    JOBS.names()  # a broken job file must be seen now, not when its first job comes
    durable.migrate(settings)
    DBOS(config=durable.config(settings, executor))

    @DBOS.workflow(name=durable.WORKFLOW)
    def run_job(job_id: str) -> str | None:
        def step(name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
            return DBOS.run_step({"name": name}, function, *arguments)

        return execute(catalog, job_id, step, executor)

    logging_quiet()
    DBOS.launch()
    for queue, concurrency in durable.QUEUES.items():
        DBOS.register_queue(queue, worker_concurrency=concurrency, polling_interval_sec=durable.POLLING_SECONDS)
    log.info("worker ready", executor=executor, kinds=len(JOBS))
    waited = SWEEP_SECONDS
    while True:
        records.heartbeat(catalog, executor, socket.gethostname(), os.getpid())
        if waited >= SWEEP_SECONDS:
            waited = 0.0
            sweep(catalog, executor)
        if stop.wait(HEARTBEAT_SECONDS):
            break
        waited += HEARTBEAT_SECONDS
    records.forget_worker(catalog, executor)
    DBOS.destroy(workflow_completion_timeout_sec=2)
    catalog.close()


def sweep(catalog: Catalog, executor: str) -> list[str]:
    """Take over jobs of dead workers and jobs that were recorded but never reached the queue; gives their ids."""
    dead = {row["executor"] for row in records.list_workers(catalog) if row["executor"] != executor and is_dead(row)}
    resumed = durable.resume(catalog, dead) if dead else []
    for name in dead:
        records.forget_worker(catalog, name)
    for job in records.queued_before(catalog, SWEEP_SECONDS):
        durable.enqueue(catalog, job.job_id, JOBS.find(job.kind).facts["queue"])
    if resumed:
        log.info("took over jobs", jobs=resumed, of=sorted(dead))
    return resumed


def is_dead(worker: dict[str, Any]) -> bool:
    """Whether a worker is gone: its process on this host does not exist, or no heartbeat for a minute."""
    import psutil

    if worker["host"] == socket.gethostname() and not psutil.pid_exists(worker["pid"]):
        return True
    return worker["age_s"] > DEAD_AFTER_SECONDS


def logging_quiet() -> None:
    """Keep the engine's own stack traces of cancelled jobs out of the log: our record says it in words."""
    import logging

    logging.getLogger("dbos").setLevel(logging.CRITICAL)


def stop_with_parent(stop: threading.Event) -> None:
    """End the worker when the app that started it is gone (its pid is in WORKBENCH_PARENT)."""
    parent = os.environ.get("WORKBENCH_PARENT")
    if parent is None:
        return

    def watch() -> None:
        while not stop.wait(1.0):
            if os.getppid() != int(parent):
                stop.set()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
