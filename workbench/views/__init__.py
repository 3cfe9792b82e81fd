"""Views: one file a noun; the same object in the app and in a notebook. A view computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.errors import UnknownNameError
from workbench.registry import Registry

VIEWS = Registry("view", "workbench.views")


def view(noun: type) -> Callable[[Any], Any]:
    """File a class as the drawing of one noun: `View(noun, **options)` with `.panel()`, `.data()` and `.python()`."""
    return VIEWS.register(noun.__name__, noun=noun)


def draw(noun: Any, **options: Any) -> Any:
    """The registered view of a noun, e.g. `draw(prediction).panel()`. Raises UnknownNameError for other objects."""
    name = type(noun).__name__
    if name not in VIEWS.names():
        raise UnknownNameError(f"there is no view for {name}.", hint=f"Views exist for {', '.join(VIEWS.names())}.")
    return VIEWS.find(name).thing(noun, **options)
