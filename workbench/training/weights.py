"""Weights of model versions: in the home, and for a team of hosts in its object storage too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog.object_storage import bring, keep
from workbench.training.checkpoint import checkpoint_path, load_checkpoint, save_checkpoint

if TYPE_CHECKING:
    import numpy as np

    from workbench.settings import Settings


def save_weights(settings: Settings, arrays: dict[str, np.ndarray], config: dict[str, Any]) -> str:
    """Write the weights of a version where every host of the team finds them; gives their sha256."""
    sha256 = save_checkpoint(settings.weights, arrays, config)
    keep(settings, checkpoint_path(settings.weights, sha256))
    return sha256


def load_weights(settings: Settings, sha256: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays and configuration, fetched first where another host wrote them. Raises StorageError when they are nowhere,
    altered or no safetensors."""
    bring(settings, checkpoint_path(settings.weights, sha256))
    return load_checkpoint(settings.weights, sha256)
