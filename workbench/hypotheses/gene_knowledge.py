"""What is known of a gene before a screen: covariates for the prior mean, explicit features for the similarity of genes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from workbench.kernels import graph_kernels as graph

Block = np.ndarray | sp.csr_matrix
RARE = 3  # a word of fewer gene names than this says nothing about other genes
N_WAVES = 128


@dataclass(frozen=True, eq=False)
class GeneKnowledge:
    """index: row of each gene; covariates [n_genes, p] by name (NaN where unknown); blocks: unit rows [n_genes, d]."""

    index: dict[str, int]
    names: tuple[str, ...]
    covariates: np.ndarray
    blocks: dict[str, sp.csr_matrix]

    def design(self, genes: Sequence[str], more: Mapping[str, np.ndarray] | None = None) -> np.ndarray:
        """Covariates of a pool [n, p + more], standardised within it, within −3 … 4; what is unknown is the mean, 0."""
        found = np.full((len(genes), len(self.names)), np.nan)
        rows = np.array([self.index.get(gene, -1) for gene in genes])
        found[rows >= 0] = self.covariates[rows[rows >= 0]]
        table = np.column_stack([found, *(more or {}).values()])
        known = ~np.isnan(table)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, table, 0.0).sum(axis=0) / count
        spread = np.sqrt((np.where(known, table - mean, 0.0) ** 2).sum(axis=0) / count)
        scaled = np.divide(table - mean, spread, out=np.zeros_like(table), where=known & (spread > 1e-12))
        return np.clip(scaled, -3.0, 4.0)

    def blocks_of(self, genes: Sequence[str], design: np.ndarray) -> dict[str, Block]:
        """Features [n, d] by block that knows some of a pool, with unit rows or zero ones; `covariates`: a Gaussian kernel of the
        design with length-scale √p, by random Fourier features (Rahimi & Recht, 2007)."""
        rows = np.array([self.index.get(gene, -1) for gene in genes])
        mask = sp.diags((rows >= 0).astype(float))
        found: dict[str, Block] = {
            name: (mask @ block[np.maximum(rows, 0)]).tocsr() for name, block in self.blocks.items()
        }
        found = {name: block for name, block in found.items() if block.nnz}
        waves = np.random.default_rng(0).normal(size=(design.shape[1], N_WAVES)) / np.sqrt(max(design.shape[1], 1))
        angle = design @ waves
        found["covariates"] = np.concatenate([np.cos(angle), np.sin(angle)], axis=1) / np.sqrt(N_WAVES)
        return found


def know_genes(
    edges: Mapping[str, Sequence[tuple[str, str]]],
    gene_sets: Mapping[str, Mapping[str, Sequence[str]]],
    titles: Mapping[str, str],
    morphology: Sequence[Mapping[str, Any]] = (),
) -> GeneKnowledge:
    """From undirected edges by network, gene sets by collection, names of genes, and morphology by gene and plate.

    Covariates: log degree a network, log number of sets a collection, and of each morphology plate few cells (fitness),
    signal score and features that moved. Blocks: neighbours in each network, gene sets, words of the gene's name.
    """
    known = {gene for pairs in edges.values() for pair in pairs for gene in pair} | set(titles)
    known |= {gene for sets in gene_sets.values() for genes in sets.values() for gene in genes}
    index = {gene: i for i, gene in enumerate(sorted(known | {row["gene"] for row in morphology}))}
    columns: dict[str, np.ndarray] = {}
    blocks: dict[str, sp.csr_matrix] = {}
    for name, pairs in edges.items():
        source, target = (np.array([index[pair[i]] for pair in pairs], dtype=np.int64) for i in (0, 1))
        matrix = graph.adjacency(len(index), source, target)
        columns[f"degree in {name}"] = np.log1p(np.asarray(matrix.sum(axis=1)).ravel())
        blocks[f"neighbours in {name}"] = graph.unit_rows(
            graph.neighbour_features(matrix, np.arange(len(index)))
        ).tocsr()
    members = []
    for collection, sets in gene_sets.items():
        matrix = _membership([(gene, name) for name, genes in sets.items() for gene in genes], index)
        columns[f"sets of {collection}"] = np.log1p(np.asarray(matrix.sum(axis=1)).ravel())
        members.append(matrix)
    if members:
        blocks["gene sets"] = _by_rarity(sp.hstack(members).tocsr())
    if titles:
        words = _membership([(gene, word) for gene, title in titles.items() for word in name_words(gene, title)], index)
        blocks["name"] = _by_rarity(words[:, np.asarray(words.sum(axis=0)).ravel() >= RARE])
    columns |= _morphology_columns(morphology, index)
    return GeneKnowledge(index, tuple(columns), np.column_stack([*columns.values(), np.empty((len(index), 0))]), blocks)


def name_words(symbol: str, title: str) -> set[str]:
    """Words of three letters or more in a gene's name, and the stem of its symbol: its family where nothing else is known."""
    stem = re.match(r"[A-Za-z]{3,}", symbol)
    return set(re.findall(r"[a-z0-9]{3,}", title.lower())) | ({f"#{stem.group()}"} if stem else set())


def _membership(pairs: Sequence[tuple[str, str]], index: dict[str, int]) -> sp.csr_matrix:
    # by name: sets of words come in another order in every process, and sums of floats with them
    place = {name: i for i, name in enumerate(sorted({name for _, name in pairs}))}
    rows, columns = [index[gene] for gene, _ in pairs], [place[name] for _, name in pairs]
    matrix = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(index), len(place)))
    matrix.data[:] = 1.0
    return matrix


def _by_rarity(matrix: sp.csr_matrix) -> sp.csr_matrix:
    weight = graph.inverse_frequency(np.asarray(matrix.sum(axis=0)).ravel(), matrix.shape[0])
    return graph.unit_rows(matrix @ sp.diags(weight)).tocsr()


def _morphology_columns(rows: Sequence[Mapping[str, Any]], index: dict[str, int]) -> dict[str, np.ndarray]:
    """Columns [n_genes] by name; the signal score is known where the gene is expressed."""
    columns: dict[str, np.ndarray] = {}
    for plate in dict.fromkeys(row["plate"] for row in rows):
        own = [row for row in rows if row["plate"] == plate]
        place = np.array([index[row["gene"]] for row in own])
        cells, signal = (
            np.array([np.nan if row[key] is None else row[key] for row in own], dtype=float)
            for key in ("cell_count", "signal_score")
        )
        moved = np.where(
            np.isnan(signal)[:, None], np.nan, np.log1p(np.array([row["vector"] for row in own], dtype=float))
        )
        values = {
            f"few cells in {plate}": -np.log1p(cells),
            f"expressed in {plate}": np.array([float(row["expressed"]) for row in own]),
            f"morphology of {plate}": signal,
            **{f"channel {i + 1} of {plate}": column for i, column in enumerate(moved.T)},
        }
        for name, value in values.items():
            columns[name] = np.full(len(index), np.nan)
            columns[name][place] = value
    kept: dict[str, np.ndarray] = {}
    # two media share the list of expressed genes; a plate of hits alone says no more
    for name, column in columns.items():
        same = any(np.array_equal(column, other, equal_nan=True) for other in kept.values())
        if np.isfinite(column).sum() > 0.25 * len(index) and not same:
            kept[name] = column
    return kept
