"""Marks of SVG figures."""

import xml.etree.ElementTree as ElementTree

from workbench.views.style.svg import label, line


def test_text_is_safe_and_both_take_the_colour_around_them():
    text = ElementTree.fromstring(label(1, 2.04, "<b> & c", "end"))
    assert (text.text, text.get("fill"), text.get("x")) == ("<b> & c", "currentColor", "1.0")
    assert ElementTree.fromstring(line(0, 0, 1, 1, "currentColor", 2)).get("stroke-width") == "2.0"
