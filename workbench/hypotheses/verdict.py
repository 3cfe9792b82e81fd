"""The decision rule applied to measured replicates; declared before the experiment, pure, in words."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from workbench.nouns import DecisionRule, Verdict


def verdict(rule: DecisionRule, effects: np.ndarray) -> Verdict:
    """Judge effects [n_replicates] (changes against matched controls on the rule's readout).

    The interval is Student's t of the mean at the rule's level. Supported: the mean passes the threshold in the declared
    direction and the interval excludes zero; refuted: the interval excludes the threshold; else inconclusive.
    """
    n = len(effects)
    if n < rule.n_replicates or n < 2:
        mean = float(np.mean(effects)) if n else float("nan")
        reason = f"{n} of {rule.n_replicates} replicates were measured."
        return Verdict("inconclusive", mean, float("nan"), float("nan"), n, reason)
    mean = float(np.mean(effects))
    width = float(stdtrit(n - 1, 0.5 + rule.level / 2) * np.std(effects, ddof=1) / np.sqrt(n))
    low, high = mean - width, mean + width
    sign = {"up": 1.0, "down": -1.0, "any": 1.0 if mean >= 0 else -1.0}[rule.direction]
    signed, near, far = sign * mean, *sorted((sign * low, sign * high))
    shown = f"mean change {mean:+.2f} [{low:+.2f}, {high:+.2f}] of {n} replicates"
    if near > 0 and signed >= rule.threshold:
        return Verdict("supported", mean, low, high, n, f"{shown}: beyond {rule.threshold:g} and clear of zero.")
    if far < rule.threshold:
        return Verdict("refuted", mean, low, high, n, f"{shown}: the interval excludes {rule.threshold:g}.")
    return Verdict(
        "inconclusive", mean, low, high, n, f"{shown}: neither clear of zero nor short of {rule.threshold:g}."
    )


def rule_in_words(rule: DecisionRule, units: str = "") -> str:
    """The rule as a sentence."""
    what = "the projection on the predicted profile" if rule.readout == "profile" else rule.readout
    if rule.weights:
        some = ", ".join(
            f"{value:+.2g} {name}" for name, value in sorted(rule.weights, key=lambda pair: -abs(pair[1]))[:3]
        )
        more = f" and {len(rule.weights) - 3} more" if len(rule.weights) > 3 else ""
        what = f"the signature “{rule.readout}” ({some}{more})"
    way = {"up": "rises by at least", "down": "falls by at least", "any": "changes by at least"}[rule.direction]
    unit = f" {units}" if units else ""
    return (
        f"Supported if the mean change of {rule.n_replicates} replicates against the controls of their plates shows that "
        f"{what} {way} {rule.threshold:.3g}{unit} and its {rule.level:.0%} interval excludes zero; refuted if the "
        "interval excludes that size; otherwise inconclusive."
    )
