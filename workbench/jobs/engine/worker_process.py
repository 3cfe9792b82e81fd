"""The worker of the app: a child process, started, watched and stopped with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.settings import Settings

log = logging.getLogger(__name__)


class WorkerProcess:
    """A worker as a child process of the app: started, watched, started again when it dies, stopped with the app."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Start the worker and keep it running; nothing happens after `stop`."""
        if not self._stop.is_set():
            self._spawn()
            self._watcher.start()

    def stop(self) -> None:
        """Stop it; jobs in progress are resumed by the next worker."""
        self._stop.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()

    @property
    def pid(self) -> int | None:
        """Process id of the running worker."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _spawn(self) -> None:
        environment = {
            **os.environ,
            **{
                f"WORKBENCH_{name.upper()}": str(value)
                for name, value in self.settings.model_dump().items()
                if value not in (None, "")
            },
            "WORKBENCH_PARENT": str(os.getpid()),
        }
        log_file = self.settings.home / "worker.log"
        with log_file.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "workbench.cli", "worker"],
                env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            if self._process is not None and self._process.poll() is not None:
                log.warning("the worker ended with %s, starting it again", self._process.returncode)
                self._spawn()
