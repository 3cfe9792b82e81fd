"""A mechanistic cell with planted truth: test bench and rehearsal lab. Everything it gives is SIMULATED.

Model (in the manner of CellBox, Yuan et al., Cell Systems 2020): the log2 level x of each gene against the unperturbed
cell follows dx/dt = a * tanh(W x + b_c + u) - x, with a signed sparse network W, a context's basal drive b_c and the
perturbation's drive u. A measurement is the steady state plus plate, position and well effects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import InputError

AMPLITUDE = 4.0  # largest change a gene can show, log2
STEP, TOLERANCE, MAX_STEPS = 0.2, 1e-9, 5_000
DRIVE = 3.0  # drive of one over-expressed gene
PLATE_OFFSET_SD, PLATE_GAIN_SD = 0.30, 0.08
EDGE_SHIFT, ROW_GRADIENT_SD = 0.35, 0.20
WELL_SD = 0.25


@dataclass(frozen=True, eq=False)
class SimulatedCell:
    """The planted truth.

    weights [n_genes, n_genes]: effect of column gene on row gene; basal [n_contexts, n_genes]: drive without
    perturbation; modules [n_genes]: the module each gene belongs to; edge_pattern, row_pattern [n_genes]: how strongly
    a plate's edge and rows shift each readout.
    """

    weights: np.ndarray
    basal: np.ndarray
    modules: np.ndarray
    edge_pattern: np.ndarray
    row_pattern: np.ndarray

    @property
    def n_genes(self) -> int:
        """Number of genes (each is a readout too)."""
        return len(self.weights)


def build(seed: int, n_genes: int = 80, n_contexts: int = 2, n_modules: int = 8, in_degree: int = 4) -> SimulatedCell:
    """Draw a cell: modules of genes that regulate each other, few links between modules, spectral radius 0.85.

    Three regulators in four come from the gene's own module and share its sign pattern, so that genes of one module
    have similar effects: what a network model can learn.
    """
    if n_genes < 2 * n_modules:
        raise InputError(f"{n_modules} modules need at least {2 * n_modules} genes.", where=f"n_genes={n_genes}")
    rng = np.random.default_rng(seed)
    modules = np.sort(np.arange(n_genes) % n_modules)
    sign_of_module = rng.choice([-1.0, 1.0], size=(n_modules, n_modules), p=[0.35, 0.65])
    weights = np.zeros((n_genes, n_genes))
    for gene in range(n_genes):
        own = np.flatnonzero((modules == modules[gene]) & (np.arange(n_genes) != gene))
        other = np.flatnonzero(modules != modules[gene])
        n_own = max(1, round(0.75 * in_degree))
        sources = np.concatenate(
            [rng.choice(own, min(n_own, len(own)), False), rng.choice(other, in_degree - n_own, False)]
        )
        signs = sign_of_module[modules[gene], modules[sources]]
        weights[gene, sources] = signs * rng.lognormal(0.0, 0.4, len(sources))
    weights *= 0.85 / np.abs(np.linalg.eigvals(weights)).max()
    return SimulatedCell(
        weights=weights,
        basal=rng.normal(0.0, 0.25, (n_contexts, n_genes)),
        modules=modules,
        edge_pattern=rng.normal(0.0, 1.0, n_genes),
        row_pattern=rng.normal(0.0, 1.0, n_genes),
    )


def steady_state(cell: SimulatedCell, context: int, drive: np.ndarray) -> np.ndarray:
    """Levels [n, n_genes] (log2) at which nothing changes any more, for drives [n, n_genes].

    Damped fixed-point iteration; raises InputError when it does not settle.
    """
    state = np.zeros_like(drive, dtype=np.float64)
    for _ in range(MAX_STEPS):
        change = AMPLITUDE * np.tanh((state @ cell.weights.T + cell.basal[context] + drive) / AMPLITUDE) - state
        state += STEP * change
        if np.abs(change).max(initial=0.0) < TOLERANCE:
            return state
    raise InputError("the simulated cell found no steady state.", where=f"largest change {np.abs(change).max():.2g}")


def true_response(cell: SimulatedCell, context: int, perturbed: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """Planted change [n, n_genes] (log2) against the unperturbed cell when genes `perturbed` [n] are over-expressed."""
    drive = np.zeros((len(perturbed), cell.n_genes))
    drive[np.arange(len(perturbed)), perturbed] = DRIVE * strength
    return steady_state(cell, context, drive) - steady_state(cell, context, np.zeros((1, cell.n_genes)))


def measure(
    cell: SimulatedCell,
    context: int,
    perturbed: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> np.ndarray:
    """One simulated plate: values [n_wells, n_genes] (log2) of wells at (rows, columns) [n_wells].

    perturbed [n_wells]: index of the over-expressed gene, -1 for a control well; shape: the plate's rows and columns.
    Adds to the steady state a plate offset and gain a gene, an edge shift, a row gradient and independent well noise.
    """
    outside = (perturbed < -1) | (perturbed >= cell.n_genes)
    if outside.any():
        raise InputError(f"the simulated cell has genes 0 to {cell.n_genes - 1}.", where=f"got {perturbed[outside][0]}")
    levels = np.repeat(steady_state(cell, context, np.zeros((1, cell.n_genes))), len(perturbed), axis=0)
    treated = perturbed >= 0
    levels[treated] += true_response(cell, context, perturbed[treated])
    offset = rng.normal(0.0, PLATE_OFFSET_SD, cell.n_genes)
    gain = 1.0 + rng.normal(0.0, PLATE_GAIN_SD, cell.n_genes)
    n_rows, n_columns = shape
    at_edge = (rows == 0) | (rows == n_rows - 1) | (columns == 0) | (columns == n_columns - 1)
    gradient = rng.normal(0.0, ROW_GRADIENT_SD) * (rows / max(n_rows - 1, 1) - 0.5)
    position = EDGE_SHIFT * at_edge[:, None] * cell.edge_pattern + gradient[:, None] * cell.row_pattern
    noise = rng.normal(0.0, WELL_SD, levels.shape)
    return (levels * gain + offset + position + noise).astype(np.float32)


def prior_network(cell: SimulatedCell, rng: np.random.Generator, kept: float = 0.8, false: float = 0.2) -> np.ndarray:
    """What a database would know of the cell: edges [n_edges, 3] (source, target, sign).

    A share `kept` of the true edges, plus `false` times as many wrong ones.
    """
    targets, sources = np.nonzero(cell.weights)
    chosen = rng.random(len(sources)) < kept
    true = np.stack([sources, targets, np.sign(cell.weights[targets, sources]).astype(int)], axis=1)[chosen]
    absent = np.argwhere((cell.weights == 0) & ~np.eye(cell.n_genes, dtype=bool))
    picked = absent[rng.choice(len(absent), round(false * len(true)), replace=False)]
    wrong = np.column_stack([picked[:, 1], picked[:, 0], rng.choice([-1, 1], len(picked))])
    return np.concatenate([true, wrong])
