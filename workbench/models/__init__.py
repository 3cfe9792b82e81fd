"""Architectures, one file each: plain fit/predict or torch modules, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.registry import Registry

MODELS = Registry("model", "workbench.models")


def register_model(name: str, *, task: str, source: str, title: str = "", about: str = "mean") -> Callable[[Any], Any]:
    """File a model class under `name`; `task` says what it predicts, `source` where the method is described.

    `about` says what its weights rebuild: "mean" (yhat = mean + W (Y - mean)), "zero" (yhat = W Y) or "nothing" (not
    linear in the responses: the weights only name the rows it rests on).
    """
    return MODELS.register(name, task=task, source=source, title=title or name, about=about)
