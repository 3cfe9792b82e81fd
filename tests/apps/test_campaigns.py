from __future__ import annotations

from apps.campaigns import CampaignsState, campaigns
from tests.apps.recording import RecordingFrame, texts
from tests.hypothesised import queue_lab  # noqa: F401
from workbench.hypotheses.campaign import Policy
from workbench.hypotheses.campaign_plan import CampaignPlan
from workbench.lab import Lab


def test_from_an_empty_list_to_one_campaign(queue_lab: Lab) -> None:
    content = campaigns(queue_lab, CampaignsState(), RecordingFrame())
    assert "No campaign" in content.title
    plan = CampaignPlan("tiny", ("screen_scharenberg",), (Policy("greedy"),), n_seeds=1, n_rounds=1, n_genes=8)
    queue_lab.campaigns.run(plan, inline=True)
    content = campaigns(queue_lab, CampaignsState(), RecordingFrame())
    assert plan.campaign_id in str(content.main.object)
    content = campaigns(queue_lab, CampaignsState(plan.campaign_id), RecordingFrame())
    assert "greedy finds" in content.title
    assert "<svg" in texts(content.main)
    assert "the hit list judges" in texts(content.inspector)
