"""What commands write: a table without a terminal keeps its columns, a refusal ends with code 1."""

import pytest

from workbench.terminal import fail, table


def test_a_table_is_not_cut_where_there_is_no_terminal(capsys):
    table(("name", "value"), [("a" * 60, "b" * 60), ("c", "d")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "value"]
    assert lines[1].split() == ["a" * 60, "b" * 60]


def test_a_refusal_says_what_and_what_to_do(capsys):
    with pytest.raises(SystemExit) as ended:
        fail("no such thing.", "Name another.")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "workbench: no such thing.\n  Name another.\n"
