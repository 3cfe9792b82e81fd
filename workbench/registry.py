"""One registry class: a dict filled by decorators in the files of one folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from workbench.errors import UnknownNameError, WorkbenchError


@dataclass(frozen=True)
class Entry:
    """A registered thing with the facts that pages, docs and suites show."""

    name: str
    thing: Any
    facts: dict[str, Any] = field(default_factory=dict)


class Registry:
    """Names to things, filled by `@registry.register(name, **facts)` beside each thing.

    `package` is imported file by file on the first look-up, so that importing workbench stays light.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._entries: dict[str, Entry] = {}
        self._loaded = False

    def register(self, name: str, **facts: Any) -> Callable[[Any], Any]:
        """Decorator that files a thing under `name`; a name used twice is an error naming both."""

        def file(thing: Any) -> Any:
            known = self._entries.get(name)
            if known is not None and _origin(known.thing) != _origin(thing):
                raise WorkbenchError(
                    f"{self.kind} {name!r} is registered twice: in {_origin(known.thing)} and {_origin(thing)}"
                )
            self._entries[name] = Entry(name, thing, facts)
            return thing

        return file

    def find(self, name: str) -> Entry:
        """The entry of that name; an unknown name offers the nearest and lists all."""
        self._load()
        if name not in self._entries:
            near = get_close_matches(name, self._entries, n=1)
            raise UnknownNameError(
                f"no {self.kind} is called {name!r}.",
                hint=(f"Did you mean {near[0]!r}? " if near else "") + f"Known: {', '.join(sorted(self._entries))}.",
            )
        return self._entries[name]

    def names(self) -> list[str]:
        """All names, sorted."""
        self._load()
        return sorted(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        self._load()
        return iter([self._entries[name] for name in sorted(self._entries)])

    def __len__(self) -> int:
        self._load()
        return len(self._entries)

    def _load(self) -> None:
        if self._loaded:
            return
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            if not module.ispkg:
                importlib.import_module(f"{self.package}.{module.name}")
        self._loaded = True  # only after the last file: a broken file must not leave a shorter list


def _origin(thing: Any) -> str:
    return f"{getattr(thing, '__module__', '?')}.{getattr(thing, '__qualname__', repr(thing))}"
