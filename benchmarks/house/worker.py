"""kill -9 of the worker in the middle of training: does another one finish the job, and how soon."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import figure
from benchmarks.house.homes import PROJECT, environment, filled_home


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`worker_kill_resume_ok`: 1 when every killed training was finished, once."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    n, ok, waits = (1 if quick else 3), 0, []
    with filled_home() as home:
        lab = Lab.open(Settings(home=home))
        for _ in range(n):
            before = len(lab.models.list("l1000_orf"))
            worker = _start(home)
            job = lab.jobs.run("train", task="l1000_orf")
            while lab.jobs.get(job.job_id).progress < 0.1:
                time.sleep(0.02)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            start = time.perf_counter()
            worker = _start(home)
            done = lab.jobs.wait(job.job_id, timeout_s=300)
            waits.append(time.perf_counter() - start)
            ok += done.state == "done" and len(lab.models.list("l1000_orf")) == before + 1
            worker.terminate()
            worker.wait()
        lab.close()
    how = "worker killed with SIGKILL during training of l1000_orf, a new worker finishes the same job"
    return {
        "worker_kill_resume_ok": figure(float(ok == n), "1 = all", how, n=n),
        "worker_kill_resume_s": figure(max(waits), "s", f"{how}; slowest, from the new worker's start", n=n),
    }


def _start(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.cli", "worker"], env=environment(home), cwd=PROJECT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
