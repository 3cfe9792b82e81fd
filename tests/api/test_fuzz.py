"""Whatever is sent, the answer is never 5xx and is of the declared shape (schemathesis on our own OpenAPI)."""

from __future__ import annotations

from benchmarks.discover.api_fuzz import fuzz
from workbench.api.application import PREFIX, build_api
from workbench.catalog.hypotheses import change_state


def test_no_input_breaks_the_api_or_its_history(small_lab, bearer, add) -> None:
    item = change_state(small_lab.catalog, add(), "proposed", "sam", kind="proposed")
    kept = small_lab.hypotheses.attach(item.handle, "a.txt", b"a", "sam")
    known = {"name": item.handle, "attachment_id": kept.attachment_id}
    found = fuzz(build_api(small_lab), f"{PREFIX}/openapi.json", bearer["me"], known, 1)
    assert found.problems == []
    assert found.n_5xx == 0
    assert {200, 201, 404, 422} <= set(found.statuses)
    assert small_lab.hypotheses.verify() == []
