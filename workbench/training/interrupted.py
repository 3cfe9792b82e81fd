"""A training run between two legs: weights, the optimiser's moments and the step, so that another process goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.training.checkpoint import load_checkpoint, save_checkpoint

if TYPE_CHECKING:
    import torch


def save_progress(folder: Path, model: Any, optimiser: torch.optim.Optimizer, step: int) -> str:
    """Write a module [any parameters], the moments of its optimiser and the steps done; gives the file's sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {f"weight.{name}": value.detach().cpu().numpy() for name, value in model.state_dict().items()}
    for number, moments in optimiser.state_dict()["state"].items():
        for name, value in moments.items():
            arrays[f"moment.{number}.{name}"] = value.detach().cpu().numpy()
    return save_checkpoint(folder, arrays, {"step": step})


def load_progress(folder: Path, sha256: str, model: Any, optimiser: torch.optim.Optimizer) -> int:
    """Put weights and moments back in place; gives the steps done. Raises StorageError when the file is not as written."""
    import torch

    arrays, config = load_checkpoint(folder, sha256)
    weights: dict[str, Any] = {}
    moments: dict[int, dict[str, Any]] = {}
    for key, array in arrays.items():
        kind, _, rest = key.partition(".")
        value = torch.from_numpy(array.copy())
        if kind == "weight":
            weights[rest] = value
        else:
            number, _, name = rest.partition(".")
            moments.setdefault(int(number), {})[name] = value
    model.load_state_dict(weights)
    optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
    return int(config["step"])
