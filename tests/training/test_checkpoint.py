"""Checkpoints: round trip, named by content, and nothing but safetensors is ever read."""

import pickle

import numpy as np
import pytest

from workbench.errors import StorageError
from workbench.training.checkpoint import load_checkpoint, save_checkpoint

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1], dtype=np.int64)}


def test_round_trip_keeps_arrays_and_configuration(tmp_path):
    name = save_checkpoint(tmp_path, ARRAYS, {"k": [1, "x"]})
    arrays, config = load_checkpoint(tmp_path, name)
    assert config == {"k": [1, "x"]}
    for key, value in ARRAYS.items():
        np.testing.assert_array_equal(arrays[key], value)


def test_the_same_content_has_the_same_name(tmp_path):
    assert save_checkpoint(tmp_path, ARRAYS, {}) == save_checkpoint(tmp_path, ARRAYS, {})
    assert save_checkpoint(tmp_path, ARRAYS, {"other": 1}) != save_checkpoint(tmp_path, ARRAYS, {})
    assert not list(tmp_path.glob("*.partial"))


def test_missing_and_altered_weights_are_named(tmp_path):
    name = save_checkpoint(tmp_path, ARRAYS, {})
    path = tmp_path / f"{name}.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StorageError, match="altered"):
        load_checkpoint(tmp_path, name)
    with pytest.raises(StorageError, match="not here"):
        load_checkpoint(tmp_path, "0" * 64)


def test_a_pickle_is_not_run(tmp_path):
    import hashlib

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    data = pickle.dumps(Trap())
    name = hashlib.sha256(data).hexdigest()
    (tmp_path / f"{name}.safetensors").write_bytes(data)
    with pytest.raises(StorageError, match="not a safetensors file"):
        load_checkpoint(tmp_path, name)
    assert not (tmp_path / "ran").exists()
