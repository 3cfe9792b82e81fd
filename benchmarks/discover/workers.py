"""Workers in processes of their own, as a team runs them: one thread each, stopped or killed by whoever measures."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.house.homes import PROJECT, environment

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def start_worker(variables: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A worker with these variables; what it says goes to a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "workbench.cli", "worker"]
    with log.open("ab") as output:
        return subprocess.Popen(command, env=dict(variables), cwd=PROJECT, stdout=output, stderr=output)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker and wait for its end."""
    process.kill()
    process.wait()


@contextmanager
def workers(home: Path, n: int = 2, **more: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """n workers on one home, killed afterwards."""
    started = [start_worker(environment(home) | ONE_THREAD | more, home / f"worker-{i}.log") for i in range(n)]
    try:
        yield started
    finally:
        for process in started:
            stop(process)
