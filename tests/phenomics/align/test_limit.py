import numpy as np
import pytest

from workbench.errors import InputError
from workbench.phenomics.align.limit import clip, log1p


def test_limits_are_kept_and_their_share_is_recorded() -> None:
    done = clip(np.array([[-7.0, 1], [2, 9]]), {}, at=5)
    assert done.values.tolist() == [[-5, 1], [2, 5]]
    assert done.record == {"share_limited": 0.5}
    with pytest.raises(InputError, match="nan"):
        clip(np.eye(2), {}, at=float("nan"))


def test_logarithms_take_counts_only() -> None:
    np.testing.assert_allclose(log1p(np.array([[0.0, 1]]), {}).values, [[0, np.log(2)]])
    with pytest.raises(InputError, match="-1"):
        log1p(np.array([[-1.0]]), {})
