"""One entrance for work: inline or queued, the same record; errors in words; the same key once."""

import pytest

from workbench.catalog import jobs as records
from workbench.errors import InputError, JobError, UnknownNameError
from workbench.jobs.engine import queue


def test_a_short_job_runs_here_and_is_recorded(empty_catalog, kinds):
    job = queue.run_job(empty_catalog, "test_count", n=3)
    assert (job.state, job.result_id, job.progress) == ("done", "3", 1.0)
    assert records.list_jobs(empty_catalog) == [job]


def test_our_errors_reach_the_record_in_words(empty_catalog, kinds):
    with pytest.raises(InputError, match="never works"):
        queue.run_job(empty_catalog, "test_fail", whose="ours")
    (job,) = records.list_jobs(empty_catalog)
    assert job.state == "failed"
    assert job.error == {"error": "InputError", "message": "this never works", "where": "", "hint": "do not"}


def test_foreign_errors_are_recorded_too(empty_catalog, kinds):
    with pytest.raises(ZeroDivisionError):
        queue.run_job(empty_catalog, "test_fail", whose="other")
    assert records.list_jobs(empty_catalog)[0].error["error"] == "ZeroDivisionError"


def test_a_step_must_give_json(empty_catalog, kinds):
    with pytest.raises(JobError, match="'set' gave set"):
        queue.run_job(empty_catalog, "test_no_json")


@pytest.mark.parametrize("arguments", [{"n": 1, "x": 2}, {}, {"n": {1}}])
def test_wrong_arguments_are_refused_before_anything_is_recorded(empty_catalog, kinds, arguments):
    with pytest.raises(InputError, match="cannot take"):
        queue.run_job(empty_catalog, "test_count", **arguments)
    assert records.list_jobs(empty_catalog) == []


def test_an_unknown_kind_offers_the_nearest(empty_catalog, kinds):
    with pytest.raises(UnknownNameError, match="Did you mean 'test_count'"):
        queue.run_job(empty_catalog, "test_cuont", n=1)


def test_the_same_key_is_one_job(empty_catalog, kinds):
    first = queue.run_job(empty_catalog, "test_count", key="k", n=2)
    assert queue.run_job(empty_catalog, "test_count", key="k", n=5) == first
    assert len(records.list_jobs(empty_catalog)) == 1


def test_a_long_job_waits_in_the_queue_and_can_be_cancelled(empty_catalog, kinds):
    job = queue.run_job(empty_catalog, "test_slow", person="ann")
    assert job.state == "queued"
    cancelled = queue.cancel(empty_catalog, job.job_id, "bob")
    assert (cancelled.state, cancelled.message) == ("cancelled", "cancelled by bob")
    assert queue.cancel(empty_catalog, job.job_id, "ann").message == "cancelled by bob"


def test_waiting_for_ever_is_refused(empty_catalog, kinds):
    job = queue.run_job(empty_catalog, "test_slow")
    with pytest.raises(JobError, match="not finished after"):
        queue.wait(empty_catalog, job.job_id, timeout_s=0.2)
