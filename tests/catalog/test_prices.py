from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalog.prices import read_prices
from workbench.errors import InputError


def test_prices_are_read_however_the_columns_are_written(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("Perturbation ID,Price\ncompound:A,2.5\nknock-out:B,10\ncompound:A,2.5\n")
    assert read_prices(file) == {"compound:A": 2.5, "knock-out:B": 10.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("perturbation_id\nA\n", "lacks the column cost"), ("a,b\n1,2\n", "lacks the column perturbation_id and cost"),
        ("perturbation_id,cost\nA,0\n", "row 2 of prices.csv: the price of A"), ("perturbation_id,cost\nA,1\nB,-2\n", "row 3"),
        ("perturbation_id,cost\nA,nan\n", "no number above 0"), ("perturbation_id,cost\nA,inf\n", "no number above 0"),
        ("perturbation_id,cost\nA,many\n", "no number above 0"), ("perturbation_id,cost\n,1\n", "names no perturbation"),
        ("perturbation_id,cost\nA,1\nA,2\n", "row 3 of prices.csv: A has two prices"),
        ("perturbation_id,cost\n", "holds no row"), ("\x80\x04pickle", "pickle"),
    ],
)  # fmt: skip
def test_prices_that_cannot_be_used_are_named_by_row(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as caught:
        read_prices(file)
    assert words in str(caught.value)


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file 'none.csv'"):
        read_prices(tmp_path / "none.csv")
