"""Colours with a meaning each: categories, signed change, controls, states; and the tokens of the two themes."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError

CATEGORICAL = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A900", "#7B5BB5", "#44AA99", "#882255",
    "#999933", "#AA4499",
)  # Okabe and Ito (2008), yellow darkened for white grounds; then Tol's muted set  # fmt: skip
DIVERGING = ("#2166AC", "#67A9CF", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#EF8A62", "#B2182B")  # ColorBrewer RdBu, reversed
SEQUENTIAL = (
    "#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6DCD59", "#B4DE2C", "#FDE725",
)  # viridis  # fmt: skip
UP, DOWN = "#B2182B", "#2166AC"
CONTROL = NO_SIGNAL = "#8A9099"
HIGHLIGHT = "#E8590C"
ACCENT = "#0B6E7F"
ACCENT_DARK = "#5CC8D8"
GOOD, WARN, BAD = "#1B7F4B", "#8F5B00", "#B3261E"
STATE = {
    "draft": "#6B757F", "proposed": "#7B5BB5", "approved": "#0072B2", "scheduled": "#27739F", "in lab": "#8F5B00",
    "measured": "#00795A", "resolved": GOOD, "withdrawn": "#6B757F",
}  # fmt: skip
OUTCOME = {"supported": GOOD, "refuted": BAD, "inconclusive": "#6B757F"}
VERDICT = {"signal": GOOD, "no signal": "#5F6872", "outside my domain": WARN}
ROLE = {"treatment": ACCENT, "negative control": CONTROL, "positive control": "#CC79A7", "empty": "#00000000"}
TOKENS = {
    "light": {
        "ground": "#F6F7F9", "surface": "#FFFFFF", "raised": "#FFFFFF", "ink": "#1B2126", "muted": "#57606A",
        "line": "#DFE3E8", "accent": ACCENT, "on-accent": "#FFFFFF", "wash": "#E7F3F5", "good": GOOD, "warn": WARN,
        "bad": BAD, "up": UP, "down": DOWN,
    },
    "dark": {
        "ground": "#101417", "surface": "#171C20", "raised": "#1F262B", "ink": "#E6EAED", "muted": "#A3ADB6",
        "line": "#2E373E", "accent": ACCENT_DARK, "on-accent": "#0D1517", "wash": "#17323A", "good": "#6FCF97",
        "warn": "#F2B84B", "bad": "#FF8A80", "up": "#F4897B", "down": "#78B4F0",
    },
}  # fmt: skip
HATCH = "/"  # Bokeh's name of the hatch that marks simulated data on a figure


def categories(names: Sequence[str]) -> dict[str, str]:
    """One colour a name, in the order given; beyond the palette every name gets the grey of "other"."""
    return {name: CATEGORICAL[i] if i < len(CATEGORICAL) else CONTROL for i, name in enumerate(names)}


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of `#RRGGBB`. Raises InputError for anything else."""
    digits = colour.removeprefix("#")
    if len(digits) != 6 or any(character not in "0123456789abcdefABCDEF" for character in digits):
        raise InputError(f"a colour is written #RRGGBB, got {colour!r}.")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in rgb(colour)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
