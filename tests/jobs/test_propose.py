from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hypothesised import queue_lab  # noqa: F401
from workbench.errors import InputError
from workbench.jobs.propose import room_for
from workbench.lab import Lab
from workbench.nouns import Limits


def _free(lab: Lab) -> list[str]:
    """Perturbations that can be proposed, the ones of most wells first, one a gene."""
    table = lab.cells.perturbations("l1000_orf")
    asked = {gene for item in lab.hypotheses.list() for gene in item.perturbation.genes}
    free = table[(table["role"] == "replay") & ~table["measured"] & ~table["gene"].isin(asked)]
    free = free.sort_values("n_wells", ascending=False, kind="stable").drop_duplicates("gene")
    return [str(name) for name in free["perturbation_id"]]


def _bring(lab: Lab, folder: Path, volumes: dict[str, float]) -> None:
    """Put a source plate on the shelf in the place of the one before."""
    file = folder / "stock.csv"
    rows = [f"S1,{'ABCDEFGH'[i // 12]}{i % 12 + 1:02d},{name},{nl}" for i, (name, nl) in enumerate(volumes.items())]
    file.write_text("\n".join(["source_plate,source_well,perturbation_id,volume_nl", *rows]))
    lab.experiments.import_stock(file)


def test_proposals_are_reproducible_by_seed_and_never_twice(queue_lab: Lab) -> None:
    job = queue_lab.jobs.run("propose", inline=True, task="simulated", k=2, acquisition="greedy", seed=1)
    first = json.loads(job.result_id)["made"]
    assert len(first) == 2
    strengths = [queue_lab.hypotheses.get(handle).score for handle in first]
    assert strengths == sorted(strengths, reverse=True)
    again = json.loads(
        queue_lab.jobs.run("propose", inline=True, task="simulated", k=2, acquisition="greedy", seed=1).result_id
    )["made"]
    assert not set(first) & set(again)
    kinds = [event.kind for event in queue_lab.hypotheses.events(first[0])]
    assert kinds == ["created", "proposed"]
    assert "greedy" in queue_lab.hypotheses.events(first[0])[0].note


def test_a_budget_ends_the_batch_and_says_what_it_kept_out(queue_lab: Lab) -> None:
    lab = queue_lab.hypotheses
    n_free = len(_free(queue_lab))
    made = lab.suggest("l1000_orf", k=5, acquisition="greedy", limits=lab.limits(plates=1, replicates=4, budget=9))
    assert [item.cost for item in made] == [4.0, 4.0]
    assert [item.rule.n_replicates for item in made] == [4, 4]
    assert [item.reason.partition(":")[0].split(" of ")[0] for item in made] == ["1st", "2nd"]
    (kept_out,) = made.left_out
    assert (kept_out.limit, kept_out.reason) == ("budget", "over budget: 4 of 1 left, in wells")
    assert 0 < len(kept_out.names) <= n_free - 2
    assert made.words.startswith("2 of 5 proposed; ")
    assert made.words.endswith("no stock of over-expression is known, so stock did not limit.")
    first = lab.list(text=made[0].handle)
    assert first == [made[0]]
    with pytest.raises(InputError, match="none of the .* fits: .* over budget: 3 of 2 left"):
        lab.suggest("l1000_orf", limits=lab.limits(budget=2))


def test_prices_rank_and_limit_instead_of_wells(queue_lab: Lab, tmp_path: Path) -> None:
    lab, free = queue_lab.hypotheses, _free(queue_lab)
    cheap = free[3:6]
    table = tmp_path / "prices.csv"
    table.write_text(
        "\n".join(["perturbation_id,cost", *(f"{name},{1 if name in cheap else 1000}" for name in free[:12])])
    )
    made = lab.suggest(
        "l1000_orf", k=4, acquisition="value_per_cost", limits=lab.limits(budget=1002, prices=str(table))
    )
    assert {item.perturbation.perturbation_id for item in made[:2]} < set(
        cheap
    )  # nothing else is near in value per cost
    assert "at a cost of 1" in made[0].reason
    assert {item.limit for item in made.left_out} == {"price", "budget"}
    prices = {name: 1.0 if name in cheap else 1000.0 for name in free[:12]}
    assert sum(prices[item.perturbation.perturbation_id] for item in made) <= 1002
    assert all(item.cost == 3.0 for item in made)  # the cost of a hypothesis stays in wells


def test_only_what_is_on_the_shelf_is_proposed_and_what_is_approved_has_its_share(
    queue_lab: Lab, tmp_path: Path
) -> None:
    lab, free = queue_lab.hypotheses, _free(queue_lab)
    _bring(queue_lab, tmp_path, dict(zip(free[:4], [150.0, 150.0, 149.0, 0.0], strict=True)))
    limits = lab.limits(volume_nl=50.0)
    made = lab.suggest("l1000_orf", k=6, acquisition="badge", limits=limits)
    assert {item.perturbation.perturbation_id for item in made} == set(free[:2])
    (kept_out,) = made.left_out
    assert kept_out.limit == "stock"
    assert len(kept_out.names) == len(free) - 2
    assert kept_out.reason.startswith("no stock: needs 3 × 50 nL, ")
    lab.withdraw(made[0].handle)
    lab.approve([made[1].handle])
    twin = made[1].perturbation.perturbation_id
    _bring(queue_lab, tmp_path, {twin: 280.0, made[0].perturbation.perturbation_id: 1000.0})
    said = room_for(queue_lab.catalog, "l1000_orf", Limits.of(96, 1, volume_nl=50.0))
    assert (said.n_approved, said.n_reserved, said.n_treatments) == (1, 3, 16)
    again = lab.suggest("l1000_orf", k=6, acquisition="diverse", limits=limits)
    assert [item.perturbation.perturbation_id for item in again] == [made[0].perturbation.perturbation_id]
    lab.withdraw(again[0].handle)
    everything = lab.suggest("l1000_orf", k=3, acquisition="diverse", limits=lab.limits(volume_nl=None))
    assert len(everything) == 3


def test_nothing_is_drawn_for_a_simulated_cell(queue_lab: Lab, tmp_path: Path) -> None:
    _bring(queue_lab, tmp_path, {"over-expression:SOMETHING": 1.0})
    made = queue_lab.hypotheses.suggest("simulated", k=1)
    assert len(made) == 1
    assert made.words == "1 proposed."
