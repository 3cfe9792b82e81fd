"""The registry of pages: a path, a title and a frozen dataclass that is the page's URL state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from workbench.registry import Registry

if TYPE_CHECKING:
    from workbench.views.frame.password_again import PasswordAgain

PAGES = Registry("page", "apps")


@dataclass(frozen=True)
class Content:
    """What a page hands to the frame: a sentence as title, chips, the main canvas and the inspector.

    `later` runs in a thread once these stand: what takes longer is filled in there.
    """

    title: str
    main: Any
    chips: tuple[str, ...] = ()
    inspector: Any = None
    python: str = ""
    later: Callable[[], None] | None = None


@dataclass(frozen=True)
class Preview:
    """What can be shown of a page before the browser's scripts have started: plain HTML in our classes, no widgets."""

    title: str
    html: str
    chips: tuple[str, ...] = ()
    has_inspector: bool = False


class Frame(Protocol):
    """What a page may ask of the frame around it; `is_open` until another page takes its place."""

    is_open: bool

    @property
    def person(self) -> str:
        """Under which name this browser acts."""
        ...

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on now."""
        ...

    def update_url(self, **state: Any) -> None:
        """Write changed fields of the page's state into the address, without loading."""
        ...

    def retitle(self, sentence: str, python: str = "") -> None:
        """Another title and Python line: the page answers another question in place."""
        ...

    def notify(self, text: str, kind: str = "info") -> None:
        """A short message that goes away: info, success, warning or error."""
        ...

    def go(self, path: str, **state: Any) -> None:
        """Open another page in this tab."""
        ...

    def guard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a callback: errors of ours become a message in words, others are logged and said in words."""
        ...

    def password_again(self) -> PasswordAgain:
        """The field in which who approves types the password again, where the lab asks for it."""
        ...

    def every(self, milliseconds: int, look: Callable[[], Any]) -> Callable[[], None]:
        """Call `look` again and again while the page is open and somebody sees it; the answer ends that."""
        ...


@dataclass(frozen=True)
class NoState:
    """The URL state of a page that has none."""


@dataclass(frozen=True)
class PageFacts:
    """Facts of one page, filed beside its function."""

    path: str
    title: str
    icon: str = ""
    order: int | None = None
    state: type = NoState
    at_once: bool = False
    preview: Callable[[Any, Any], Preview | None] | None = None


def page(
    path: str, title: str, *, icon: str = "", order: int | None = None, state: type = NoState, at_once: bool = False,
    preview: Callable[[Any, Any], Preview | None] | None = None,
) -> Callable[[Any], Any]:  # fmt: skip
    """File `f(lab, state, frame) -> Content` as the page at `path`.

    `order` is its place in the navigation (None: not in the navigation); `state` a frozen dataclass of str, int, float
    and bool fields with defaults, read from and written to the address. `at_once`: the content is made within a tenth of
    a second and goes out with the frame; other contents follow the frame, and until then `preview(lab, state)` stands in
    their place: what costs as little, or None.
    """
    return PAGES.register(path, facts=PageFacts(path, title, icon, order, state, at_once, preview))


def link(path: str, **state: Any) -> str:
    """The address of a page with its state, e.g. `link("/entity", kind="gene", id="TP53")`."""
    from urllib.parse import urlencode

    query = urlencode({key: value for key, value in state.items() if value not in ("", None)})
    return f"{path}?{query}" if query else path
