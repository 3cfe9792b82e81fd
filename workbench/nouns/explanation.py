"""Claim and Explanation: why a model predicts what it predicts, each statement with its null."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.nouns.fields import fact, require

CLAIM_VERDICTS = ("supported", "opposed", "not distinguishable from chance")
ROLES = ("perturbed", "between", "readout")
REMOVED = ("evidence", "edge", "set")
MAX_NODES = 40


@dataclass(frozen=True)
class Claim:
    """One statement of an explanation with its evidence, size, expectation and verdict.

    evidence rows may carry gene, evidence (words), pubmed (ids), sign, network, source, target. refuted_by: kind, gene,
    readout, direction, reason of the experiment that would best refute it. measured: n, of, expected, fold, p, holds of
    the same claim in what was measured, None where nothing measured may be shown.
    """

    statement: str = fact("Claim")
    kind: str = fact("Kind", help="direct target, signed path, relation, gene set, regulon, nearest evidence, sign")
    n: int = fact("Observed")
    expected: float = fact("Expected by chance")
    fold: float | None = fact("Fold over expectation", default=None)
    p: float | None = fact("p", default=None)
    verdict: str = fact("Verdict", default="not distinguishable from chance")
    evidence: tuple[dict[str, Any], ...] = field(default=(), metadata={"label": "Evidence"})
    claim_id: str = fact("Claim id", help="C1, C2, … unique within an explanation", default="")
    null: str = fact("Chance is", help="What the claim was compared with", default="")
    q: float | None = fact("q", help="p corrected for all claims tested in the explanation", default=None)
    refuted_by: dict[str, Any] | None = field(default=None, metadata={"label": "Best refuted by"})
    measured: dict[str, Any] | None = field(default=None, metadata={"label": "The same in what was measured"})
    note: str = fact("What it does not show", default="")

    def __post_init__(self) -> None:
        require(self.verdict in CLAIM_VERDICTS, f"A claim's verdict is one of {CLAIM_VERDICTS}.", self.verdict)

    @property
    def sentence(self) -> str:
        """The claim in words, with its size against chance and its id."""
        sizes = [f"{self.expected:.1f} expected"] if self.null else []
        if self.fold is not None:
            sizes.append(f"{self.fold:.1f} ×")
        if self.q is not None or self.p is not None:
            sizes.append(f"q = {self.q:.2g}" if self.q is not None else f"p = {self.p:.2g}")
        against = f"; chance is {self.null}" if self.null else ""
        size = f" ({', '.join(sizes)}{against})" if sizes else ""
        return f"{self.statement}{size}: {self.verdict}{self._as_measured()} [{self.claim_id}]."

    def _as_measured(self) -> str:
        if self.measured is None or self.verdict == "not distinguishable from chance":
            return ""
        holds = "holds" if self.measured["holds"] else "does not hold"
        return f"; it {holds} in what was measured ({self.measured['n']} of {self.measured['of']})"


@dataclass(frozen=True)
class Explanation:
    """Why the model predicts this: claims, each with its null, and the exact share of each evidence.

    network: nodes (gene, role, predicted, measured) and edges (source, target, sign, network, evidence, pubmed).
    counterfactuals: removed, kind, share_left (part of the deviation from the baseline that stays), largest (readout,
    before, after). sign_test: n, genes, accuracy, majority, rewired, margin, low, high, beats of the signs of short
    paths on measurements of the snapshot.
    """

    prediction_id: str = fact("Prediction")
    claims: tuple[Claim, ...] = fact("Claims")
    weights: tuple[dict[str, Any], ...] = field(default=(), metadata={"label": "Exact kernel weights"})
    residual: float = fact("Unexplained part", help="|prediction − weighted evidence|", default=0.0)
    network: dict[str, Any] = field(default_factory=dict, metadata={"label": "Mechanism network"})
    counterfactuals: tuple[dict[str, Any], ...] = field(default=(), metadata={"label": "Predicted again without"})
    sign_test: dict[str, Any] = field(default_factory=dict, metadata={"label": "Held-out sign accuracy of paths"})

    def __post_init__(self) -> None:
        ids = [claim.claim_id for claim in self.claims if claim.claim_id]
        require(len(ids) == len(set(ids)), "Claim ids must be unique within an explanation.", ids)
        nodes, edges = self.network.get("nodes", ()), self.network.get("edges", ())
        require(len(nodes) <= MAX_NODES, f"A mechanism network has at most {MAX_NODES} nodes.", len(nodes))
        require(all(node["role"] in ROLES for node in nodes), f"A node's role is one of {ROLES}.")
        named = {node["gene"] for node in nodes}
        loose = [edge for edge in edges if not {edge["source"], edge["target"]} <= named]
        require(not loose, "Both ends of an edge must be nodes of the network.", loose[:1])
        require(all(edge["sign"] in (-1, 0, 1) for edge in edges), "A sign is -1, 0 (unknown) or +1.")
        unknown = [item for item in self.counterfactuals if item["kind"] not in REMOVED]
        require(not unknown, f"What is removed is one of {REMOVED}.", unknown[:1])

    def paragraph(self) -> str:
        """The explanation as text: one sentence a claim, each with the id of its claim, the supported ones first."""
        return " ".join(
            claim.sentence for verdict in CLAIM_VERDICTS for claim in self.claims if claim.verdict == verdict
        )
