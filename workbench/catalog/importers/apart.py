"""Look at files in a process of its own: readers in C may be brought down by a file, and the app must not fall with them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench import errors
from workbench.catalog.importers.plan import ImportPlan, understand
from workbench.catalog.importers.wishes import Wishes

MAX_MEMORY = 6 << 30
PROJECT = Path(__file__).resolve().parents[3]


def understand_apart(
    paths: Sequence[Path], name: str, wishes: Wishes, genes: frozenset[str]
) -> tuple[ImportPlan, frozenset[str]]:
    """The plan and the genes named, read by another process of limited memory.

    Raises what reading raises, and InputError when the process dies over the file.
    """
    said = {
        "paths": [str(path.resolve()) for path in paths],
        "name": name,
        "wishes": wishes.to_json(),
        "genes": sorted(genes),
    }
    done = subprocess.run(
        [sys.executable, "-m", "workbench.catalog.importers.apart"], input=json.dumps(said), capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])},
    )  # fmt: skip
    if done.returncode:
        raise errors.InputError(
            f"{paths[0].name} brought its reader down; it is damaged or made to do so.", where=str(paths[0]),
            hint=(done.stderr.strip().splitlines() or [""])[-1][:200],
        )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    if "error" in found:
        raise getattr(errors, found["error"])(found["message"], where=found["where"], hint=found["hint"])
    plan = ImportPlan(
        tuple(paths), name, found["importer"], found["sha256"], found["facts"], found["counts"],
        tuple(found["rejects"]), tuple(found["notes"]), wishes,
    )  # fmt: skip
    return plan, frozenset(found["symbols"])


def main() -> None:
    """Read what to look at from standard input, write what was found to standard output, both as JSON."""
    said = json.loads(sys.stdin.read())
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    sys.stdout.write(json.dumps(_look(said), default=str))


def _look(said: dict[str, Any]) -> dict[str, Any]:
    paths = [Path(path) for path in said["paths"]]
    try:
        plan, batch, _ = understand(paths, said["name"], Wishes.of(said["wishes"]), frozenset(said["genes"]))
    except errors.WorkbenchError as error:
        return error.to_json()
    except MemoryError:
        words = f"{paths[0].name} needs more than {MAX_MEMORY >> 30} GB of memory to be read."
        return errors.InputError(words, where=str(paths[0]), hint="Split it, or write Parquet.").to_json()
    facts = {"importer": plan.importer, "sha256": plan.sha256, "facts": plan.facts, "counts": plan.counts}
    return facts | {"rejects": plan.rejects, "notes": plan.notes, "symbols": sorted(batch.symbols())}


if __name__ == "__main__":
    main()
