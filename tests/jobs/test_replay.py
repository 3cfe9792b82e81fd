from __future__ import annotations

import pytest

from tests.hypothesised import approved, queue_lab  # noqa: F401
from workbench.errors import InputError
from workbench.lab import Lab


def test_only_what_was_held_back_can_be_replayed(queue_lab: Lab) -> None:
    table = queue_lab.cells.perturbations("l1000_orf")
    trained = table.loc[table["role"] == "train", "perturbation_id"].iloc[0]
    item = queue_lab.hypotheses.queue(queue_lab.cells.predict(trained, task="l1000_orf"))
    queue_lab.hypotheses.approve([item.handle])
    batch = queue_lab.experiments.plan([item.handle])
    with pytest.raises(InputError, match="not held back"):
        queue_lab.experiments.replay(batch.handle, inline=True, train=False)
    assert queue_lab.hypotheses.get(item.handle).state == "scheduled"  # nothing was sent


def test_the_bench_answers_by_itself(queue_lab: Lab) -> None:
    batch = queue_lab.experiments.plan([approved(queue_lab, 1)[0].handle], lab="bench")
    with pytest.raises(InputError, match="goes to the bench"):
        queue_lab.experiments.replay(batch.handle, inline=True)


def test_the_same_batch_gives_the_same_file_and_counts_once(queue_lab: Lab) -> None:
    batch = queue_lab.experiments.plan([item.handle for item in approved(queue_lab, 2)])
    path = queue_lab.settings.home / "lab" / f"{batch.handle}-replay.csv"
    queue_lab.experiments.replay(batch.handle, inline=True, train=False)
    first = path.read_bytes()
    queue_lab.experiments.replay(batch.handle, inline=True, train=False)
    assert path.read_bytes() == first
    assert len(queue_lab.experiments.results(batch.handle)) == 30


def test_the_simulated_lab_answers_and_is_labelled(queue_lab: Lab) -> None:
    made = queue_lab.hypotheses.suggest("simulated", k=2)
    assert all(item.simulated for item in made)
    queue_lab.hypotheses.approve([item.handle for item in made])
    batch = queue_lab.experiments.plan([item.handle for item in made], lab="simulated")
    queue_lab.experiments.replay(batch.handle, inline=True, train=False)
    assert queue_lab.data.get(f"{batch.handle}.1").simulated
    assert {queue_lab.hypotheses.get(item.handle).state for item in made} == {"resolved"}


def test_the_simulated_lab_knows_no_real_cell(queue_lab: Lab) -> None:
    batch = queue_lab.experiments.plan([approved(queue_lab, 1)[0].handle], lab="simulated")
    with pytest.raises(InputError, match="is real"):
        queue_lab.experiments.replay(batch.handle, inline=True)
