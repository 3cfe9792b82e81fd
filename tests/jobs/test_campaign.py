"""Campaign jobs on real screens: the same plan is the same choices, interrupted or not, here or shared among workers."""

import threading

import pytest

from workbench.catalog import campaigns as records
from workbench.errors import InputError, UnknownNameError
from workbench.hypotheses.campaign import Policy
from workbench.hypotheses.campaign_plan import CampaignPlan
from workbench.jobs.campaign import part_names, play_part
from workbench.jobs.engine.worker import work

PLAN = CampaignPlan(
    "small", ("screen_scharenberg",), (Policy("greedy"), Policy("thompson"), Policy("random")), n_seeds=2, n_rounds=2, n_genes=16,
    statics=False,
)  # fmt: skip


def picks(lab, campaign_id):
    return {part["policy"]: part["picks"] for part in lab.campaigns.parts(campaign_id)}


@pytest.fixture(scope="module")
def expected(shared_lab):
    """Digests of what each policy asked for, undisturbed."""
    shared_lab.campaigns.run(PLAN, inline=True)
    return picks(shared_lab, PLAN.campaign_id)


def test_an_interrupted_campaign_goes_on_with_the_same_choices(lab, expected, monkeypatch):
    played = []

    def stop_after_one(parts):
        if played:
            raise KeyboardInterrupt
        played.extend(parts)

    real = records.write_parts
    monkeypatch.setattr(records, "write_parts", lambda *args: (stop_after_one(args[2]), real(*args)))
    with pytest.raises(KeyboardInterrupt):
        lab.campaigns.run(PLAN, inline=True)
    assert len(records.part_names(lab.catalog, PLAN.campaign_id)) == 1
    monkeypatch.setattr(records, "write_parts", real)
    assert lab.campaigns.run(PLAN, inline=True).result_id == PLAN.campaign_id
    assert picks(lab, PLAN.campaign_id) == expected
    assert play_part(lab.catalog, PLAN.campaign_id, "screen_scharenberg", "greedy") == 0  # nothing is played twice


def test_workers_share_the_parts_and_find_the_same(lab, expected):
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(lab.settings, stop))
    worker.start()
    try:
        done = lab.jobs.wait(lab.campaigns.run(PLAN).job_id, timeout_s=120)
    finally:
        stop.set()
        worker.join(timeout=30)
    assert done.result_id == PLAN.campaign_id
    assert picks(lab, PLAN.campaign_id) == expected
    kinds = [job.kind for job in lab.jobs.list()]
    assert kinds.count("campaign_part") == 3


def test_results_say_band_gain_and_provenance(shared_lab, expected):
    result = shared_lab.campaigns.result(PLAN.campaign_id)
    assert result["plan"]["name"] == "small"
    assert result["snapshot"] > 0
    (screen,) = result["screens"]
    assert (screen["n"], screen["n_hits"], screen["batch"], screen["best_static"]) == (1055, 53, 16, "")
    assert screen["band"][-1][0] == pytest.approx(32 / 1055)
    assert set(shared_lab.campaigns.table(PLAN.campaign_id)["policy"]) == set(expected)
    assert any(row["campaign_id"] == PLAN.campaign_id for row in shared_lab.campaigns.list())


def test_the_user_s_own_table_is_replayed_beside_every_static_rank(shared_lab):
    rows = "".join(f"{gene},{i % 7}\n" for i, gene in enumerate(sorted(shared_genes(shared_lab))[:300]))
    plan = CampaignPlan("mine", policies=(Policy("greedy"),), n_seeds=1, n_rounds=1, table=f"Gene,Score\n{rows}")
    assert part_names(plan) == ["greedy", "static ranks"]
    shared_lab.campaigns.run(plan, inline=True)
    (screen,) = shared_lab.campaigns.result(plan.campaign_id)["screens"]
    assert screen["screen"] == "mine"
    assert screen["best_static"].startswith("static: ")
    assert set(screen["gains"]) == {"greedy"}


def shared_genes(lab):
    from workbench.catalog.screens import read_screen

    return read_screen(lab.catalog, "screen_scharenberg").genes


def test_a_screen_that_is_not_there_is_told_before_anything_is_played(shared_lab):
    with pytest.raises(UnknownNameError, match="screen_none"):
        shared_lab.campaigns.run(CampaignPlan("x", ("screen_none",)), inline=True)
    with pytest.raises(InputError, match="'Score'"):
        shared_lab.campaigns.run(CampaignPlan("y", table="Gene,Points\nA,1"), inline=True)
    with pytest.raises(UnknownNameError, match="no campaign"):
        shared_lab.campaigns.result("nothing")
