"""Look at files in a process of its own: readers in C may be brought down by a file, and the app must not fall with them."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from workbench import errors
from workbench.catalog.importers.plan import ImportPlan, understand
from workbench.catalog.importers.wishes import Wishes

MAX_MEMORY = 6 << 30


def understand_apart(
    paths: Sequence[Path], name: str, wishes: Wishes, genes: frozenset[str]
) -> tuple[ImportPlan, frozenset[str]]:
    """The plan and the genes named, read by another process of limited memory.

    Raises what reading raises, and InputError when the process dies over the file.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            found = pool.submit(_look, list(paths), name, wishes, genes).result()
        except BrokenProcessPool as error:
            raise errors.InputError(
                f"{paths[0].name} brought its reader down; it is damaged or made to do so.", where=str(paths[0])
            ) from error
    if isinstance(found, dict):
        raise getattr(errors, found["error"])(found["message"], where=found["where"], hint=found["hint"])
    return found


def _look(
    paths: list[Path], name: str, wishes: Wishes, genes: frozenset[str]
) -> tuple[ImportPlan, frozenset[str]] | dict[str, str]:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        plan, batch, _ = understand(paths, name, wishes, genes)
    except errors.WorkbenchError as error:
        return error.to_json()
    except MemoryError:
        words = f"{paths[0].name} needs more than {MAX_MEMORY >> 30} GB of memory to be read."
        return errors.InputError(words, where=str(paths[0]), hint="Split it, or write Parquet.").to_json()
    return plan, batch.symbols()
