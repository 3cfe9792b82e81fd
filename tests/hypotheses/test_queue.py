from itertools import pairwise

import pytest

from tests.hypothesised import hypothesis
from workbench.errors import InputError
from workbench.hypotheses.queue import EVENT_OF, TRANSITIONS, check_transition
from workbench.nouns.hypothesis import STATES


def test_every_state_has_its_ways_out_and_every_move_a_name() -> None:
    assert set(TRANSITIONS) == set(STATES)
    assert {state for ways in TRANSITIONS.values() for state in ways} == set(EVENT_OF)


def test_the_whole_way_from_draft_to_resolved() -> None:
    way = [state for state in STATES if state != "withdrawn"]
    for here, there in pairwise(way):
        assert check_transition(hypothesis(state=here), there) == EVENT_OF[there]


@pytest.mark.parametrize(
    ("here", "there"),
    [("draft", "approved"), ("in lab", "withdrawn"), ("resolved", "draft"), ("withdrawn", "proposed")],
)
def test_a_move_that_is_not_allowed_says_what_is(here: str, there: str) -> None:
    with pytest.raises(InputError, match=f"H-12 is {here} and cannot become {there}"):
        check_transition(hypothesis(state=here), there)
