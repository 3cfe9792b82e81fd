from tests.hypothesised import hypothesis
from workbench.nouns.hypothesis import STATES
from workbench.views.board import SHOWN, STAGES, Board, stages


def test_every_state_but_withdrawn_has_one_column() -> None:
    shown = [state for _, states, _ in STAGES for state in states]
    assert sorted(shown) == sorted(set(STATES) - {"withdrawn"})


def test_cards_lie_in_their_column_the_best_score_first() -> None:
    items = [hypothesis(number=i, hypothesis_id=str(i), state="proposed", score=i / 10) for i in range(3)]
    columns = stages([*items, hypothesis(state="in lab")])
    assert [column["count"] for column in columns] == [0, 3, 0, 1, 0, 0]
    assert [card["handle"] for card in columns[1]["cards"]] == ["H-2", "H-1", "H-0"]


def test_a_long_column_says_how_many_more_there_are() -> None:
    items = [hypothesis(number=i, hypothesis_id=str(i)) for i in range(SHOWN + 7)]
    column = stages(items)[0]
    assert (len(column["cards"]), column["more"], column["count"]) == (SHOWN, 7, SHOWN + 7)


def test_a_choice_is_the_browsers_word_and_is_not_sent_back() -> None:
    board = Board()
    model = board.get_root().data
    board._handle_msg({"chosen": ["H-1", "H-2"]})
    assert board.chosen == ["H-1", "H-2"]
    assert "chosen" not in model.properties()
    board.show([hypothesis(number=2, hypothesis_id="b")])
    assert board.chosen == ["H-1", "H-2"]  # until the browser, which draws the cards, says otherwise
    assert model.stages[0]["count"] == 1
