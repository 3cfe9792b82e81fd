"""A small planted cell in memory, and the real tasks of the filled catalog."""

import numpy as np
import pytest

from workbench.cells.examples import Examples
from workbench.cells.features import GeneKernels
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
