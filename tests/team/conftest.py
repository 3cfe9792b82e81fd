"""A team in small: PostgreSQL, object storage, and hosts that each have a home of their own. `make test-team` runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.team_servers import TeamServers, missing, team_servers

collect_ignore_glob = [] if os.environ.get("WORKBENCH_TEST_TEAM") else ["test_*.py"]


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamServers]:
    """Both servers, with one small data set imported and one virtual cell trained by the first host."""
    lacks = missing()
    if lacks:
        pytest.fail(f"a team's servers need {lacks}")
    with team_servers(tmp_path_factory.mktemp("team")) as servers, servers.here():
        yield servers


@pytest.fixture(scope="session")
def first_home(team: TeamServers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the host that fills the catalog."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    home = tmp_path_factory.mktemp("first")
    lab = Lab.open(Settings(home=home, mirror=None))
    lab.data.import_("cellbox_skmel133", inline=True)
    lab.models.train("cellbox", inline=True)
    lab.close()
    return home
