import numpy as np

from workbench.kernels.code_scan import scan


def test_the_k_best_are_always_among_the_candidates() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(-127, 128, (3000, 16)).astype(np.int8)
    query = rng.integers(-30_000, 30_000, 16).astype(np.int16)
    scale, error = np.full(3000, 1e-6, np.float32), np.full(3000, 0.2, np.float32)
    true = (codes.astype(np.int64) @ query.astype(np.int64)) * 1e-6 + rng.uniform(-0.19, 0.19, 3000)
    rows, _ = scan(codes, scale, error, query, 20)
    assert set(np.argsort(-true)[:20]) <= set(rows.tolist())
    assert len(rows) < 300
