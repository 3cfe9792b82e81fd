"""A team's jobs on PostgreSQL: two workers in processes of their own, one killed with -9 in the middle of a training."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.discover.workers import start_worker, stop
from benchmarks.figures import figure
from benchmarks.team_servers import TeamServers, missing, team_servers

TASK, DATASET = "cellbox", "cellbox_skmel133"
IMPORTS = (
    "hallmark", "core_essential", "screen_scharenberg", "bbbc021", "drug_molecules", "nelisa_jump_target", "screen_il2",
    "screen_ifng",
)  # fmt: skip
DEADLINE_S = 420


class TwoWorkers(NamedTuple):
    """Jobs that did not end well, effects that happened twice, executors that took jobs, and whether the killed worker
    was at work."""

    n_jobs: int
    lost: int
    twice: int
    executors: set[str]
    killed_while_running: bool


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`postgres_two_workers_jobs_lost`; left out, with the reason printed, where a team's servers are not installed."""
    if lacks := missing():
        print(f"team: left out, it needs {lacks}")
        return {}
    with tempfile.TemporaryDirectory() as name, team_servers(Path(name)) as servers, servers.here():
        home = Path(name) / "first"
        fill(servers, home)
        found = two_workers(servers, home, Path(name), n_imports=4 if quick else len(IMPORTS))
    when = "while it trained" if found.killed_while_running else "idle"
    how = f"two workers with homes of their own, one killed with -9 {when}"
    return {
        "postgres_two_workers_jobs_lost": figure(found.lost, "jobs", how, n=found.n_jobs),
        "postgres_two_workers_effects_twice": figure(found.twice, "effects", how, n=found.n_jobs),
    }


def fill(servers: TeamServers, home: Path) -> None:
    """The first host imports a small data set and trains on it."""
    for command in (("data", "import", DATASET), ("models", "train", TASK)):
        subprocess.run([sys.executable, "-m", "workbench.cli", *command], env=servers.environment(home), check=True)


def two_workers(servers: TeamServers, home: Path, folder: Path, n_imports: int) -> TwoWorkers:
    """Two trainings and some imports for two workers; the one that trains first is killed."""
    from workbench.catalog import jobs as records
    from workbench.lab import Lab
    from workbench.settings import Settings

    lab = Lab.open(Settings(home=home, mirror=None, catalog=servers.catalog, data=servers.data))
    before = len(lab.models.list(TASK))
    homes = [folder / f"host-{i}" for i in (1, 2)]
    workers = [start_worker(servers.environment(home), home / "worker.log") for home in homes]
    try:
        ids = [_queued(lab, "train", i, task=TASK) for i in range(2)]
        ids += [_queued(lab, "import_dataset", i, name=name) for i, name in enumerate(IMPORTS[:n_imports])]
        killed, executors = False, set()
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            jobs = [lab.jobs.get(key) for key in ids]
            executors |= {job.executor for job in jobs if job.executor}
            if not killed:
                at_work = {job.executor for job in jobs[:2] if job.state == "running" and job.progress > 0.1}
                pids = {row["executor"]: row["pid"] for row in records.list_workers(lab.catalog)}
                victim = next((w for w in workers if w.pid in {pids.get(name) for name in at_work}), None)
                if victim is not None:
                    victim.send_signal(signal.SIGKILL)
                    killed = True
            if all(job.is_finished for job in jobs):
                break
            time.sleep(0.2)
        jobs = [lab.jobs.get(key) for key in ids]
        done = sum(job.state == "done" for job in jobs)
        twice = max(0, len(lab.models.list(TASK)) - before - 2)
        for name in IMPORTS[:n_imports]:
            twice += max(0, lab.catalog.lake.value("SELECT count(*) FROM lake.dataset WHERE dataset = $1", [name]) - 1)
        return TwoWorkers(len(ids), len(ids) - done, twice, executors, killed)
    finally:
        for worker in workers:
            stop(worker)
        lab.close()


def _queued(lab: Any, kind: str, number: int, **arguments: Any) -> str:
    from workbench.jobs.engine.queue import run_job

    return run_job(
        lab.catalog, kind, person="ada", key=f"two-workers-{kind}-{number}-{time.time_ns()}", **arguments
    ).job_id
