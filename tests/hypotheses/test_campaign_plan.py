"""Plans of campaigns: one id for one content, refused in words, read from TOML with the user's own files."""

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.hypotheses.campaign import Policy
from workbench.hypotheses.campaign_plan import CampaignPlan, read_plan


def test_the_id_is_the_content_whatever_the_order():
    one = CampaignPlan("c", ("a", "b"), (Policy("greedy"), Policy("random")))
    two = CampaignPlan("c", ("b", "a"), (Policy("random"), Policy("greedy")))
    assert one.campaign_id == two.campaign_id
    others = (CampaignPlan("c", ("a",)), CampaignPlan("c", ("a", "b"), one.policies, n_seeds=3),
              CampaignPlan("c", ("a", "b"), one.policies, table="Gene,Score"))  # fmt: skip
    assert len({one.campaign_id, *(other.campaign_id for other in others)}) == 4
    assert CampaignPlan.from_row(one.to_row()) == one
    assert others[2].all_screens == ("a", "b", "c")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": "x"}, "a screen"), ({"name": " ", "screens": ["a"]}, "a name"), ({"name": "x", "screens": ["a"], "n_seeds": 0}, "0 seeds"),
        ({"name": "x", "screens": ["a"], "n_seeds": "many"}, "n_seeds is 'many'"), ({"name": "x", "screens": "a"}, "screens is 'a'|a"),
        ({"name": "x", "screens": ["a"], "seeds": 3}, "no seeds"), ({"name": "x", "screens": ["a"], "policies": ["greedy", "greedy"]}, "twice"),
        ({"name": "x", "screens": ["a"], "policies": [{"how": "greedy"}]}, "cannot be used"), ({"screens": ["a"]}, "cannot be used"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused(row, words):
    if row.get("screens") == "a":  # one letter is a list of one screen called a: nothing is lost
        assert CampaignPlan.from_row(row).screens == ("a",)
        return
    with pytest.raises(InputError, match=words):
        CampaignPlan.from_row(row)


def test_plans_come_from_toml_with_files_beside_them(tmp_path):
    (tmp_path / "mine.csv").write_text("Gene,Score\nA,1\n", encoding="utf-8")
    plan = tmp_path / "screen.toml"
    plan.write_text(
        'screen = "mine.csv"\nn_seeds = 3\npolicies = ["greedy", {acquisition = "random"}]\n', encoding="utf-8"
    )
    made = read_plan(plan)
    assert (made.name, made.table, made.n_seeds) == ("screen", "Gene,Score\nA,1\n", 3)
    assert made.policies == (Policy("greedy"), Policy("random"))
    plan.write_text('screen = "absent.csv"\n', encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(plan)
    plan.write_text("screens = [", encoding="utf-8")
    with pytest.raises(InputError, match="plan cannot be read"):
        read_plan(plan)
    plan.write_text('screens = ["a"]\npolicies = ["greedyy"]\n', encoding="utf-8")
    with pytest.raises(UnknownNameError, match="greedyy"):
        read_plan(plan)
