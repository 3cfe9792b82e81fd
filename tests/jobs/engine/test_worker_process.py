"""The worker beside the app: it lives, is started again when it dies, and ends with the app."""

import time

from workbench.jobs.engine.worker_process import WorkerProcess


def test_a_worker_that_dies_is_started_again_and_none_starts_after_the_end(empty_catalog):
    worker = WorkerProcess(empty_catalog.settings)
    assert worker.pid is None
    worker.start()
    try:
        first = worker.pid
        assert first is not None
        worker._process.kill()
        wait_for(lambda: worker.pid not in (None, first))
    finally:
        worker.stop()
    assert worker.pid is None
    ended = WorkerProcess(empty_catalog.settings)
    ended.stop()
    ended.start()
    assert ended.pid is None


def wait_for(met, seconds=90):
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "not within a minute and a half"
        time.sleep(0.1)
