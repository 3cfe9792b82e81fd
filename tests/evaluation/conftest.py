"""The real cells of the facts' golden numbers: norman19 of the bundled Perturb-seq set, split by the order of the file."""

import numpy as np
import pytest

from benchmarks.cells.celleval import predictions, read_cells
from workbench.evaluation.evaluate import Measured, Predicted


@pytest.fixture(scope="session")
def norman():
    """All K562 cells, and the names of the genes."""
    return read_cells()


@pytest.fixture(scope="session")
def golden(norman):
    """The real half, and the two predictions of the golden numbers by name."""
    return predictions(norman[0])


@pytest.fixture(scope="session")
def real(golden):
    """The 1st, 3rd, 5th … cell of each perturbation, controls included."""
    return golden[0]


@pytest.fixture(scope="session")
def planted():
    """60 rows of 30 genes in two contexts, 40 readouts: features that explain the response, noise, shared controls off.

    Gives what was measured and the features [n, 4].
    """
    rng = np.random.default_rng(0)
    genes = np.repeat([f"G{i:02d}" for i in range(30)], 2)
    contexts = np.tile(["A", "B"], 30)
    features = np.repeat(rng.normal(size=(30, 4)), 2, axis=0)
    effect = (
        features @ rng.normal(size=(4, 40)) + rng.normal(size=40) + (contexts == "B")[:, None] * rng.normal(size=40)
    )
    sizes = np.repeat(rng.uniform(0.2, 1.5, 30), 2)
    one, others, known, truth = (effect * sizes[:, None] + rng.normal(0, 0.8, effect.shape) for _ in range(4))
    agreement = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(one, others, strict=True)])
    parts = tuple((gene,) for gene in genes)
    return Measured(genes, parts, contexts, known, truth, agreement, (one, others)), features


@pytest.fixture(scope="session")
def ridge(planted):
    """Ridge on the features as a fit-predict function, with its residual spread and interval."""
    measured, features = planted

    def run(train, test, identity):
        x, y = features[identity[train]], measured.known[train]
        centre = y.mean(axis=0)
        weights = np.linalg.solve(x.T @ x + 0.1 * np.eye(4), x.T @ (y - centre))
        mean = centre + features[identity[test]] @ weights
        spread = np.tile((y - centre - x @ weights).std(axis=0), (len(test), 1))
        return Predicted(mean, spread, mean - 1.645 * spread, mean + 1.645 * spread)

    return run
