from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from workbench.nouns import Job
from workbench.views import draw
from workbench.views.job import JobView, result_url


def job(**changes: Any) -> Job:
    facts = {"job_id": "J1", "kind": "build_map", "title": "Build a map", "state": "running", "progress": 0.416,
             "arguments": {"dataset": "bbbc021"}, "message": "aligning", "created_at": datetime.now(UTC)}  # fmt: skip
    return Job(**facts | changes)


def test_a_running_job_in_one_line() -> None:
    assert JobView(job()).data() == {
        "id": "J1", "title": "Build a map: bbbc021", "state": "running", "percent": 42, "text": "aligning", "url": "",
    }  # fmt: skip


def test_a_failed_job_says_why() -> None:
    failed = job(state="failed", error={"message": "replicates do not agree <b>"})
    assert JobView(failed).data()["text"] == "replicates do not agree <b>"
    assert "&lt;b&gt;" in draw(failed).panel().object


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({"kind": "build_map", "result_id": "bbbc021"}, "/explore?map=bbbc021"),
        ({"kind": "import_dataset", "result_id": "hallmark"}, "/data?dataset=hallmark"),
        ({"kind": "conformers", "result_id": "01X"}, "/molecules?ensemble=01X"),
        ({"kind": "replay", "arguments": {"experiment_id": "E-1"}, "result_id": "y"}, "/experiment?id=E-1"),
        ({"kind": "nobody knows", "result_id": "y"}, ""),
        ({"kind": "build_map", "result_id": None}, ""),
    ],
)
def test_a_finished_job_leads_to_its_result(changes: dict[str, Any], url: str) -> None:
    assert result_url(job(state="done", **changes)) == url
    assert result_url(job(**changes)) == ""
