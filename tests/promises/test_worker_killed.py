"""kill -9 of the worker in the middle of training: another one resumes at the interrupted step, once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from workbench.catalog.models import list_versions
from workbench.errors import JobError


def start(home):
    environment = {**os.environ, "WORKBENCH_HOME": str(home), "OMP_NUM_THREADS": "1"}
    log = (home / "worker-test.log").open("ab")
    return subprocess.Popen([sys.executable, "-m", "workbench.cli", "worker"], env=environment, stdout=log, stderr=log)


@pytest.mark.timeout(300)
def test_training_survives_a_killed_worker(lab, home):
    before = len(list_versions(lab.catalog, "l1000_orf"))
    worker = start(home)
    try:
        job = lab.jobs.run("train", task="l1000_orf")
        deadline = time.monotonic() + 90
        while (seen := lab.jobs.get(job.job_id)).progress < 0.1:
            assert not seen.is_finished, f"finished before it could be killed: {seen}"
            assert time.monotonic() < deadline, "the worker never began"
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        folds = {
            path.name: path.stat().st_mtime_ns for path in (home / "cache" / "training" / job.job_id).glob("*.npz")
        }
        worker = start(home)
        done = lab.jobs.wait(job.job_id, timeout_s=200)
    except JobError:
        raise AssertionError((home / "worker-test.log").read_text()[-3000:]) from None
    finally:
        worker.kill()
        worker.wait()
    assert done.state == "done", done.error
    again = {path.name: path.stat().st_mtime_ns for path in (home / "cache" / "training" / job.job_id).glob("*.npz")}
    kept = [name for name, at in folds.items() if again[name] == at]
    assert len(kept) >= len(folds) - 1, "steps that had finished were run again"
    versions = list_versions(lab.catalog, "l1000_orf")
    assert len(versions) == before + 1
    assert versions[0].version_id == job.job_id
