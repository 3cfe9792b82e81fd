"""Threads for the callbacks of all sessions: sessions run side by side, what one browser did runs in its order.

Panel hands every change, click and periodic look to a pool of threads as it comes. Two threads of one session then
overtake each other (a click is answered before the name typed ahead of it) and set the same parameter at once, which
`param` does not survive: its watchers fall silent. Here each session has one line.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from panel.io.callbacks import PeriodicCallback
from panel.reactive import Syncable


@dataclass(frozen=True, eq=False)
class Call:
    """A call that waits in a session's line, with the promise of its result."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    future: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        """Call it and keep the promise, whatever happens."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.function(*self.arguments, **self.options))
        except BaseException as error:  # noqa: BLE001  the edge of a thread: whoever holds the promise hears of it
            self.future.set_exception(error)


class Turns(Executor):
    """An executor in which calls of one session take turns; calls of no session run as threads are free."""

    def __init__(self, n_threads: int) -> None:
        self._threads = ThreadPoolExecutor(n_threads, thread_name_prefix="turn")
        self._lines: WeakKeyDictionary[Any, deque[Call]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run the call in its session's turn; a periodic look that still waits stands for the next one too."""
        session = session_of(fn, args)
        if session is None:
            return self._threads.submit(fn, *args, **kwargs)
        call = Call(fn, args, kwargs)
        with self._lock:
            line = self._lines.setdefault(session, deque())
            waiting = next((other for other in list(line)[1:] if other.function == fn), None)  # the first one runs
            if waiting is not None and isinstance(fn.__self__, PeriodicCallback):
                fn.__self__._post_callback(*args[1:])
                return waiting.future
            line.append(call)
            if len(line) == 1:
                self._threads.submit(self._next, line)
        return call.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def _next(self, line: deque[Call]) -> None:
        """Run the first call of a line, then queue up again behind the other sessions."""
        line[0].run()
        catch_up(line[0])
        with self._lock:
            line.popleft()
            if line:
                self._threads.submit(self._next, line)


def catch_up(call: Call) -> None:
    """Hand over changes that came in just as the component took the ones before: Panel schedules nothing for those."""
    owner = getattr(call.function, "__self__", None)
    if isinstance(owner, Syncable) and owner._events:
        Call(owner._change_event, call.arguments[:1], {}).run()


def session_of(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The document whose turn a call belongs to: that of a component's event or of a periodic look; else None.

    Loading a page and threads asked for by name belong to none: the frame answers while the content is made.
    """
    owner = getattr(function, "__self__", None)
    if isinstance(owner, PeriodicCallback):
        return owner._doc
    if isinstance(owner, Syncable) and arguments:
        return arguments[0]
    return None
