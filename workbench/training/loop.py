"""The one training loop: batches through a model's own loss, AdamW, warm-up and a cosine to zero."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import DataQualityError, InputError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: steps, the highest learning rate, steps of linear warm-up, decay and the seed."""

    steps: int
    learning_rate: float = 1e-3
    warmup: int = 40
    weight_decay: float = 0.05
    gradient_limit: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1 or self.learning_rate <= 0 or self.warmup < 0:
            raise InputError(f"a schedule needs steps ≥ 1, a rate > 0 and a warm-up ≥ 0. Got {self}.")

    def rate(self, step: int) -> float:
        """Share of the learning rate at a step (from 0): rises over the warm-up, then falls as a half cosine."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        return 0.5 * (1 + math.cos(math.pi * (step - self.warmup) / max(self.steps - self.warmup, 1)))


def fit(
    model: Any,
    batches: Iterable[torch.Tensor],
    schedule: Schedule,
    *,
    on_step: Callable[[int, float], None] | None = None,
) -> list[dict[str, float]]:
    """Train a module in place on `schedule.steps` batches; gives the terms of its loss at each step.

    The model has `loss(batch, generator) -> {"loss": …, …}`; `on_step(step, loss)` is told after each step and may raise
    to stop. Equal seeds give equal weights on one machine with one thread. Raises DataQualityError when the loss is no
    longer a number or the batches end early.
    """  # fmt: skip
    import torch

    optimiser = torch.optim.AdamW(
        model.parameters(), lr=schedule.learning_rate, betas=(0.9, 0.95), weight_decay=schedule.weight_decay
    )
    generator = torch.Generator().manual_seed(schedule.seed)
    log: list[dict[str, float]] = []
    model.train()
    for step, batch in zip(range(schedule.steps), batches, strict=False):
        for group in optimiser.param_groups:
            group["lr"] = schedule.learning_rate * schedule.rate(step)
        terms = model.loss(batch, generator)
        optimiser.zero_grad(set_to_none=True)
        terms["loss"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.gradient_limit)
        optimiser.step()
        log.append({name: float(value.detach()) for name, value in terms.items()})
        if not math.isfinite(log[-1]["loss"]):
            raise DataQualityError(
                f"the loss of step {step + 1} is {log[-1]['loss']}.", hint="Lower the learning rate."
            )
        if on_step is not None:
            on_step(step, log[-1]["loss"])
    if len(log) < schedule.steps:
        raise DataQualityError(f"the batches ended after {len(log)} of {schedule.steps} steps.")
    model.eval()
    return log
