"""What masked autoencoders share: hidden tokens stand where nothing was kept, and only hidden patches count."""

import pytest
import torch
from torch import nn

from workbench.models.layers.masked import MaskedImageModel


@pytest.fixture
def model() -> MaskedImageModel:
    made = MaskedImageModel()
    made.patch, made.fourier_weight = 4, 0.5
    made.hidden_token = nn.Parameter(torch.full((3,), 7.0))
    return made


def test_kept_tokens_stand_at_their_places_among_hidden_ones(model: MaskedImageModel) -> None:
    encoded = torch.arange(6.0).reshape(1, 2, 3)
    tokens = model.with_hidden(encoded, torch.tensor([[3, 1]]), 5)
    assert tokens.shape == (1, 5, 3)
    assert tokens[0, 3].tolist() == [0, 1, 2]
    assert tokens[0, 1].tolist() == [3, 4, 5]
    assert (tokens[0, [0, 2, 4]] == 7).all()


def test_errors_count_where_patches_are_hidden_and_the_spectrum_everywhere(model: MaskedImageModel) -> None:
    truth, predicted = torch.zeros(1, 4, 16), torch.zeros(1, 4, 16)
    predicted[0, 0], predicted[0, 1] = 2.0, 100.0
    hidden = torch.tensor([[True, False, False, False]])
    images = torch.randn(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    same = model.losses(predicted, truth, hidden, images, images)
    assert float(same["pixels"]) == 4.0
    assert float(same["fourier"]) == pytest.approx(0, abs=1e-6)
    other = model.losses(predicted, truth, hidden, images + 1, images)
    assert float(other["fourier"]) > 0
    assert float(other["loss"]) == pytest.approx(4.0 + 0.5 * float(other["fourier"]))


def test_places_have_codes_of_their_own(model: MaskedImageModel) -> None:
    codes = model.positions(torch.zeros(1, 1, 8, 12), 8)
    assert codes.shape == (6, 8)
    assert len(torch.unique(codes, dim=0)) == 6
