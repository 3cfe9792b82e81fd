from tests.views.test_map_report import HOSTILE, score
from workbench.views.map_scores import is_measured, key_html, known, meets_goal, score_axis, scores_html, verdict


def test_a_number_is_shown_with_interval_chance_n_and_its_value_before() -> None:
    shown = scores_html([score()])
    for text in (
        "0.93",
        "[0.87, 0.98]",
        "chance 0.063",
        "before 0.46 [0.33, 0.60]",
        "n = 103 treatments",
        "Snapshot 31",
    ):
        assert text in shown
    assert "1 of 1 measure above chance" in shown
    assert "weak" not in score_axis(score())


def test_what_touches_chance_is_grey_and_not_counted() -> None:
    weak = score(low=0.05)
    assert not meets_goal(weak)
    assert "weak" in score_axis(weak)
    assert verdict([weak, score()]).startswith("1 of 2 measures")


def test_what_has_no_number_says_why() -> None:
    absent = score(value=float("nan"), low=None, high=None, null=None, n=0, how="no well is a negative control")
    assert not is_measured(absent)
    assert not known(absent["value"])
    shown = scores_html([score(), absent])
    assert "Not measured" in shown
    assert "no well is a negative control" in shown


def test_a_value_without_its_unaligned_one_draws_no_ring() -> None:
    assert "score-before" in score_axis(score())
    assert "score-before" not in score_axis(score(before=None))
    assert "score-before" in key_html()


def test_names_of_a_users_network_are_escaped() -> None:
    assert "<script" not in scores_html([score(title=HOSTILE, how=HOSTILE), score(title=HOSTILE, how=HOSTILE, n=0)])


def test_controls_that_keep_to_their_batch_are_a_warning_and_no_success() -> None:
    mixed = score(goal="at", value=0.12, low=0.08, high=0.15, null=0.1)
    apart = score(goal="at", value=0.9, low=0.85, high=0.95, null=0.1)
    assert meets_goal(mixed)
    assert not meets_goal(apart)
    assert "score-dot bad" in score_axis(apart)
    assert verdict([score(), mixed]) == "1 of 1 measure above chance with the whole interval; batches mix"
    assert verdict([score(), apart]).endswith("batches do not mix fully")
