"""Networks and gene sets as an explanation reads them: targets, one-step paths, partners, and the same in rewired networks."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from workbench.catalog import networks
from workbench.kernels.rewire import partner_chance, rewired_targets

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog

REGULONS = ("DoRothEA", "TRRUST")  # a transcription factor and what it regulates: the last step of a path
DEFAULT_SIGN = "DoRothEA"  # its +1 is also what it says where the mode is unknown
N_REWIRED = 100
SEED = 0
MAX_KEPT = 3
Edge = dict[str, object]
_kept: dict[tuple[str, str], Mechanisms] = {}
_building = threading.Lock()


@dataclass(eq=False)
class Directed:
    """One directed network: source, target [n_edges] gene numbers, sign [n_edges] (0 unknown), evidence by edge."""

    name: str
    source: np.ndarray
    target: np.ndarray
    sign: np.ndarray
    evidence: list[str]

    @cached_property
    def rewired(self) -> np.ndarray:
        """Targets [N_REWIRED, n_edges] of networks with the same degrees."""
        return rewired_targets(self.source, self.target, N_REWIRED, SEED)

    def edge(self, row: int, names: np.ndarray) -> Edge:
        """One edge with its sign, network, evidence and PubMed ids."""
        text = self.evidence[row]
        return {
            "source": str(names[self.source[row]]), "target": str(names[self.target[row]]), "sign": int(self.sign[row]),
            "network": self.name, "evidence": text or self.name, "pubmed": networks.pubmed_ids(text),
        }  # fmt: skip


@dataclass(eq=False)
class Mechanisms:
    """All networks and gene sets of a catalog, numbered by gene.

    names: genes; directed networks; partners: an undirected network's symmetric matrix [n_genes, n_genes]; sets:
    collection -> set -> genes.
    """

    names: np.ndarray
    directed: dict[str, Directed]
    partners: dict[str, sp.csr_matrix]
    sets: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    _steps: dict[tuple[str, ...], tuple[list[Directed], list[Directed]]] = field(default_factory=dict)

    @classmethod
    def build(cls, directed: pa.Table, undirected: pa.Table, sets: dict[str, dict[str, list[str]]]) -> Mechanisms:
        """From tables of edges (network, source, target, sign, evidence) and gene sets by collection."""
        import pyarrow as pa

        columns = [table.column(key) for table in (directed, undirected) for key in ("source", "target")]
        encoded = pa.chunked_array(
            [chunk for column in columns for chunk in column.chunks], pa.string()
        ).combine_chunks()
        encoded = encoded.dictionary_encode()
        names = np.array(encoded.dictionary.to_pylist(), dtype=object)
        parts = np.split(
            encoded.indices.to_numpy().astype(np.int64), np.cumsum([len(column) for column in columns])[:-1]
        )
        source, target = parts[0::2], parts[1::2]
        graphs, partners = {}, {}
        sign, evidence = (
            np.sign(directed.column("sign").to_numpy()).astype(int),
            np.array(directed.column("evidence").to_pylist(), dtype=object),
        )
        for network, rows in _rows_of(directed):
            graphs[network] = Directed(network, source[0][rows], target[0][rows], sign[rows], evidence[rows].tolist())
        for network, rows in _rows_of(undirected):
            both = (
                np.concatenate([source[1][rows], target[1][rows]]),
                np.concatenate([target[1][rows], source[1][rows]]),
            )
            matrix = sp.csr_matrix((np.ones(len(both[0])), both), shape=(len(names), len(names)))
            matrix.data[:] = 1.0
            partners[network] = matrix
        _forget_default_signs(graphs)
        return cls(
            names, graphs, partners, {key: {k: frozenset(v) for k, v in item.items()} for key, item in sets.items()}
        )

    @cached_property
    def number(self) -> dict[str, int]:
        """Number of each gene."""
        return {name: i for i, name in enumerate(self.names.tolist())}

    def numbers(self, genes: set[str] | tuple[str, ...]) -> np.ndarray:
        """Numbers of the genes that some network knows."""
        return np.array(sorted(self.number[gene] for gene in genes if gene in self.number), dtype=np.int64)

    def mask(self, genes: set[str]) -> np.ndarray:
        """Which genes are named [n_genes]."""
        mask = np.zeros(len(self.names), dtype=bool)
        mask[self.numbers(genes)] = True
        return mask

    def steps(self, genes: tuple[str, ...]) -> tuple[list[Directed], list[Directed]]:
        """Networks of the first and of the last step of a path from these genes.

        Signalling, then regulons; where the two never meet, both steps lead over all networks that know the genes.
        """
        if genes in self._steps:
            return self._steps[genes]
        numbers = self.numbers(genes)
        known = [graph for graph in self.directed.values() if np.isin(graph.source, numbers).any()]
        first = [graph for graph in known if graph.name not in REGULONS]
        last = [graph for graph in self.directed.values() if graph.name in REGULONS]
        meets = any(np.isin(one.target, two.source).any() for one in first for two in last)
        self._steps[genes] = (first, last) if meets else (known, known)
        return self._steps[genes]

    def direct(self, graph: Directed, genes: tuple[str, ...], *, rewired: bool = False) -> np.ndarray:
        """Which genes are targets of these: [1, n_genes], or [N_REWIRED, n_genes] in rewired networks."""
        rows = np.flatnonzero(np.isin(graph.source, self.numbers(genes)))
        targets = graph.rewired[:, rows] if rewired else graph.target[None, rows]
        hit = np.zeros((len(targets), len(self.names)), dtype=bool)
        np.put_along_axis(hit, targets.astype(np.int64), True, axis=1)
        return hit

    def one_step(self, genes: tuple[str, ...], *, rewired: bool = False) -> np.ndarray:
        """Which genes are reached over exactly one other gene and not directly: shape as in `direct`."""
        first, last = self.steps(genes)
        shape = (N_REWIRED if rewired else 1, len(self.names))
        between, reached = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for graph in first:
            between |= self.direct(graph, genes, rewired=rewired)
        between[:, self.numbers(genes)] = False
        for graph in last:
            draw, edge = np.nonzero(between[:, graph.source])
            reached[draw, graph.rewired[draw, edge] if rewired else graph.target[edge]] = True
        for graph in {id(graph): graph for graph in (*first, *last)}.values():
            reached &= ~self.direct(graph, genes, rewired=rewired)
        return reached

    def paths(self, genes: tuple[str, ...], targets: set[str]) -> list[tuple[Edge, Edge]]:
        """Both edges of every one-step path from the genes to the named targets."""
        first, last = self.steps(genes)
        own, wanted = self.numbers(genes), self.numbers(targets)
        found: list[tuple[Edge, Edge]] = []
        ends: dict[int, list[Edge]] = {}
        for graph in last:
            for row in np.flatnonzero(np.isin(graph.target, wanted) & ~np.isin(graph.source, own)):
                ends.setdefault(int(graph.source[row]), []).append(graph.edge(row, self.names))
        for graph in first:
            for row in np.flatnonzero(np.isin(graph.source, own)):
                start = graph.edge(row, self.names)
                found += [(start, end) for end in ends.get(int(graph.target[row]), [])]
        return found

    def edges_to(self, genes: tuple[str, ...], targets: set[str]) -> list[Edge]:
        """Directed edges from the genes straight to the named targets."""
        own, wanted = self.numbers(genes), self.numbers(targets)
        return [
            graph.edge(row, self.names)
            for graph in self.directed.values()
            for row in np.flatnonzero(np.isin(graph.source, own) & np.isin(graph.target, wanted))
        ]

    def partners_of(self, network: str, genes: tuple[str, ...]) -> np.ndarray:
        """Which genes are partners of these in an undirected network [n_genes]."""
        return np.asarray(self.partners[network][self.numbers(genes)].sum(axis=0)).ravel() > 0

    def partner_chances(self, network: str, genes: tuple[str, ...]) -> np.ndarray:
        """Chance [n_genes] of each gene to be a partner when the network is rewired."""
        degree = np.asarray(self.partners[network].sum(axis=1)).ravel()
        return partner_chance(degree, degree[self.numbers(genes)].sum(), int(degree.sum()) // 2)

    @cached_property
    def regulons(self) -> dict[str, frozenset[str]]:
        """Targets of every transcription factor of the regulon networks together."""
        found: dict[str, set[str]] = {}
        for graph in self.directed.values():
            if graph.name in REGULONS:
                for source, target in zip(self.names[graph.source], self.names[graph.target], strict=True):
                    found.setdefault(str(source), set()).add(str(target))
        return {name: frozenset(genes) for name, genes in found.items()}


def read_mechanisms(catalog: Catalog, collections: tuple[str, ...]) -> Mechanisms:
    """Networks and these collections of the catalog, kept in the process until one of them is imported anew."""
    key = (str(catalog.settings.home), "|".join((*collections, networks.relations_stamp(catalog))))
    with _building:
        if key not in _kept:
            while len(_kept) >= MAX_KEPT:
                _kept.pop(next(iter(_kept)))
            tables = [networks.read_relations(catalog, directed=directed) for directed in (True, False)]
            _kept[key] = Mechanisms.build(
                *tables, {name: networks.read_gene_sets(catalog, name) for name in collections}
            )
        return _kept[key]


def _rows_of(table: pa.Table) -> list[tuple[str, np.ndarray]]:
    encoded = table.column("network").combine_chunks().dictionary_encode()
    code = encoded.indices.to_numpy()
    return [(name, np.flatnonzero(code == i)) for i, name in enumerate(encoded.dictionary.to_pylist())]


def _forget_default_signs(graphs: dict[str, Directed]) -> None:
    """A plus of DoRothEA counts only where another network says plus for the same edge."""
    graph = graphs.get(DEFAULT_SIGN)
    if graph is None:
        return
    agreed = {
        pair
        for other in graphs.values() if other is not graph
        for pair in zip(other.source[other.sign > 0].tolist(), other.target[other.sign > 0].tolist(), strict=True)
    }  # fmt: skip
    pairs = zip(graph.source.tolist(), graph.target.tolist(), strict=True)
    known = np.array([pair in agreed for pair in pairs], dtype=bool)
    graph.sign = np.where((graph.sign > 0) & ~known, 0, graph.sign)
