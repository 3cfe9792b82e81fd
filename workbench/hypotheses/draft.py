"""From a prediction to a hypothesis: readout, direction, threshold and statement, with the prediction frozen."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError
from workbench.hypotheses.acquisition import response_strength
from workbench.nouns import DecisionRule, Hypothesis, Prediction

VERBS = {
    "over-expression": "Over-expressing", "knock-out": "Knocking out", "knock-down": "Knocking down",
    "activation": "Activating", "compound": "Giving", "combination": "Combining", "control": "Giving",
}  # fmt: skip
SMALLEST_THRESHOLD = 0.05
MEAN = "mean of what was measured"


def suggest_readout(prediction: Prediction) -> str:
    """The readout that tells this perturbation best from others; the perturbed gene itself is left out.

    That is the largest departure from the mean of what was measured, in interval widths, among the readouts that change
    in the direction of their departure; the first one where nothing was predicted.
    """
    if prediction.is_refused:
        return prediction.readouts[0]
    departure = prediction.delta - prediction.baselines.get(MEAN, prediction.baseline)
    width = np.maximum(prediction.high - prediction.low, 1e-12)
    size = np.abs(departure) / width
    size[np.sign(departure) != np.sign(prediction.delta)] = 0.0
    if not size.any():
        size = np.abs(prediction.delta)
    own = [i for i, name in enumerate(prediction.readouts) if name in prediction.perturbation.genes]
    size[own] = -1.0
    return prediction.readouts[int(np.argmax(size))]


def suggest_threshold(prediction: Prediction, readout: str) -> float:
    """Half the predicted size of the change, in the prediction's units, never below SMALLEST_THRESHOLD."""
    return _half(predicted_effect(prediction, readout))


def departure(prediction: Prediction) -> tuple[float, str] | None:
    """How far a prediction departs from the mean of what was measured, root mean square in interval widths, and in words.

    That is the value by which greedy proposals are ranked; none where an interval is open or has no width.
    """
    width = (prediction.high - prediction.low) / 2
    if prediction.is_refused or not (np.isfinite(width) & (width > 0)).all():
        return None
    size = float(response_strength(prediction.delta, width, prediction.baselines.get(MEAN, prediction.baseline)))
    return size, f"predicted to depart {size:.2f} interval widths from the {MEAN}"


def draft(
    prediction: Prediction,
    hypothesis_id: str,
    author: str,
    *,
    readout: str | None = None,
    direction: str | None = None,
    threshold: float | None = None,
    statement: str | None = None,
    rationale: str = "",
    author_kind: str = "person",
    score: float | None = None,
    reason: str = "",
    n_replicates: int = 3,
    signature: dict[str, float] | None = None,
) -> Hypothesis:
    """A hypothesis in state draft; what is not given is taken from the prediction (threshold: half the predicted size).

    signature: readout -> weight; `readout` is then the name it goes by. Weights are kept with absolute sum 1.
    Raises InputError for a readout the prediction does not have, or a prediction that was refused.
    """
    if prediction.is_refused:
        raise InputError(
            f"nothing is predicted for {prediction.perturbation.name}: {prediction.verdict_reason}",
            hint="A hypothesis needs a predicted effect; ask about something nearer to what was measured.",
        )
    weights = signature_weights(prediction, readout, signature) if signature else ()
    readout = readout or suggest_readout(prediction)
    if not weights and readout not in prediction.readouts and readout != "profile":
        raise InputError(f"{readout!r} is not a readout of {prediction.task}.", hint=f"E.g. {prediction.readouts[0]}.")
    predicted = predicted_effect(prediction, readout, weights)
    direction = direction or ("up" if predicted["delta"] >= 0 else "down")
    if threshold is None:
        threshold = _half(predicted)
    rule = DecisionRule(readout, direction, float(threshold), n_replicates, weights=weights)
    return Hypothesis(
        hypothesis_id=hypothesis_id, number=0, statement=statement or say(prediction, rule), task=prediction.task,
        perturbation=prediction.perturbation, context=prediction.context, rule=rule, state="draft", author=author,
        author_kind=author_kind, prediction_id=prediction.prediction_id, predicted=predicted, rationale=rationale,
        score=score, reason=reason, cost=float(n_replicates), simulated=prediction.simulated,
    )  # fmt: skip


def signature_weights(
    prediction: Prediction, name: str | None, signature: dict[str, float]
) -> tuple[tuple[str, float], ...]:
    """Readouts with weights whose absolute values sum to 1, by name; raises InputError for what cannot be a rule."""
    if not name or not name.strip() or name == "profile" or name in prediction.readouts:
        raise InputError("a signature needs a name of its own.", where=name or "", hint="E.g. MAPK response.")
    unknown = [key for key in signature if key not in set(prediction.readouts)]
    if unknown:
        words = f"{unknown[0]!r} of the signature is not a readout of {prediction.task}."
        raise InputError(words, hint=f"{len(unknown)} of {len(signature)} are not; leave them out.")
    total = sum(abs(value) for value in signature.values())
    if not np.isfinite(total) or total <= 0:
        raise InputError("a signature needs weights that are finite and not all zero.", where=name)
    return tuple(sorted((key, float(value) / total) for key, value in signature.items() if value))


def predicted_effect(
    prediction: Prediction, readout: str, weights: tuple[tuple[str, float], ...] = ()
) -> dict[str, object]:
    """The frozen numbers of one readout, of a signature, or of the projection on the predicted profile.

    A signature's interval adds up those of its readouts, as if all of them erred together (wider than for readouts that
    err apart); an end is none where one of them is open.
    """
    common = {
        "readout": readout, "level": prediction.level, "verdict": prediction.verdict, "units": prediction.units,
        "baseline_name": prediction.baseline_name, "model": prediction.model_name, "snapshot": prediction.snapshot,
        "domain_score": prediction.domain_score,
    }  # fmt: skip
    if weights:
        w = _vector(prediction, weights)
        used = np.flatnonzero(w)
        ends = np.stack([prediction.low[used], prediction.high[used]]) * w[used]
        low, high = ends.min(axis=0).sum(), ends.max(axis=0).sum()
        values = {
            "delta": float(w @ prediction.delta),
            "low": _finite(low),
            "high": _finite(high),
            "baseline": float(w @ prediction.baseline),
        }
    elif readout == "profile":
        direction = profile_direction(prediction)
        values = {
            "delta": float(direction @ prediction.delta), "low": None, "high": None,
            "baseline": float(direction @ prediction.baseline),
        }  # fmt: skip
    else:
        i = prediction.readouts.index(readout)
        values = {name: _finite(getattr(prediction, name)[i]) for name in ("delta", "low", "high", "baseline")}
    return common | values


def _half(predicted: dict[str, object]) -> float:
    """Half a predicted size, never below SMALLEST_THRESHOLD."""
    return max(SMALLEST_THRESHOLD, round(abs(float(predicted["delta"])) / 2, 3))


def _vector(prediction: Prediction, weights: tuple[tuple[str, float], ...]) -> np.ndarray:
    """Weights of a signature in the order of the prediction's readouts [n_readouts]."""
    vector = np.zeros(len(prediction.readouts))
    for name, value in weights:
        vector[prediction.readouts.index(name)] = value
    return vector


def _finite(value: float) -> float | None:
    """None for a bound at infinity, which JSON does not know."""
    return float(value) if np.isfinite(value) else None


def profile_direction(prediction: Prediction) -> np.ndarray:
    """Unit vector [n_readouts] of the predicted deviation from the mean of what was measured."""
    mean = prediction.baselines.get(MEAN, prediction.baseline)
    deviation = prediction.delta - mean
    norm = np.linalg.norm(deviation)
    return deviation / norm if norm > 0 else np.zeros_like(deviation)


def say(prediction: Prediction, rule: DecisionRule) -> str:
    """The hypothesis as a sentence."""
    verb = VERBS[prediction.perturbation.kind]
    what = "the predicted profile" if rule.readout == "profile" else rule.readout
    what = f"the signature “{what}”" if rule.weights else what
    way = {"up": "raises", "down": "lowers", "any": "changes"}[rule.direction]
    return f"{verb} {prediction.perturbation.name} {way} {what} in {prediction.context.cell_line}"


def effects_on_rule(rule: DecisionRule, prediction: Prediction, deltas: np.ndarray) -> np.ndarray:
    """Effect of each replicate [n] on the rule's readout, from its deltas [n, n_readouts] in the prediction's order."""
    if rule.weights:
        return deltas @ _vector(prediction, rule.weights)
    if rule.readout == "profile":
        return deltas @ profile_direction(prediction)
    return deltas[:, prediction.readouts.index(rule.readout)]
