"""What a job function is handed: cancellation is seen before the next step, a finished job never runs again."""

import pytest

from workbench.catalog import jobs as records
from workbench.errors import JobError
from workbench.jobs.engine.run import JobRun, execute, plain_step


def test_a_cancelled_job_starts_no_further_step(empty_catalog, kinds):
    job = records.create_job(empty_catalog, "test_count", "Count", {"n": 2}, "ann")
    run = JobRun(empty_catalog, job.job_id, "ann", plain_step)
    assert run.step("one", int, 1) == 1
    records.cancel_job(empty_catalog, job.job_id, "ann")
    with pytest.raises(JobError, match="cancelled"):
        run.step("two", int, 1)


def test_a_finished_job_does_not_run_again(empty_catalog, kinds):
    job = records.create_job(empty_catalog, "test_count", "Count", {"n": 2}, "ann")
    assert execute(empty_catalog, job.job_id, plain_step, "here") == "2"
    records_before = records.get_job(empty_catalog, job.job_id)
    assert execute(empty_catalog, job.job_id, plain_step, "there") == "2"
    assert records.get_job(empty_catalog, job.job_id) == records_before


def test_a_result_of_a_cancelled_job_does_not_count(empty_catalog, kinds):
    job = records.create_job(empty_catalog, "test_count", "Count", {"n": 1}, "ann")

    def cancelling(name, function, arguments):
        records.cancel_job(empty_catalog, job.job_id, "bob")
        return function(*arguments)

    execute(empty_catalog, job.job_id, cancelling, "here")
    assert records.get_job(empty_catalog, job.job_id).state == "cancelled"
