"""The experiment that would best refute a claim: where it says most, and what should be seen if it is right."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from workbench.cells.explain import Finding
from workbench.nouns import Prediction

OPPOSITE = {
    "over-expression": "knock-down", "activation": "knock-down", "knock-down": "over-expression",
    "knock-out": "over-expression",
}  # fmt: skip
Experiment = dict[str, Any]


def best_refutation(test: Finding, prediction: Prediction, *, is_measured: bool) -> Experiment | None:
    """Perturbation (kind, gene, perturbation_id), readout, direction (up, down, any) and the reason; None without a readout.

    A path is refuted best at the gene it leads over. Other claims: the question itself where it was never measured, on
    the named readout that is predicted to move most for its interval; else the opposite perturbation.
    """
    if test.kind == "signed path" and test.evidence:
        return _over_the_path(test, prediction)
    readout = _clearest(prediction, set(test.named) or set(prediction.readouts) - set(prediction.perturbation.genes))
    if readout is None:
        return None
    change = float(prediction.delta[prediction.readouts.index(readout)])
    asked = prediction.perturbation
    named = f"of the {len(test.named)} named readouts" if test.named else "of all readouts"
    if not is_measured or asked.kind not in OPPOSITE or len(asked.genes) != 1:
        return {
            "kind": asked.kind, "gene": asked.genes[0] if len(asked.genes) == 1 else "", "readout": readout,
            "perturbation_id": asked.perturbation_id, "direction": "up" if change > 0 else "down",
            "reason": f"{named} {readout} is predicted to move most for its interval ({change:+.2g} {prediction.units}); if "
            f"replicates do not move it, the claim loses its strongest case",
        }  # fmt: skip
    kind, gene = OPPOSITE[asked.kind], asked.genes[0]
    return {
        "kind": kind, "gene": gene, "readout": readout, "perturbation_id": f"{kind}:{gene}",
        "direction": "down" if change > 0 else "up",
        "reason": f"the {asked.kind} itself was measured; {named} {readout} moves most, so a {kind} that leaves it or moves "
        f"it the same way speaks against {gene} as the cause",
    }  # fmt: skip


def _over_the_path(test: Finding, prediction: Prediction) -> Experiment:
    """Perturb the gene that most of the moved readouts are reached over."""
    asked, rows = prediction.perturbation, test.evidence
    over = Counter(dict.fromkeys((row["via"], row["target"]) for row in rows))
    reached = Counter(via for via, _ in over)
    via = min(reached, key=lambda gene: (-reached[gene], gene))
    readout = _clearest(prediction, {target for gene, target in over if gene == via}) or rows[0]["target"]
    change = float(prediction.delta[prediction.readouts.index(readout)])
    starts = {row["edges"][0]["sign"] for row in rows if row["via"] == via}
    sign = starts.pop() if len(starts) == 1 else 0
    direction = "any" if sign == 0 else "up" if sign * change > 0 else "down"
    return {
        "kind": asked.kind, "gene": via, "perturbation_id": f"{asked.kind}:{via}", "readout": readout,
        "direction": direction,
        "reason": f"{reached[via]} of the moved readouts are reached over {via}; if the paths carry the response, {asked.kind} "
        f"of {via} alone must move {readout}",
    }  # fmt: skip


def _clearest(prediction: Prediction, names: set[str]) -> str | None:
    """The readout with the largest change for its interval; without finite intervals the largest change."""
    rows = [i for i, name in enumerate(prediction.readouts) if name in names]
    if not rows:
        return None
    width = (prediction.high - prediction.low)[rows]
    size = np.abs(prediction.delta[rows])
    if np.isfinite(width).all() and (width > 0).all():
        size = size / width
    return prediction.readouts[rows[int(np.argmax(size))]]
