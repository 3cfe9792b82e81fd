"""A run in two legs, the second by a process that knows nothing but the file, ends where one leg ends."""

import pytest
import torch
from torch import nn

from workbench.errors import StorageError
from workbench.training.interrupted import load_progress, save_progress
from workbench.training.loop import Schedule, fit, optimiser_of

SCHEDULE = Schedule(12, 0.05, 3)


class Curve(nn.Module):
    """A small regression whose loss draws nothing, so that legs and the whole run see the same numbers."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))

    def loss(self, batch, generator):
        return {"loss": (self.layers(batch) - batch.sin()).square().mean()}


def batches(first=0):
    return (torch.linspace(-1, 1, 16).reshape(-1, 1) * (1 + step) for step in range(first, 12))


def test_two_legs_give_the_weights_of_one_run(tmp_path):
    whole = Curve()
    fit(whole, batches(), SCHEDULE)

    begun = Curve()
    optimiser = optimiser_of(begun, SCHEDULE)
    fit(begun, batches(), SCHEDULE, last=5, optimiser=optimiser)
    kept = save_progress(tmp_path / "run", begun, optimiser, 5)

    ended = Curve()
    with torch.no_grad():
        ended.layers[0].weight.zero_()  # whatever it began with does not matter
    optimiser = optimiser_of(ended, SCHEDULE)
    first = load_progress(tmp_path / "run", kept, ended, optimiser)
    assert first == 5
    fit(ended, batches(first), SCHEDULE, first=first, optimiser=optimiser)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, ended.state_dict()[name]), name


def test_a_file_that_is_gone_or_altered_is_refused(tmp_path):
    model = Curve()
    optimiser = optimiser_of(model, SCHEDULE)
    kept = save_progress(tmp_path, model, optimiser, 0)
    with pytest.raises(StorageError, match="are not here"):
        load_progress(tmp_path, "0" * 64, model, optimiser)
    path = tmp_path / f"{kept}.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StorageError, match="were altered"):
        load_progress(tmp_path, kept, model, optimiser)
