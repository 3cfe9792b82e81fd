"""The training loop on a problem with a known answer, and what it refuses."""

import itertools

import pytest
import torch
from torch import nn

from workbench.errors import DataQualityError, InputError
from workbench.training.loop import Schedule, fit


class Line(nn.Module):
    """y = a x, with a = 3 planted."""

    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(1))

    def loss(self, batch, generator):
        return {"loss": (self.slope * batch - 3 * batch).square().mean()}


def batches(n, value=1.0):
    return (torch.full((4,), value) for _ in range(n))


def test_it_finds_the_planted_slope_and_tells_each_step():
    told = []
    model = Line()
    log = fit(model, batches(300), Schedule(300, 0.1, 10, weight_decay=0.0), on_step=lambda step, _: told.append(step))
    assert abs(model.slope.item() - 3) < 0.05
    assert told == list(range(300))
    assert log[-1]["loss"] < log[0]["loss"] / 100


def test_the_rate_rises_then_falls_to_nothing():
    schedule = Schedule(100, 1.0, 10)
    rates = [schedule.rate(step) for step in range(100)]
    assert rates[0] == 0.1
    assert max(rates) == rates[9] == rates[10] == 1.0
    assert rates[-1] < 0.001
    assert all(a >= b for a, b in itertools.pairwise(rates[10:]))


def test_batches_that_end_and_a_loss_that_is_no_number_are_said():
    with pytest.raises(DataQualityError, match="ended after 3 of 10"):
        fit(Line(), batches(3), Schedule(10, 0.1))
    with pytest.raises(DataQualityError, match="loss of step 1 is nan"):
        fit(Line(), batches(3, float("nan")), Schedule(3, 0.1))
    with pytest.raises(InputError, match="Got 3 to 3"):
        fit(Line(), batches(3), Schedule(3, 0.1), first=3)
    with pytest.raises(InputError, match="steps ≥ 1"):
        Schedule(0)


def test_a_listener_can_stop_it():
    def stop(step, _loss):
        if step == 2:
            raise KeyboardInterrupt

    model = Line()
    with pytest.raises(KeyboardInterrupt):
        fit(model, batches(10), Schedule(10, 0.1, 0), on_step=stop)
