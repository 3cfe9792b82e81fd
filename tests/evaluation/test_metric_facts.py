"""Facts of metrics: every title has a direction, every ranked metric its perfect value."""

from workbench.evaluation.metric_facts import BEST, BETTER, TITLES


def test_every_metric_has_a_title_a_direction_and_a_best_value():
    assert TITLES.keys() == BETTER.keys()
    assert set(BETTER.values()) == {"higher", "lower", "nominal"}
    assert BEST.keys() == {name for name, way in BETTER.items() if way != "nominal"}
    assert all(BEST[name] == (0.0 if BETTER[name] == "lower" else 1.0) for name in BEST)
