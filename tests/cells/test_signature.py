"""Signatures as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cells.signature import read_signature, weights_over
from workbench.errors import InputError

NAMES = st.text("ABCDEFGH0123456789-", min_size=1, max_size=8)


def test_lists_and_rows_are_read_and_a_name_alone_counts_as_up():
    assert read_signature("up: A, B\nDown= C;D") == {"A": 1.0, "B": 1.0, "C": -1.0, "D": -1.0}
    assert read_signature("gene\tlogfc\nMYC\t1.5\nTP53,-2e-1\n# said\n\nXBP1") == {
        "MYC": 1.5,
        "TP53": -0.2,
        "XBP1": 1.0,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("A 0", "empty"), ("A one", "'one' is not a number"), ("A nan", "'nan'"), ("A 1\nA 2", "given twice"),
     ("A\n" * 5001, "at most 5,000 lines")],
)  # fmt: skip
def test_what_cannot_be_used_is_named(text, said):
    with pytest.raises(InputError, match=said):
        read_signature(text)


@given(st.dictionaries(NAMES, st.floats(-100, 100).filter(lambda x: abs(x) > 1e-6), min_size=1, max_size=20))
def test_what_is_written_is_what_is_read_and_weights_sum_to_one(signature):
    text = "\n".join(f"{name} {value!r}" for name, value in signature.items())
    if next(iter(signature)).lower() not in {"gene"}:
        assert read_signature(text) == signature
    weights = weights_over(signature, tuple(signature))
    assert sum(map(abs, weights.values())) == pytest.approx(1)
    assert all((weights[name] > 0) == (value > 0) for name, value in signature.items())


def test_a_signature_that_is_not_read_out_is_refused_with_what_is():
    with pytest.raises(InputError, match="none of 1 names") as caught:
        weights_over({"A": 1.0}, ("X", "Y"))
    assert "X, Y" in caught.value.hint
