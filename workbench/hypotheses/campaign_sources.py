"""From the catalog to a campaign: what is known of genes, weights learned on other screens, the pool to replay."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.catalog import networks, screens
from workbench.catalog.screens import Screen
from workbench.errors import InputError
from workbench.hypotheses.gene_knowledge import GeneKnowledge, know_genes
from workbench.hypotheses.priors import learn_weights, strength_elsewhere
from workbench.hypotheses.surrogate import Surrogate, SurrogateSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.catalog.store import Catalog

COLLECTIONS = ("Reactome", "hallmark")
ESSENTIAL = "CEGv2"
ELSEWHERE = "strength in other screens"
SAME = 0.95  # correlation over shared genes from which two screens are one and the same table
LEAST_GENES, HIT_SHARE = 20, 0.05
PROTOCOL = {"small": 32, "large": 128, "limit": 2000}

_kept: dict[str, GeneKnowledge] = {}
_reading = threading.Lock()


@dataclass(frozen=True, eq=False)
class Pool:
    """A screen ready to be replayed; essential [n]: core-essential genes; covariates: columns of the design by name."""

    screen: Screen
    surrogate: Surrogate
    essential: np.ndarray
    covariates: tuple[str, ...]

    @property
    def batch(self) -> int:
        """Genes a round by the protocol: 32 of a focused library, else 128."""
        return PROTOCOL["small"] if len(self.screen.genes) < PROTOCOL["limit"] else PROTOCOL["large"]

    def column(self, name: str) -> np.ndarray:
        """What a static policy ranks by [n]: a covariate, or `prior`. Raises InputError for an unknown one."""
        if name == "prior":
            return self.surrogate.prior_mean
        if name not in self.covariates:
            raise InputError(f"no covariate is called {name!r}.", hint=f"Known: prior, {', '.join(self.covariates)}.")
        return self.surrogate.design[:, self.covariates.index(name)]


def read_knowledge(catalog: Catalog) -> GeneKnowledge:
    """What the catalog knows of genes before any screen, kept in the process until a data set is imported anew.

    Raises InputError when there are no networks.
    """
    key = screens.knowledge_stamp(catalog)  # made of checksums: another catalog with the same data knows the same
    with _reading:
        if key not in _kept:
            _kept.clear()
            _kept[key] = _read_knowledge(catalog)
        return _kept[key]


def _read_knowledge(catalog: Catalog) -> GeneKnowledge:
    edges: dict[str, list[tuple[str, str]]] = {}
    table = screens.undirected_edges(catalog).to_pydict()
    for network, source, target in zip(table["network"], table["source"], table["target"], strict=True):
        edges.setdefault(network, []).append((source, target))
    if not edges:
        raise InputError("no network of genes is imported.", hint="Run `workbench setup`.")
    sets = {name: networks.read_gene_sets(catalog, name) for name in COLLECTIONS}
    return know_genes(
        edges, {name: some for name, some in sets.items() if some}, screens.gene_titles(catalog),
        screens.morphology_of_genes(catalog),
    )  # fmt: skip


def essential_genes(catalog: Catalog) -> set[str]:
    """Core-essential genes, empty where the list is not imported."""
    return {gene for genes in networks.read_gene_sets(catalog, ESSENTIAL).values() for gene in genes}


def prepare(
    knowledge: GeneKnowledge, screen: Screen, others: Mapping[str, Screen], essential: set[str],
    settings: SurrogateSettings | None = None, *, elsewhere: bool = True,
) -> Pool:  # fmt: skip
    """A screen with its surrogate; the prior's weights come from the other screens alone.

    elsewhere: whether a gene's strength in other screens is a covariate too; its weight is learned by leaving one of the
    other screens out in turn. A table that is this very screen is never among the others.
    """
    others = {name: other for name, other in others.items() if name != screen.name and not is_same(screen, other)}
    designs = {name: _design(knowledge, other, _without(others, name), elsewhere) for name, other in others.items()}
    design = _design(knowledge, screen, others, elsewhere)
    weights = np.zeros(design.shape[1])
    if others:
        weights = learn_weights(list(designs.values()), [other.scores for other in others.values()])
    surrogate = Surrogate(design, weights, knowledge.blocks_of(screen.genes, design), settings or SurrogateSettings())
    names = (*knowledge.names, ELSEWHERE) if elsewhere else knowledge.names
    return Pool(screen, surrogate, np.array([gene in essential for gene in screen.genes]), names)


def is_same(one: Screen, two: Screen) -> bool:
    """Whether two screens are the same measurements: more than 0.95 correlated, either way, over 50 genes or more."""
    shared, i, j = np.intersect1d(one.genes, two.genes, return_indices=True)
    if len(shared) < 50 or not (one.scores[i].std() and two.scores[j].std()):
        return False
    return abs(float(np.corrcoef(one.scores[i], two.scores[j])[0, 1])) > SAME


def parse_screen(name: str, table: str, hit_list: str = "") -> Screen:
    """A table Gene,Score (CSV text; any case, other columns ignored); a gene twice keeps its larger |score|.

    hit_list: genes, one a line, or CSV with a column Gene; without it the 5 % largest |score| are the hits. Raises
    InputError naming row and column of what cannot be read.
    """
    scores: dict[str, float] = {}
    rows = _cells(table, name)
    gene_column, score_column = (_column(rows[0], column, name) for column in ("gene", "score"))
    for number, row in enumerate(rows[1:], start=2):
        try:
            gene, score = row[gene_column].strip(), float(row[score_column])
        except (IndexError, ValueError) as error:
            raise InputError(f"row {number} has no number as its score: {row!r}.", where=name) from error
        if not gene or not np.isfinite(score):
            raise InputError(f"row {number} needs a gene and a finite score, has {gene!r} and {score}.", where=name)
        if gene not in scores or abs(score) > abs(scores[gene]):
            scores[gene] = score
    if len(scores) < LEAST_GENES:
        raise InputError(f"a screen needs {LEAST_GENES} genes or more, got {len(scores)}.", where=name)
    genes = np.array(sorted(scores))
    values = np.array([scores[gene] for gene in genes])
    is_hit = np.abs(values) >= np.quantile(np.abs(values), 1 - HIT_SHARE)
    if hit_list:
        listed = _cells(hit_list, f"hits of {name}")
        head = [cell.strip().lower() for cell in listed[0]]
        column = head.index("gene") if "gene" in head else 0
        named = {row[column].strip() for row in listed[1 if "gene" in head else 0 :] if len(row) > column}
        is_hit = np.isin(genes, list(named))
        if not is_hit.any():
            raise InputError(f"none of the {len(named)} hits is among the {len(genes)} genes.", where=name)
    return Screen(name, name, genes, values, is_hit)


def _cells(text: str, where: str) -> list[list[str]]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"the table cannot be read: {error}.", where=where, hint="Save it as CSV.") from error
    if not rows:
        raise InputError("the table is empty.", where=where)
    return rows


def _column(head: list[str], name: str, where: str) -> int:
    names = [cell.strip().lower() for cell in head]
    if name not in names:
        raise InputError(f"no column is called {name.title()!r}; there are {', '.join(head)}.", where=where)
    return names.index(name)


def _without(others: Mapping[str, Screen], name: str) -> dict[str, Screen]:
    return {key: other for key, other in others.items() if key != name}


def _design(knowledge: GeneKnowledge, screen: Screen, others: Mapping[str, Screen], elsewhere: bool) -> np.ndarray:
    more = {}
    if elsewhere:
        more[ELSEWHERE] = strength_elsewhere(
            screen.genes, {key: (item.genes, item.scores) for key, item in others.items()}
        )
    return knowledge.design(screen.genes, more)
