"""What a virtual cell knows of a perturbation: kernels of genes over networks and sets, or strengths of drugs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from workbench.kernels import graph_kernels as graph

SignedEdge = tuple[str, str, int]
SETS = 2  # the place of the gene sets among the kernels


@dataclass(eq=False)
class GeneKernels:
    """Features of genes by network diffusion, shared neighbours, gene sets and, where there are any, signed networks.

    index: number of each gene; matrix [n_genes, n_genes]: union of the networks; sets [n_genes, n_sets]; signed:
    directed matrices [n_genes, n_genes] of signs by network. The first signed network gives three kernels: neighbours
    whatever the direction, signed targets and regulators together, signed targets alone; each further one the first.
    """

    index: dict[str, int]
    matrix: sp.csr_matrix
    sets: sp.csr_matrix
    networks: tuple[str, ...]
    signed: dict[str, sp.csr_matrix] = field(default_factory=dict)
    set_names: tuple[str, ...] = ()
    _place: dict[str, int] = field(default_factory=dict)
    _seen: list[np.ndarray | sp.csr_matrix] = field(default_factory=list)
    _gram: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0)))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def build(
        cls, edges: list[tuple[str, str]], gene_sets: dict[str, list[str]], networks: tuple[str, ...],
        signed: dict[str, list[SignedEdge]] | None = None,
    ) -> GeneKernels:  # fmt: skip
        """From undirected gene pairs, gene sets, and directed edges (source, target, sign) of signed networks."""
        directed = [edge for some in (signed or {}).values() for edge in some]
        names = {gene for pair in edges for gene in pair} | {gene for edge in directed for gene in edge[:2]}
        names = sorted(names | {gene for genes in gene_sets.values() for gene in genes})
        index = {name: i for i, name in enumerate(names)}
        source = np.array([index[a] for a, _ in edges], dtype=np.int64)
        target = np.array([index[b] for _, b in edges], dtype=np.int64)
        matrix = graph.adjacency(len(names), source, target)
        rows = [index[gene] for genes in gene_sets.values() for gene in genes]
        columns = [i for i, genes in enumerate(gene_sets.values()) for _ in genes]
        sets = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(names), len(gene_sets)))
        sets.data[:] = 1.0
        graphs = {
            name: graph.signed_adjacency(
                len(names), np.array([index[a] for a, _, _ in some]), np.array([index[b] for _, b, _ in some]),
                np.array([sign for _, _, sign in some]),
            )
            for name, some in (signed or {}).items() if some
        }  # fmt: skip
        return cls(index, matrix, sets, networks, graphs, tuple(gene_sets))

    def kernels(self, asked: list[str], known: list[str]) -> np.ndarray:
        """Similarity of asked to known genes [n_kernels + 1, n_asked, n_known]; the last one is "the same gene"."""
        gram, place = self._similarities(asked + known)
        rows, columns = [place[gene] for gene in asked], [place[gene] for gene in known]
        same = (np.array(asked)[:, None] == np.array(known)[None, :]).astype(float)
        return np.concatenate([gram[:, rows][:, :, columns], same[None]])

    def kernels_without(
        self, gene: str, known: list[str], partners: list[str] | tuple[str, ...] = (), gene_sets: list[str] | tuple[str, ...] = ()
    ) -> np.ndarray:  # fmt: skip
        """Kernels of a gene as if its edges to each partner, then its place in each set, were unknown.

        [n_partners + n_sets, n_kernels + 1, n_known]; the features of the known genes stay as they are.
        """
        number = self.index[gene]
        kernels = np.repeat(self.kernels([gene], known).transpose(1, 0, 2), len(partners) + len(gene_sets), axis=0)
        place = self._place
        with self._lock:
            seen = [view[[place[name] for name in known]] for view in self._seen]
        changed = []
        for partner in partners:
            matrix = _without_edge(self.matrix, number, self.index.get(partner, number))
            signed = {
                name: _without_edge(graph_, number, self.index.get(partner, number))
                for name, graph_ in self.signed.items()
            }
            changed.append(GeneKernels(self.index, matrix, self.sets, self.networks, signed)._views([gene]))
        for i, old in enumerate(seen):
            if changed and i != SETS:
                stack = np.concatenate if isinstance(old, np.ndarray) else sp.vstack
                kernels[: len(partners), i] = graph.cosine_kernel(stack([views[i] for views in changed]), old)
        if gene_sets:
            weight = graph.inverse_frequency(np.asarray(self.sets.sum(axis=0)).ravel(), len(self.index))
            rows = sp.vstack([self.sets[number]] * len(gene_sets)).tolil()
            for row, name in enumerate(gene_sets):
                rows[row, self.set_names.index(name)] = 0.0
            kernels[len(partners) :, SETS] = graph.cosine_kernel(rows.tocsr() @ sp.diags(weight), seen[SETS])
        return kernels

    def prior(self, asked: list[str]) -> np.ndarray:
        """Mean kernel of each gene with itself [n_asked]: the share of the views that know the gene."""
        gram, place = self._similarities(asked)
        rows = [place[gene] for gene in asked]
        return gram[:, rows, rows].mean(axis=0)

    def missing(self, gene: str) -> list[str]:
        """Names of the sources that know nothing of a gene."""
        number = self.index.get(gene)
        absent = []
        if number is None or self.matrix[number].nnz == 0:
            absent.append(", ".join(self.networks))
        if self.sets.shape[1] and (number is None or self.sets[number].nnz == 0):
            absent.append("gene sets")
        absent += [
            name for name, graph_ in self.signed.items()
            if number is None or graph_[number].nnz + graph_[:, [number]].nnz == 0
        ]  # fmt: skip
        return absent

    def _similarities(self, genes: list[str]) -> tuple[np.ndarray, dict[str, int]]:
        """Kernels of every gene asked about so far [n_kernels, n_seen, n_seen], extended by the new ones."""
        with self._lock:
            new = sorted(set(genes) - set(self._place))
            if new:
                views = self._views(new)
                self._seen = views if not self._seen else [
                    np.concatenate([old, more]) if isinstance(more, np.ndarray) else sp.vstack([old, more], format="csr")
                    for old, more in zip(self._seen, views, strict=True)
                ]  # fmt: skip
                self._place = {**self._place, **{gene: len(self._place) + i for i, gene in enumerate(new)}}
                blocks = [graph.cosine_kernel(a, b) for a, b in zip(views, self._seen, strict=True)]
                n, n_old = len(self._place), len(self._place) - len(new)
                gram = np.zeros((len(blocks), n, n))
                if n_old:
                    gram[:, :n_old, :n_old] = self._gram
                for k, block in enumerate(blocks):
                    gram[k, n_old:, :], gram[k, :, n_old:] = block, block.T
                self._gram = gram
            return self._gram, self._place

    def _views(self, genes: list[str]) -> list[np.ndarray | sp.csr_matrix]:
        known, mask = self._numbers(genes)
        # diffusion reaches nearly every gene, so a dense array is the smaller and much the faster one
        return [mask @ graph.diffusion_features(self.matrix, known), *self.local_views(genes)]

    def local_views(self, genes: list[str]) -> list[sp.csr_matrix]:
        """Features of genes from their own edges and sets alone, one sparse matrix [n_asked, …] a kernel after diffusion."""
        known, mask = self._numbers(genes)
        weight = sp.diags(graph.inverse_frequency(np.asarray(self.sets.sum(axis=0)).ravel(), len(self.index)))
        views = [
            (mask @ graph.neighbour_features(self.matrix, known)).tocsr(),
            (mask @ (self.sets[known] @ weight)).tocsr(),
        ]
        for i, matrix in enumerate(self.signed.values()):
            source, target = matrix.nonzero()
            found = [graph.neighbour_features(graph.adjacency(matrix.shape[0], source, target), known)]
            if i == 0:
                found += [graph.signed_features(matrix, known, regulators=both) for both in (True, False)]
            views += [(mask @ view).tocsr() for view in found]
        return views

    def _numbers(self, genes: list[str]) -> tuple[np.ndarray, sp.dia_matrix]:
        """Number of each gene [n] (0 for one that nothing knows) and the mask that blanks those rows [n, n]."""
        numbers = np.array([self.index.get(gene, -1) for gene in genes], dtype=np.int64)
        return np.maximum(numbers, 0), sp.diags((numbers >= 0).astype(float))


def _without_edge(matrix: sp.csr_matrix, one: int, two: int) -> sp.csr_matrix:
    """The matrix without the edge between two genes, in both directions."""
    changed = matrix.copy()
    for row, column in ((one, two), (two, one)):
        here = slice(changed.indptr[row], changed.indptr[row + 1])
        changed.data[here][changed.indices[here] == column] = 0.0
    changed.eliminate_zeros()
    return changed
