"""A small planted cell in memory, and the real tasks of the filled catalog."""

import numpy as np
import pyarrow as pa
import pytest

from workbench.cells.examples import Examples
from workbench.cells.features import GeneKernels
from workbench.cells.mechanism import Mechanisms
from workbench.nouns import Context, Perturbation, Prediction
from workbench.training.recipe import read_recipe


@pytest.fixture(scope="session")
def recipe():
    return read_recipe("simulated")


@pytest.fixture(scope="session")
def features():
    edges = [(f"G{i}", f"G{j}") for m in range(4) for i in range(5 * m, 5 * m + 5) for j in range(i + 1, 5 * m + 5)]
    sets = {f"set {m}": [f"G{i}" for i in range(5 * m, 5 * m + 5)] for m in range(4)}
    return GeneKernels.build(edges, sets, ("net",))


@pytest.fixture(scope="session")
def examples():
    """Genes G0 to G18 of four modules; a gene's response is its module's plus noise. G19 was never measured."""
    rng = np.random.default_rng(0)
    modules = rng.normal(size=(4, 30))
    genes = np.array([f"G{i}" for i in range(19)])
    targets = np.stack([modules[i // 5] + 0.3 * rng.normal(size=30) for i in range(19)])
    ids = np.array([f"over-expression:{gene}" for gene in genes])
    return Examples(
        targets, ids, genes, genes, genes, np.full(19, 3.0), np.full(19, 0.5), tuple(f"R{i}" for i in range(30)),
        np.zeros((19, 0)),
    )  # fmt: skip


READOUTS = tuple(f"R{i}" for i in range(200))


@pytest.fixture(scope="session")
def mechanisms():
    """A signalling and a regulon network: G acts on M, M regulates R0 to R5, G regulates R6 to R9; and random edges."""
    rng = np.random.default_rng(5)
    planted = [("regulon", "M", f"R{i}", 1 if i % 2 else -1, "PMID:11,22") for i in range(6)]
    planted += [("regulon", "G", f"R{i}", 1, "") for i in range(6, 10)] + [("signalling", "G", "M", -1, "OmniPath")]
    names = [f"T{i}" for i in range(30)]
    noise = {("regulon", t, f"R{r}") for t in names for r in rng.choice(200, 12, replace=False)}
    noise |= {("signalling", a, b) for a, b in zip(names, rng.permutation(names), strict=True) if a != b}
    rows = planted + [(*edge, int(rng.choice([-1, 1])), "") for edge in sorted(noise)]
    pairs = [("net", "G", f"R{i}") for i in range(8)] + [
        ("net", f"R{a}", f"R{b}") for a, b in rng.choice(200, (300, 2)) if a < b
    ]
    return Mechanisms.build(edges(rows), edges([(*pair, 0, "") for pair in sorted(set(pairs))]),
                            {"sets": {"planted": [*READOUTS[:6], "elsewhere"], "small": ["R1", "R2"]}})  # fmt: skip


@pytest.fixture(scope="session")
def prediction():
    """Over-expression of G moves R0 to R9 by 5; nothing else moves."""
    delta = np.zeros(200)
    delta[:10] = 5.0
    zero = np.zeros(200)
    evidence = tuple({"name": f"E{i}", "share": 0.1, "agreement": 0.4, "gene": "", "weight": 1.0} for i in range(6))
    return Prediction(
        "p", "t", Perturbation.of_gene("over-expression", "G"), Context("X"), READOUTS, delta, delta - 1, delta + 1, 0.9, zero,
        "mean of what was measured", "signal", "", 1.0, "v", "v", 1, "0", evidence=evidence,
        baselines={"mean of what was measured": zero},
    )  # fmt: skip


def edges(rows):
    """A table of edges as the catalog gives it."""
    columns = zip(*rows, strict=True) if rows else ([], [], [], [], [])
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.string())
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.table(arrays, names=["network", "source", "target", "sign", "evidence"])
