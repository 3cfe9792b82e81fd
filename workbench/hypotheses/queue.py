"""The states of a hypothesis and who may move it where."""

from __future__ import annotations

from workbench.errors import InputError
from workbench.nouns import Hypothesis

TRANSITIONS: dict[str, tuple[str, ...]] = {
    "draft": ("proposed", "withdrawn"),
    "proposed": ("approved", "withdrawn"),
    "approved": ("scheduled", "withdrawn"),
    "scheduled": ("in lab", "withdrawn"),
    "in lab": ("measured",),
    "measured": ("resolved",),
    "resolved": (),
    "withdrawn": (),
}
EVENT_OF = {
    "proposed": "proposed", "approved": "approved", "withdrawn": "withdrawn", "scheduled": "scheduled",
    "in lab": "sent to the lab", "measured": "measured", "resolved": "resolved",
}  # fmt: skip


def check_transition(hypothesis: Hypothesis, to_state: str) -> str:
    """The event that this move is. Raises InputError when the state does not allow it."""
    allowed = TRANSITIONS[hypothesis.state]
    if to_state not in allowed:
        raise InputError(
            f"{hypothesis.handle} is {hypothesis.state} and cannot become {to_state}.",
            hint=f"It can become {' or '.join(allowed)}." if allowed else "It is finished.",
        )
    return EVENT_OF[to_state]
