"""How a figure follows the theme: colours by mode and quiet axes."""

from __future__ import annotations

from typing import Any

from workbench.views.style.palette import TOKENS

FONT = "Roboto, system-ui, sans-serif"


def colours(dark: bool) -> dict[str, str]:
    """Tokens of one theme: ground, surface, ink, muted, line, accent, good, warn, bad …"""
    return TOKENS["dark" if dark else "light"]


def plot_style(dark: bool) -> dict[str, dict[str, Any]]:
    """Bokeh attributes of figure, axes, grid and title in one theme: transparent ground, quiet axes."""
    c = colours(dark)
    return {
        "figure": {"background_fill_alpha": 0.0, "border_fill_alpha": 0.0, "outline_line_color": None},
        "axis": {
            "axis_label_text_color": c["muted"], "axis_label_text_font_style": "normal", "axis_line_color": c["line"],
            "axis_label_text_font_size": "13px", "axis_label_text_font": FONT, "major_label_text_color": c["muted"],
            "major_label_text_font_size": "13px", "major_label_text_font": FONT, "major_tick_line_color": c["line"],
            "minor_tick_line_color": None,
        },
        "grid": {"grid_line_color": c["line"], "grid_line_alpha": 0.7},
        "title": {"text_color": c["ink"], "text_font": FONT, "text_font_size": "15px", "text_font_style": "bold"},
    }  # fmt: skip


def style_figure(figure: Any, dark: bool = False) -> Any:
    """Apply the theme to a Bokeh figure; gives the figure. In the app text and axes follow the toggle by themselves."""
    style = plot_style(dark)
    figure.update(**style["figure"])
    for axis in figure.axis:
        axis.update(**style["axis"])
    for grid in figure.grid:
        grid.update(**style["grid"])
    figure.title.update(**style["title"])
    figure.toolbar.logo = None
    return figure
