"""Claims about a prediction: what was seen, what chance gives, and verdicts that hold for all claims together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import hypergeom

from workbench.cells.mechanism import N_REWIRED, Edge, Mechanisms
from workbench.kernels.permutation import count_tails, families_benjamini_hochberg, independent_tails
from workbench.kernels.rewire import partner_chance
from workbench.nouns import Claim, Prediction

TOP_SHARE, LEAST = 0.05, 10  # the readouts that count as moved: the largest 5 % of changes, at least ten
ALPHA = 0.05
MAX_SETS = 4  # claims shown of each collection, one where none is supported; all of its sets are tested and counted
SMALLEST_SET, LARGEST_SHARE = 5, 0.15  # readouts of a set below and share of all above which nothing is said of it
AGREES = 0.1  # mean Pearson r from which replicates agree
REWIRED = f"{N_REWIRED} degree-preserving rewirings of the network"
CLOSED_FORM = "degree-preserving rewiring of the network (closed form)"
REGULONS = "regulons"
PERMUTED = "permuted genes (hypergeometric)"
Tails = tuple[float, float]


@dataclass(frozen=True)
class Finding:
    """A claim before its verdict: n of `of` seen, tails P(at least n), P(at most n) of its null, and its family of tests."""

    statement: str
    kind: str
    family: str
    n: int
    of: int
    expected: float
    tails: Tails
    null: str
    evidence: tuple[dict[str, Any], ...] = ()
    measured: dict[str, Any] | None = None
    note: str = ""
    named: frozenset[str] = frozenset()
    one_sided: bool = False

    @property
    def p(self) -> float:
        """Of both tails, or of the upper one alone."""
        return self.tails[0] if self.one_sided else min(1.0, 2 * min(self.tails))


@dataclass(frozen=True)
class Moved:
    """Readouts that moved most in the prediction and, where it may be shown, in what was measured; all that could move."""

    predicted: frozenset[str]
    measured: frozenset[str] | None
    universe: frozenset[str]

    @classmethod
    def of(cls, prediction: Prediction, measured: np.ndarray | None = None) -> Moved:
        """From a prediction and a measured change [n_readouts]; the perturbed genes themselves are left out."""
        own = set(prediction.perturbation.genes)
        return cls(
            moved_readouts(prediction), None if measured is None else moved_readouts(prediction, measured),
            frozenset(prediction.readouts) - own,
        )  # fmt: skip

    def sides(self) -> list[tuple[str, frozenset[str]]]:
        """(predicted, its readouts) and, where it may be shown, (measured, its readouts)."""
        return [("predicted", self.predicted), *([("measured", self.measured)] if self.measured is not None else [])]


def moved_readouts(prediction: Prediction, delta: np.ndarray | None = None) -> frozenset[str]:
    """The readouts with the largest change against the mean of what was measured: 5 %, at least ten.

    Of the predicted change, or of delta [n_readouts]; the perturbed genes themselves do not count, nor does what stays.
    """
    mean = prediction.baselines.get("mean of what was measured", prediction.baseline)
    change = np.abs((prediction.delta if delta is None else delta) - mean)
    own = np.isin(prediction.readouts, prediction.perturbation.genes)
    change = np.where(own, -1.0, change)
    n = min(max(LEAST, round(TOP_SHARE * len(change))), int((change > 0).sum()))
    return frozenset(prediction.readouts[i] for i in np.argsort(-change, kind="stable")[:n])


def settle(tests: list[Finding], shown: dict[str, int] | None = None) -> list[tuple[Claim, Finding]]:
    """Claims with q over all tests of all families, verdicts and ids, the supported ones first.

    shown: how many claims of a family are kept (those of the smallest q, one where none is supported); families it does
    not name are kept whole.
    """
    if not tests:
        return []
    q = families_benjamini_hochberg(np.array([test.p for test in tests]), np.array([test.family for test in tests]))
    order = sorted(
        range(len(tests)), key=lambda i: (_verdict_rank(tests[i], q[i]), q[i], tests[i].p, tests[i].statement)
    )
    count: Counter[str] = Counter()
    kept = []
    for i in order:
        family = tests[i].family
        most = (shown or {}).get(family, len(tests))
        count[family] += 1
        if count[family] <= (most if q[i] < ALPHA else min(most, 1) if family in (shown or {}) else most):
            kept.append(i)
    return [(_claim(tests[i], float(q[i]), f"C{place}"), tests[i]) for place, i in enumerate(kept, start=1)]


def membership_tails(seen: np.ndarray, named: np.ndarray, moved: int, universe: int) -> tuple[np.ndarray, np.ndarray]:
    """P(at least, at most `seen` of the `named` are among the moved) by the hypergeometric distribution; elementwise."""
    return hypergeom.sf(np.asarray(seen) - 1, universe, moved, named), hypergeom.cdf(seen, universe, moved, named)


def network_tests(prediction: Prediction, moved: Moved, mechanisms: Mechanisms, given: frozenset[str]) -> list[Finding]:
    """Targets, one-step paths and partners of the perturbed genes among the moved readouts; given: the model's networks."""
    genes = prediction.perturbation.genes
    who = ", ".join(genes)
    found = []
    for name, graph in sorted(mechanisms.directed.items()):
        real, drawn = (mechanisms.direct(graph, genes, rewired=rewired) for rewired in (False, True))
        edges = [edge for edge in mechanisms.edges_to(genes, set(moved.predicted)) if edge["network"] == name]
        found.append(_reached(f"Direct targets of {who} in {name} respond", "direct target", real, drawn, moved, mechanisms,
                              edges, note({name}, given)))  # fmt: skip
    first, last = mechanisms.steps(genes)
    if first and last:
        real, drawn = (mechanisms.one_step(genes, rewired=rewired) for rewired in (False, True))
        reached = {name for name in mechanisms.names[real[0]] if name in moved.predicted}
        edges = [_step(start, end) for start, end in mechanisms.paths(genes, reached)]
        over, ends = (" and ".join(sorted({graph.name for graph in step})) for step in (first, last))
        found.append(_reached(
            f"Targets one step behind {who} ({over}, then {ends}) respond", "signed path", real, drawn, moved, mechanisms,
            edges, note({graph.name for graph in (*first, *last)}, given),
        ))  # fmt: skip
    for name in sorted(mechanisms.partners):
        found.append(_partners(name, who, genes, moved, mechanisms, note({name}, given)))
    return [test for test in found if test is not None]


def set_tests(collection: str, sets: dict[str, frozenset[str]], moved: Moved, *, note: str = "") -> list[Finding]:
    """Every set of a collection that holds at least five readouts: are they among the moved more often than permuted genes."""
    inside = _testable(sets, moved)
    sizes = np.array([len(genes) for genes in inside.values()], dtype=int)
    tails = {}
    for key, of in moved.sides():
        seen = np.array([len(genes & of) for genes in inside.values()], dtype=int)
        above, below = membership_tails(seen, sizes, len(of), len(moved.universe))
        tails[key] = [(float(a), float(b)) for a, b in zip(above, below, strict=True)]
    found = []
    for i, (name, genes) in enumerate(inside.items()):
        share = {key: len(genes) * len(of) / len(moved.universe) for key, of in moved.sides()}
        sides = {key: (len(genes & of), share[key], tails[key][i]) for key, of in moved.sides()}
        found.append(
            _one_sided(f"The set “{name}” responds", "gene set", collection, genes, sides, moved, PERMUTED, note)
        )
    return found


def regulon_tests(moved: Moved, mechanisms: Mechanisms, *, note: str = "") -> list[Finding]:
    """Every regulon with at least five readouts: are they among the moved more often than in networks of the same degrees."""
    inside = _testable(mechanisms.regulons, moved)
    degree = Counter(gene for genes in mechanisms.regulons.values() for gene in genes)
    n_edges, found = sum(degree.values()), []
    degrees = {key: np.array([degree[gene] for gene in sorted(of)], dtype=float) for key, of in moved.sides()}
    for name, genes in inside.items():
        own, sides = len(mechanisms.regulons[name]), {}
        for key, of in moved.sides():
            # directed: every edge has one end
            chances, n = partner_chance(degrees[key], 2 * own, n_edges), len(genes & of)
            sides[key] = (n, float(chances.sum()), independent_tails(n, chances))
        found.append(
            _one_sided(f"The regulon of {name} responds", "regulon", REGULONS, genes, sides, moved, CLOSED_FORM, note)
        )
    return found


def note(used: set[str], given: frozenset[str]) -> str:
    """What a claim over these networks can show: the model was given some of them."""
    known = sorted(used & given)
    if known:
        return f"The model was given {' and '.join(known)}: the claim says what it used and is no evidence for biology."
    return "About the prediction; only a measurement says whether the cells do it."


def evidence_test(prediction: Prediction, agreements: np.ndarray) -> Finding | None:
    """Do the replicates of the nearest evidence agree more often than those of any measured perturbation?

    agreements [n]: mean r of the replicates of every training row, NaN where there is one. None without replicates.
    """
    known = agreements[np.isfinite(agreements)]
    top = [item for item in prediction.evidence[:5] if item["agreement"] is not None]
    if not len(known) or not top:
        return None
    share, names = sum(item["share"] for item in top), ", ".join(item["name"] for item in top)
    n, agreeing = sum(item["agreement"] > AGREES for item in top), int((known > AGREES).sum())
    above, below = membership_tails(np.array(n), np.array(len(top)), agreeing, len(known))
    return Finding(
        f"The nearest measured perturbations ({names}) carry {share:.0%} of the weight; the replicates of {n} of {len(top)} "
        f"agree (r > {AGREES:g})", "nearest evidence", "mechanism", n, len(top), len(top) * agreeing / len(known),
        (float(above), float(below)), f"as many measured perturbations drawn at random ({agreeing} of {len(known)} agree)",
        prediction.evidence[:5],
    )  # fmt: skip


def shared_part_test(prediction: Prediction, shares: np.ndarray) -> Finding | None:
    """Is the nearest evidence of a combination made of measurements with its own parts? shares [n] bool: such rows."""
    top = prediction.evidence[:5]
    if not top or not shares.any():
        return None
    parts = set(prediction.perturbation.compounds)
    n = sum(any(part in item["perturbation_id"] for part in parts) for item in top)
    above, below = membership_tails(np.array(n), np.array(len(top)), int(shares.sum()), len(shares))
    names = ", ".join(item["name"] for item in top)
    return Finding(
        f"Of the nearest measured conditions ({names}), {n} of {len(top)} share a drug with the question", "nearest evidence",
        "mechanism", n, len(top), len(top) * float(shares.mean()), (float(above), float(below)),
        f"as many measured conditions drawn at random ({int(shares.sum())} of {len(shares)} share a drug)", top,
    )  # fmt: skip


def _reached(
    statement: str, kind: str, real: np.ndarray, drawn: np.ndarray, moved: Moved, mechanisms: Mechanisms,
    evidence: Iterable[dict[str, Any]], words: str,
) -> Finding | None:  # fmt: skip
    """Counts of reached genes [1 or N_REWIRED, n_genes] among the moved, in the real and the rewired networks."""
    size = int((real[0] & mechanisms.mask(set(moved.universe))).sum())
    if not size:
        return None
    counts = {}
    for key, of in moved.sides():
        mask = mechanisms.mask(set(of))
        null, n = (drawn & mask).sum(axis=1), int((real[0] & mask).sum())
        counts[key] = (n, float(null.mean()), count_tails(n, null))
    n, expected, tails = counts["predicted"]
    measured = _in_measured(counts["measured"][0], size, *counts["measured"][1:]) if "measured" in counts else None
    named = frozenset(name for name in mechanisms.names[real[0]] if name in moved.predicted)
    rows = tuple({"gene": edge["target"], **edge} for edge in evidence if edge["target"] in named)
    return Finding(_counted(statement, n, size, moved), kind, "mechanism", n, size, expected, tails, REWIRED, rows, measured,
                  words, named)  # fmt: skip


def _partners(
    name: str, who: str, genes: tuple[str, ...], moved: Moved, mechanisms: Mechanisms, words: str
) -> Finding | None:
    partners = mechanisms.partners_of(name, genes)
    size = int((partners & mechanisms.mask(set(moved.universe))).sum())
    if not size:
        return None
    chances, counts = mechanisms.partner_chances(name, genes), {}
    for key, of in moved.sides():
        mask = mechanisms.mask(set(of))
        n = int((partners & mask).sum())
        counts[key] = (n, float(chances[mask].sum()), independent_tails(n, chances[mask]))
    n, expected, tails = counts["predicted"]
    measured = _in_measured(counts["measured"][0], size, *counts["measured"][1:]) if "measured" in counts else None
    named = frozenset(gene for gene in mechanisms.names[partners] if gene in moved.predicted)
    rows = tuple({"gene": gene, "evidence": name, "source": who, "target": gene, "network": name, "sign": 0, "pubmed": ()}
                 for gene in sorted(named))  # fmt: skip
    return Finding(_counted(f"Partners of {who} in {name} respond", n, size, moved), "relation", "mechanism", n, size, expected,
                  tails, CLOSED_FORM, rows, measured, words, named)  # fmt: skip


def _testable(sets: dict[str, frozenset[str]], moved: Moved) -> dict[str, frozenset[str]]:
    """The readouts of every set that is neither too small nor too large to say anything of."""
    inside = {name: genes & moved.universe for name, genes in sets.items()}
    largest = LARGEST_SHARE * len(moved.universe)
    return {name: genes for name, genes in inside.items() if SMALLEST_SET <= len(genes) <= largest}


def _one_sided(
    statement: str, kind: str, family: str, genes: frozenset[str], sides: dict[str, tuple[int, float, Tails]], moved: Moved,
    null: str, note: str,
) -> Finding:  # fmt: skip
    """A finding about a set; one that does not respond is none, so only the upper tail counts."""
    n, expected, tails = sides["predicted"]
    measured = _in_measured(sides["measured"][0], len(genes), *sides["measured"][1:]) if "measured" in sides else None
    return Finding(_counted(statement, n, len(genes), moved), kind, family, n, len(genes), expected, tails, null,
                   measured=measured, note=note, named=genes & moved.predicted, one_sided=True)  # fmt: skip


def _step(start: Edge, end: Edge) -> dict[str, Any]:
    """Both edges of a path in one evidence row: the sign is their product, 0 where one is unknown."""
    return {
        "source": start["source"], "via": start["target"], "target": end["target"], "sign": start["sign"] * end["sign"],
        "network": f"{start['network']}, {end['network']}", "evidence": f"{start['evidence']}; {end['evidence']}",
        "pubmed": (*start["pubmed"], *end["pubmed"]), "edges": (start, end),
    }  # fmt: skip


def _counted(statement: str, n: int, of: int, moved: Moved) -> str:
    return f"{statement}: {n} of {of} are among the {len(moved.predicted)} most moved readouts"


def _in_measured(n: int, of: int, expected: float, tails: Tails) -> dict[str, Any]:
    """The same claim about the readouts that moved most in what was measured; it holds above expectation at p < 0.05."""
    return {
        "n": n, "of": of, "expected": expected, "fold": n / expected if expected else None, "p": tails[0],
        "holds": bool(tails[0] < ALPHA and n > expected),
    }  # fmt: skip


def _verdict_rank(test: Finding, q: float) -> int:
    return ("supported", "opposed", "not distinguishable from chance").index(_verdict(test, q))


def _verdict(test: Finding, q: float) -> str:
    if q >= ALPHA:
        return "not distinguishable from chance"
    return "supported" if test.one_sided or test.tails[0] < test.tails[1] else "opposed"


def _claim(test: Finding, q: float, claim_id: str) -> Claim:
    return Claim(
        statement=test.statement, kind=test.kind, n=test.n, expected=test.expected,
        fold=test.n / test.expected if test.expected else None, p=test.p, verdict=_verdict(test, q), evidence=test.evidence,
        claim_id=claim_id, null=test.null, q=q, measured=test.measured, note=test.note,
    )  # fmt: skip
