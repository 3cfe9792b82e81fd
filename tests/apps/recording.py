"""A frame that keeps what a page asks of it, for tests of pages without a browser."""

from __future__ import annotations

from collections.abc import Callable

from workbench.views.frame.password_again import PasswordAgain


class RecordingFrame:
    """What was written into the address, said and opened; nothing looks again by itself."""

    person = "me"
    dark = False
    is_open = True

    def __init__(self) -> None:
        self.url: dict[str, object] = {}
        self.messages: list[str] = []

    def update_url(self, **state: object) -> None:
        self.url |= state

    def retitle(self, sentence: str, python: str = "") -> None:
        self.title, self.python = sentence, python

    def notify(self, text: str, kind: str = "info") -> None:
        self.messages.append(text)

    def go(self, path: str, **state: object) -> None:
        self.url = {"path": path, **state}

    def guard(self, function: object) -> object:
        return function

    def password_again(self) -> PasswordAgain:
        return PasswordAgain()

    def every(self, milliseconds: int, look: object) -> Callable[[], None]:
        return lambda: None


def texts(panel: object) -> str:
    """All words of a panel's parts."""
    return " ".join(str(getattr(item, "object", "")) for item in panel.select())
