"""Weights of a version come back as they were saved."""

import numpy as np
import pytest

from workbench.errors import StorageError
from workbench.settings import Settings
from workbench.training.weights import load_weights, save_weights


def test_they_come_back_and_what_is_nowhere_says_so(tmp_path):
    settings = Settings(home=tmp_path)
    settings.weights.mkdir()
    sha256 = save_weights(settings, {"w": np.arange(3.0)}, {"k": 1})
    arrays, config = load_weights(settings, sha256)
    np.testing.assert_array_equal(arrays["w"], [0, 1, 2])
    assert config == {"k": 1}
    with pytest.raises(StorageError, match="not here"):
        load_weights(settings, "0" * 64)
