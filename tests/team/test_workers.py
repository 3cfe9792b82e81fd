"""Two workers in processes of their own, one killed: every job ends once."""

import pytest

from benchmarks.discover.team import two_workers


@pytest.mark.timeout(600)
def test_no_job_is_lost_when_a_worker_is_killed(team, first_home, tmp_path):
    found = two_workers(team, first_home, tmp_path, n_imports=3)
    assert found.lost == 0
    assert found.twice == 0
    assert found.killed_while_running
    assert len(found.executors) == 2
