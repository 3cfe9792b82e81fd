"""Architectures, one file each: plain fit/predict or torch modules, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.registry import Registry

MODELS = Registry("model", "workbench.models")


def register_model(name: str, *, task: str, source: str, title: str = "") -> Callable[[Any], Any]:
    """File a model class under `name`; `task` says what it predicts, `source` where the method is described."""
    return MODELS.register(name, task=task, source=source, title=title or name)
