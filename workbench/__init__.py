"""workbench: an interactive lab-in-the-loop workbench for drug discovery.

>>> import workbench as wb
>>> lab = wb.open()  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.lab import Lab

__version__ = "0.1.0"


def open(home: str | None = None, **settings: Any) -> Lab:
    """Open the lab: `home` is its folder (default: `WORKBENCH_HOME`), other settings by name."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    if home is not None:
        settings["home"] = home
    return Lab.open(Settings(**settings))


def draw(noun: Any, **options: Any) -> Any:
    """Draw any noun as the app does; returns an object that a notebook shows by itself."""
    from workbench.views import draw as draw_view
    from workbench.views.notebook import prepare

    prepare()
    return draw_view(noun, **options).panel()


def __getattr__(name: str) -> Any:
    # not `from workbench import nouns`: that asks this function for "nouns" while it is not loaded yet
    nouns = import_module("workbench.nouns")
    if name in nouns.__all__:
        return getattr(nouns, name)
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")
