"""One look: colours, numbers in words, and small HTML parts that follow the theme."""

from workbench.views.style.numbers import count, interval, number, p_value, quantity, shorten, signed, significant, text
from workbench.views.style.palette import ACCENT, CATEGORICAL, CONTROL, DIVERGING, HIGHLIGHT, NO_SIGNAL, SEQUENTIAL

__all__ = [
    "ACCENT", "CATEGORICAL", "CONTROL", "DIVERGING", "HIGHLIGHT", "NO_SIGNAL", "SEQUENTIAL", "count", "interval",
    "number", "p_value", "quantity", "shorten", "signed", "significant", "text",
]  # fmt: skip
