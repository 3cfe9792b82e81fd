"""Similarity of compounds never measured to measured ones: by structure, and by the genes they are annotated to hit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.kernels.molecules import read_graph

RADIUS, N_BITS = 2, 2048


def fingerprint_similarity(smiles: Sequence[str]) -> np.ndarray:
    """Tanimoto coefficient of Morgan fingerprints (radius 2, 2048 bits) of every pair [n, n].

    An empty SMILES (structure unknown) is like itself alone. Raises InputError for one that does not parse (Rogers &
    Hahn, 2010).
    """
    from rdkit import DataStructs
    from rdkit.Chem import rdFingerprintGenerator

    generator = rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=N_BITS)
    known = [i for i, text in enumerate(smiles) if text]
    prints = [generator.GetFingerprint(read_graph(smiles[i])) for i in known]
    found = np.eye(len(smiles))
    for place, i in enumerate(known):
        found[i, known] = DataStructs.BulkTanimotoSimilarity(prints[place], prints)
    return found


def target_similarity(targets: Sequence[Sequence[str]], genes: Sequence[str], kernel: np.ndarray) -> np.ndarray:
    """Cosine of the compounds' mean targets under a kernel of genes [n, n].

    targets [n] symbols of each compound; kernel [n_genes, n_genes] over genes, positive semidefinite. A compound of
    which no target is among the genes, or none known to the kernel, is like itself alone.
    """
    place = {gene: i for i, gene in enumerate(genes)}
    hits = np.zeros((len(targets), len(genes)))
    for row, symbols in enumerate(targets):
        inside = [place[symbol] for symbol in symbols if symbol in place]
        hits[row, inside] = 1.0 / max(len(inside), 1)
    product = hits @ kernel @ hits.T
    size = np.sqrt(np.maximum(np.diag(product), 0.0))
    scale = np.outer(size, size)
    found = np.divide(product, scale, out=np.zeros_like(product), where=scale > 1e-12)
    np.fill_diagonal(found, 1.0)
    return found
