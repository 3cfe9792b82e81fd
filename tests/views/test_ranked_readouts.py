"""The ranking as SVG: every mark at its place, unknown and infinite values left out, names safe and short."""

import math
import xml.etree.ElementTree as ElementTree

from workbench.views.ranked_readouts import ranked_svg

SVG = "{http://www.w3.org/2000/svg}"


def row(name, predicted, low, high, measured=None):
    return {"readout": name, "predicted": predicted, "low": low, "high": high, "baseline": 0.5, "measured": measured}


def test_each_row_holds_its_marks_and_says_its_numbers():
    tree = ElementTree.fromstring(ranked_svg([row("UP", 2.0, 1.0, 3.0, 2.5), row("DOWN", -1.0, -2.0, 0.0)], "T", "z"))
    up, down = tree.iter(f"{SVG}g")
    assert up.find(f"{SVG}title").text == "UP: predicted +2.0 [1.0, 3.0], baseline +0.50, measured +2.5"
    assert up.find(f"{SVG}path") is not None
    assert down.find(f"{SVG}path") is None  # nothing was measured
    x = [float(group.find(f"{SVG}circle").get("cx")) for group in (up, down)]
    assert x[0] > x[1]
    line = next(up.iter(f"{SVG}line"))
    assert float(line.get("x1")) < x[0] < float(line.get("x2"))


def test_endless_intervals_and_unknown_measurements_are_left_out():
    drawn = ranked_svg([row("A", 1.0, -math.inf, math.inf, math.nan)], "T", "z")
    assert "nan" not in drawn.lower()
    assert "inf" not in drawn.lower()
    assert len(list(next(ElementTree.fromstring(drawn).iter(f"{SVG}g")).iter(f"{SVG}line"))) == 1  # the baseline's tick


def test_names_are_safe_and_long_ones_are_cut_with_the_whole_on_hover():
    name = "<b>" + "x" * 40
    tree = ElementTree.fromstring(ranked_svg([row(name, 1.0, 0.0, 2.0)], "<T>", "z"))
    (group,) = tree.iter(f"{SVG}g")
    assert name in group.find(f"{SVG}title").text
    assert group.find(f"{SVG}text").text == "<b>" + "x" * 10 + "…" + "x" * 14


def test_nothing_and_all_zeros_are_drawn_without_complaint():
    assert ranked_svg([], "T", "z").startswith("<svg")
    assert "nan" not in ranked_svg([row("A", 0.0, 0.0, 0.0) | {"baseline": 0.0}], "T", "z")
