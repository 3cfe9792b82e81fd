"""The benchmark of explanations: its rewired networks keep degrees, its planted scores never read the truth."""

import numpy as np
import pyarrow as pa

from benchmarks.explain.claims import rewired
from benchmarks.explain.planted import edge_figures, examples_of, sign_figures, simulate
from workbench.cells.mechanism import Mechanisms


def table(pairs, network):
    n = len(pairs)
    return pa.table({
        "network": [network] * n, "source": [f"G{a}" for a, _ in pairs], "target": [f"G{b}" for _, b in pairs],
        "sign": pa.array([1] * n, pa.int64()), "evidence": pa.array([""] * n, pa.string()),
    })  # fmt: skip


def test_everything_handed_to_the_explainer_is_rewired_and_keeps_its_degrees():
    rng = np.random.default_rng(0)
    pairs = sorted({(int(a), int(b)) for a, b in rng.integers(0, 60, (300, 2)) if a < b})
    sets = {"c": {f"s{i}": [f"G{j}" for j in rng.choice(60, 8, replace=False)] for i in range(5)}}
    real = Mechanisms.build(table(pairs, "directed"), table(pairs, "net"), sets)
    null = rewired(real, 1)
    one, two = real.directed["directed"], null.directed["directed"]
    np.testing.assert_array_equal(np.sort(one.target), np.sort(two.target))
    assert (one.target == two.target).mean() < 0.3
    before, after = (np.asarray(item.partners["net"].sum(axis=1)).ravel() for item in (real, null))
    assert np.abs(before - after).sum() < 0.1 * before.sum()  # an edge drawn in both directions counts once
    assert {len(genes) for genes in null.sets["c"].values()} == {8}
    assert null.sets != real.sets


def test_planted_figures_have_intervals_and_beat_their_bars():
    labs = [simulate(50)]
    figures = edge_figures(labs) | sign_figures(labs)
    for bar in ("planted_edge_auprc_gain_vs_correlation", "planted_edge_auprc_gain_vs_degree"):
        assert figures[bar]["low"] > 0
    assert figures["planted_path_sign_accuracy"]["value"] > 0.9
    assert list(examples_of(labs[0]).genes) == sorted(examples_of(labs[0]).genes)
