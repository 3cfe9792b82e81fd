import numpy as np

from workbench.views.colouring import CATEGORICAL, OTHER, colour_by, legend_html, scale


def test_categories_get_colours_by_how_common_they_are() -> None:
    column = np.array(["b"] * 5 + ["a"] * 3 + [""] * 2)
    colouring = colour_by("mechanism", column, 10)
    assert colouring.names == ("b", "a")
    assert colouring.counts == (5, 3)
    assert colouring.colours().tolist() == [CATEGORICAL[0]] * 5 + [CATEGORICAL[1]] * 3 + [OTHER] * 2


def test_more_categories_than_colours_become_other() -> None:
    column = np.array([f"g{i}" for i in range(40)])
    colouring = colour_by("gene", column, 40)
    assert len(colouring.names) == len(CATEGORICAL)
    assert (colouring.colours() == OTHER).sum() == 40 - len(CATEGORICAL)
    assert "other or none" in legend_html(colouring, 40)


def test_numbers_use_a_scale_and_missing_ones_are_grey() -> None:
    colouring = colour_by("p", np.array([0.0, 0.5, 1.0, np.nan]), 4)
    assert colouring.is_numeric
    colours = colouring.colours()
    assert colours[-1] == OTHER.lower()
    assert len(set(colours)) == 4


def test_signed_scale_is_white_in_the_middle() -> None:
    assert scale(np.array([0.0]), -1, 1, diverging=True)[0].min() > 240


def test_names_in_a_legend_are_text_not_html() -> None:
    html = legend_html(colour_by("c", np.array(["<script>alert(1)</script>"] * 2 + ["x"]), 3), 3)
    assert "<script>" not in html


def test_a_constant_column_and_no_column_are_drawn() -> None:
    assert len(set(colour_by("n", np.ones(3), 3).colours())) == 1
    assert len(set(colour_by("", None, 3).colours())) == 1
