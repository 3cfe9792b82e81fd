"""Imports in processes of their own: killed before a given table, at any moment, or with a disk that is full."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from workbench.catalog import batch, datasets
from workbench.catalog.importers.measured import Spool
from workbench.catalog.loaders import LOADERS
from workbench.catalog.store import Catalog
from workbench.errors import StorageError
from workbench.settings import Settings

# a server that has imported this file and opened nothing; each process is a fork of it, which spares two seconds
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])
LOADERS.names()


def start(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Begin one of the functions below in another process."""
    process = _processes.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def event() -> Any:
    """What a process sets to say that it has begun."""
    return _processes.Event()


def pipe() -> tuple[Any, Any]:
    """Two ends: the second one is for the process."""
    return _processes.Pipe()


def import_bundled(home: Path, name: str, die_at: int = 0, ready: Any = None) -> None:
    """Import a bundled data set; the process kills itself once `die_at` tables are written."""
    catalog = _opened(home, die_at)
    if ready is not None:
        ready.set()
    datasets.import_dataset(catalog, name)


def import_file(home: Path, path: Path, die_at: int) -> None:
    """Import somebody's own file, killed in the same way; `die_at` 0: within the first table that comes in blocks."""
    catalog = _opened(home, die_at)
    if not die_at:
        Spool.blocks = _cut(Spool.blocks)
    datasets.import_own_files(catalog, path, "mine")


def import_file_onto_a_full_disk(home: Path, path: Path, largest_file: int, told: Any) -> None:
    """Import a file while no file may grow beyond a size; what the refusal says goes into the pipe."""
    catalog = Catalog.open(Settings(home=home, mirror=None))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    try:
        datasets.import_own_files(catalog, path, "mine")
    except StorageError as error:
        told.send(str(error))


def _cut(blocks: Callable[[Spool], Iterator[Any]]) -> Callable[[Spool], Iterator[Any]]:
    """The first block, then the end of the process."""

    def cut(spool: Spool) -> Iterator[Any]:
        yield next(blocks(spool))
        os.kill(os.getpid(), signal.SIGKILL)

    return cut


def _opened(home: Path, die_at: int) -> Catalog:
    catalog = Catalog.open(Settings(home=home, mirror=None))
    written = 0

    def write_frame(cursor: Any, table: str, frame: Any, write: Callable[..., None] = batch.write_frame) -> None:
        nonlocal written
        write(cursor, table, frame)
        written += 1
        if written == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    batch.write_frame = datasets.write_frame = write_frame
    return catalog
