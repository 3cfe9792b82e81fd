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


def optimiser_of(model: Any, schedule: Schedule) -> torch.optim.AdamW:
    """AdamW over all weights of a module, as `fit` uses it."""
    import torch

    return torch.optim.AdamW(
        model.parameters(), lr=schedule.learning_rate, betas=(0.9, 0.95), weight_decay=schedule.weight_decay
    )


def fit(
    model: Any,
    batches: Iterable[torch.Tensor],
    schedule: Schedule,
    *,
    first: int = 0,
    last: int | None = None,
    optimiser: torch.optim.Optimizer | None = None,
    on_step: Callable[[int, float], None] | None = None,
) -> list[dict[str, float]]:
    """Train a module in place over the steps `first` to `last` (default: all) of a schedule; gives each step's loss terms.

    The model has `loss(batch, generator) -> {"loss": …, …}`; `on_step(step, loss)` is told after each step and may raise
    to stop. A leg that does not begin at 0 takes the `optimiser` as the leg before left it; each leg draws its own random
    numbers from the seed and `first`. Equal seeds and legs give equal weights on one machine with one thread.
    Raises DataQualityError when the loss is no longer a number or the batches end early.
    """
    import torch

    last = schedule.steps if last is None else min(last, schedule.steps)
    if not 0 <= first < last:
        raise InputError(f"a leg goes from a step to a later one of {schedule.steps}. Got {first} to {last}.")
    optimiser = optimiser or optimiser_of(model, schedule)
    generator = torch.Generator().manual_seed(schedule.seed + first)
    log: list[dict[str, float]] = []
    model.train()
    for step, batch in zip(range(first, last), batches, strict=False):
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
    if len(log) < last - first:
        raise DataQualityError(f"the batches ended after {len(log)} of {last - first} steps.")
    model.eval()
    return log
