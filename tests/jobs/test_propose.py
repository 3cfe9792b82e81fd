from __future__ import annotations

import json

from tests.hypothesised import queue_lab  # noqa: F401
from workbench.lab import Lab


def test_proposals_are_reproducible_by_seed_and_never_twice(queue_lab: Lab) -> None:
    job = queue_lab.jobs.run("propose", inline=True, task="simulated", k=2, acquisition="greedy", seed=1)
    first = json.loads(job.result_id)
    assert len(first) == 2
    strengths = [queue_lab.hypotheses.get(handle).score for handle in first]
    assert strengths == sorted(strengths, reverse=True)
    again = json.loads(
        queue_lab.jobs.run("propose", inline=True, task="simulated", k=2, acquisition="greedy", seed=1).result_id
    )
    assert not set(first) & set(again)
    kinds = [event.kind for event in queue_lab.hypotheses.events(first[0])]
    assert kinds == ["created", "proposed"]
    assert "greedy" in queue_lab.hypotheses.events(first[0])[0].note
