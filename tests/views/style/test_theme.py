from bokeh.plotting import figure

from workbench.views.style.palette import TOKENS
from workbench.views.style.theme import colours, style_figure


def test_a_figure_takes_the_colours_of_its_theme() -> None:
    for dark in (False, True):
        tokens = TOKENS["dark" if dark else "light"]
        drawn = style_figure(figure(title="t"), dark)
        assert drawn.background_fill_alpha == 0
        assert {axis.major_label_text_color for axis in drawn.axis} == {tokens["muted"]}
        assert {grid.grid_line_color for grid in drawn.grid} == {tokens["line"]}
        assert drawn.title.text_color == tokens["ink"] == colours(dark)["ink"]
        assert drawn.toolbar.logo is None
