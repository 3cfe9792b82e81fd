from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.views.style import numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.041234, "0.0412"), (12.345, "12.3"), (1234.5, "1,234"), (123456, "123,456"), (-0.5, "−0.500"), (0, "0"),
        (9.999, "10.0"), (0.00001234, "1.23×10⁻⁵"), (2.5e9, "2.50×10⁹"), (-3e-7, "−3.00×10⁻⁷"), (math.inf, "∞"),
        (-math.inf, "−∞"), (math.nan, "–"), (None, "–"),
    ],
)  # fmt: skip
def test_significant_figures(value: float | None, shown: str) -> None:
    assert numbers.significant(value) == shown


@given(st.floats(1e-4, 9e6), st.integers(1, 6))
def test_what_is_shown_is_near_what_is(value: float, figures: int) -> None:
    read = float(numbers.significant(value, figures).replace(",", ""))
    assert abs(read - value) <= 0.51 * 10 ** (math.floor(math.log10(value)) + 1 - figures) + 0.5 * (
        value >= 10**figures
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_becomes_short_text_without_an_ascii_minus(value: float) -> None:
    shown = numbers.significant(value)
    assert 1 <= len(shown) <= 12
    assert "-" not in shown


def test_signs_units_and_intervals() -> None:
    assert numbers.signed(1.234, 2) == "+1.2"
    assert numbers.signed(-1.234, 2) == "−1.2"
    assert numbers.signed(0.0) == "0"
    assert numbers.quantity(0.43, "%") == "43\u202f%"
    assert numbers.quantity(2.345, "kcal/mol") == "2.35\u202fkcal/mol"
    assert numbers.quantity(2.0) == "2.00"
    assert numbers.quantity(None, "µM") == "–"
    assert numbers.interval(-0.123, 0.456) == "[−0.12, 0.46]"
    assert numbers.interval(None, 1.0) == "–"


def test_p_values_have_a_floor() -> None:
    assert numbers.p_value(0.0312) == "0.031"
    assert numbers.p_value(1e-9) == "< 0.0001"
    assert numbers.p_value(0.0005, floor=1 / 1001) == "< 0.001"
    assert numbers.p_value(math.nan) == "–"


def test_counts() -> None:
    assert numbers.count(1, "plate") == "1 plate"
    assert numbers.count(1204, "plate") == "1,204 plates"
    assert numbers.count(2, "hypothesis", "hypotheses") == "2 hypotheses"


@given(st.text())
def test_text_cannot_open_a_tag(value: str) -> None:
    assert not re.search(r"[<>\"]", numbers.text(value))
    assert "<script" not in numbers.shorten(value + "<script>", 200)


def test_long_names_keep_their_full_text() -> None:
    name = "a" * 60
    assert numbers.shorten(name, 20) == f'<span title="{name}">{"a" * 19}…</span>'
    assert numbers.shorten("short") == "short"


@given(st.text(max_size=60), st.integers(5, 40))
def test_a_short_name_fits_and_a_name_that_fits_stays(name: str, length: int) -> None:
    short = numbers.short_name(name, length)
    assert len(short) == min(length, len(name))
    if len(name) <= length:
        assert short == name


def test_a_long_name_keeps_all_its_parts() -> None:
    assert numbers.short_name("Nuclei_Texture_InfoMeas1_Mito_10_0") == "Nucle_Textu_InfoMe_Mito_10_0"
    names = [f"Cells_RadialDistribution_MeanFrac_{c}_{i}of4" for c in ("DNA", "AGP", "Mito") for i in (1, 2)]
    assert len({numbers.short_name(name) for name in names}) == len(names)
    assert numbers.short_name("x" * 40) == "x" * 13 + "…" + "x" * 14
