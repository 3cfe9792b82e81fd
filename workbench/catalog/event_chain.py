"""The hash chain of a history: each event's hash covers its content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.nouns import Event


def event_hash(hypothesis_id: str, event: Event) -> str:
    """sha256 over the canonical JSON of an event, its own hash left out."""
    content = {
        "hypothesis_id": hypothesis_id, "sequence": event.sequence, "at": event.at.isoformat(), "person": event.person,
        "kind": event.kind, "from_state": event.from_state, "to_state": event.to_state, "note": event.note,
        "payload": event.payload, "previous_hash": event.previous_hash,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_break(hypothesis_id: str, events: list[Event], state: str) -> tuple[int, str] | None:
    """The first event that was edited, removed or moved, with the reason; None when the history is whole."""
    previous = ""
    for expected, event in enumerate(events, start=1):
        if event.sequence != expected:
            return expected, f"event {expected} is missing or out of order"
        if event.previous_hash != previous:
            return expected, "it does not follow the event before it"
        if event_hash(hypothesis_id, event) != event.hash:
            return expected, "its content was changed"
        previous = event.hash
    if events and events[-1].to_state != state:
        return len(events) + 1, f"the last event leads to {events[-1].to_state!r}, the hypothesis is {state!r}"
    return None if events else (1, "there is no event")
