"""Weights on disk: safetensors with their configuration, written whole or not at all, named by content."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from workbench.errors import StorageError


def save_checkpoint(folder: Path, arrays: dict[str, np.ndarray], config: dict[str, Any]) -> str:
    """Write arrays and configuration; gives the sha256 of the file, which is also its name."""
    metadata = {"config": json.dumps(config, sort_keys=True)}
    data = save({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}, metadata=metadata)
    sha256 = hashlib.sha256(data).hexdigest()
    path = checkpoint_path(folder, sha256)
    if not path.exists():
        partial = path.with_suffix(".partial")
        try:
            partial.write_bytes(data)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StorageError(f"the weights could not be written: {error.strerror}.", where=str(folder)) from error
        partial.replace(path)
    return sha256


def checkpoint_path(folder: Path, sha256: str) -> Path:
    """Where weights of this content lie."""
    return folder / f"{sha256}.safetensors"


def load_checkpoint(folder: Path, sha256: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays and configuration of a checkpoint. Raises StorageError when it is missing, altered or no safetensors."""
    path = checkpoint_path(folder, sha256)
    if not path.is_file():
        raise StorageError(f"the weights {sha256[:12]}… are not here.", where=str(folder), hint="Train again.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise StorageError(f"the weights {sha256[:12]}… were altered.", where=str(path), hint="Train again.")
    try:
        with safe_open(path, framework="numpy") as file:
            config = json.loads((file.metadata() or {}).get("config", "{}"))
            return {name: file.get_tensor(name) for name in file.keys()}, config  # noqa: SIM118 — not a dictionary
    except SafetensorError as error:
        raise StorageError(f"{path.name} is not a safetensors file: {error}.", where=str(path)) from error
