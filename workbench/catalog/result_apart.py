"""Read Excel and HDF5 result files in a process of its own, of limited memory and time: a file may bring its reader down."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from workbench import errors
from workbench.catalog.importers.formats.plate_grid import Grid
from workbench.catalog.result_files import FoundGrids, ResultTable, read_result_file

MAX_MEMORY = 4 << 30
MAX_SECONDS = 300
PROJECT = Path(__file__).resolve().parents[2]


def is_risky(path: Path) -> bool:
    """Whether a file is of a kind whose reader is not trusted with it: a workbook or HDF5."""
    with path.open("rb") as handle:
        magic = handle.read(8)
    return magic[:2] == b"PK" or magic == b"\x89HDF\r\n\x1a\n"


def read_apart(path: Path, readouts: Sequence[str]) -> ResultTable | FoundGrids:
    """`read_result_file` in another process. Raises what it raises, and InputError when the process dies over the file."""
    with tempfile.TemporaryDirectory() as folder:
        said = json.dumps({"path": str(path.resolve()), "readouts": list(readouts), "folder": folder})
        search = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
        try:
            done = subprocess.run(
                [sys.executable, "-m", "workbench.catalog.result_apart"], input=said, capture_output=True, text=True,
                check=False, timeout=MAX_SECONDS, env={**os.environ, "PYTHONPATH": search},
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise errors.InputError(
                f"{path.name} was not read within {MAX_SECONDS} s.", where=str(path), hint="Write Parquet or CSV."
            ) from error
        if done.returncode:
            raise errors.InputError(
                f"{path.name} brought its reader down; it is damaged or made to do so.", where=str(path),
                hint=(done.stderr.strip().splitlines() or [""])[-1][:200],
            )  # fmt: skip
        found = json.loads(done.stdout)
        if "error" in found:
            raise getattr(errors, found["error"])(found["message"], where=found["where"], hint=found["hint"])
        return _back(found, Path(folder))


def main() -> None:
    """Read what to look at from standard input, write what was found to standard output and the folder."""
    said = json.loads(sys.stdin.read())
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    path = Path(said["path"])
    try:
        found = _there(read_result_file(path, said["readouts"]), Path(said["folder"]))
    except errors.WorkbenchError as error:
        found = error.to_json()
    except MemoryError:
        words = f"{path.name} needs more than {MAX_MEMORY >> 30} GB of memory to be read."
        found = errors.InputError(words, where=str(path), hint="Split it, or write Parquet.").to_json()
    sys.stdout.write(json.dumps(found))


def _there(found: ResultTable | FoundGrids, folder: Path) -> dict[str, Any]:
    """What was found as JSON; arrays of numbers go to the folder."""
    if isinstance(found, FoundGrids):
        for i, grid in enumerate(found.grids):
            np.save(folder / f"{i}.npy", grid.values)
        return {
            "form": found.form, "notes": found.notes,
            "grids": [{**asdict(grid), "values": i} for i, grid in enumerate(found.grids)],
        }  # fmt: skip
    np.save(folder / "values.npy", found.values)
    facts = {name: getattr(found, name) for name in ("form", "readouts", "others", "wrong", "notes", "whole_plates")}
    arrays = {name: getattr(found, name) for name in ("plates", "wells", "row_numbers")}
    return facts | {name: None if array is None else array.tolist() for name, array in arrays.items()}


def _back(found: dict[str, Any], folder: Path) -> ResultTable | FoundGrids:
    if "grids" in found:
        grids = [
            Grid(**{
                **item, "values": np.load(folder / f"{item['values']}.npy", allow_pickle=False),
                "above": tuple(item["above"]), "wrong": [tuple(cell) for cell in item["wrong"]],
            })
            for item in found["grids"]
        ]  # fmt: skip
        return FoundGrids(found["form"], grids, found["notes"])
    texts = {name: None if found[name] is None else np.array(found[name], dtype=object) for name in ("plates", "wells")}
    return ResultTable(
        found["form"], texts["plates"], texts["wells"], np.array(found["row_numbers"], dtype=int), tuple(found["readouts"]),
        np.load(folder / "values.npy", allow_pickle=False), tuple(found["others"]), [tuple(cell) for cell in found["wrong"]],
        found["notes"], found["whole_plates"],
    )  # fmt: skip


if __name__ == "__main__":
    main()
