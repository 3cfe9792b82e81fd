"""Job kinds that exist only in these tests."""

import pytest

from workbench.errors import InputError
from workbench.jobs.engine.kinds import JOBS, job


@pytest.fixture
def kinds():
    JOBS.names()

    @job("test_count", title="Count", estimate_s=0.01)
    def count(run, n):
        total = 0
        for i in range(n):
            run.progress(i / n, f"step {i}")
            total += run.step(f"add {i}", int, 1)
        return str(total)

    @job("test_fail", title="Fail", estimate_s=0.01)
    def fail(run, whose):
        raise InputError("this never works", hint="do not") if whose == "ours" else ZeroDivisionError("nought")

    @job("test_no_json", title="No JSON", estimate_s=0.01)
    def no_json(run):
        run.step("set", set)

    @job("test_slow", title="Slow", estimate_s=100.0)
    def slow(run):
        return "never"

    yield JOBS
    for name in ("test_count", "test_fail", "test_no_json", "test_slow"):
        JOBS._entries.pop(name)
