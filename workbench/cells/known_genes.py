"""The measured genes of a virtual cell, ready to be compared with every other gene: what whole-catalog screening needs.

`GeneKernels.kernels` keeps the similarity of all genes ever asked about with each other, which is right for single
questions and grows with the square of their number. Here only the measured genes' side is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from workbench.cells.features import GeneKernels
from workbench.kernels import graph_kernels as graph


@dataclass(frozen=True, eq=False)
class KnownGenes:
    """known: one gene a training row; diffusion [n_genes, n_distinct]: cosine of every gene of the networks with each
    distinct known gene; views: their other features, unit rows; column [n_known]: which distinct gene a row is of."""

    features: GeneKernels
    known: np.ndarray
    column: np.ndarray
    diffusion: np.ndarray
    views: tuple[sp.csr_matrix, ...]

    @classmethod
    def of(cls, features: GeneKernels, known: np.ndarray) -> KnownGenes:
        """From the genes of the training rows [n_known]; seconds for a genome, once."""
        distinct, column = np.unique(known, return_inverse=True)
        numbers = np.array([features.index.get(gene, -1) for gene in distinct])
        diffusion = np.zeros((len(features.index), len(distinct)))
        inside = numbers >= 0
        diffusion[:, inside] = graph.diffusion_overlap(features.matrix, numbers[inside])
        views = tuple(features.local_views([str(gene) for gene in distinct]))
        return cls(features, np.asarray(known), column, diffusion, views)

    def kernels(self, asked: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Similarity of asked to known genes [n_kernels + 1, n_asked, n_known] as `GeneKernels.kernels` has it (within
        1e-4 for diffusion, else exactly), and the prior [n_asked]: the share of the views that know a gene."""
        numbers = np.array([self.features.index.get(gene, -1) for gene in asked])
        linked = np.diff(self.features.matrix.indptr) > 0
        inside = (numbers >= 0)[:, None]
        blocks, knows = [np.where(inside, self.diffusion[numbers], 0.0)], [inside[:, 0] & linked[numbers]]
        for view, known in zip(self.features.local_views(asked), self.views, strict=True):
            blocks.append(graph.cosine_kernel(view, known))
            knows.append(np.asarray(abs(view).sum(axis=1)).ravel() > 0)
        same = (np.array(asked)[:, None] == self.known[None, :]).astype(float)
        whole = np.concatenate([np.stack(blocks)[:, :, self.column], same[None]])
        return whole, np.mean(knows, axis=0)
