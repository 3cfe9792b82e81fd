"""The hash chains of the history: each event is bound to the one before it, of its hypothesis and of the whole ledger.

Within a hypothesis an event's hash covers its content and the hash before it. Over the ledger a second hash binds every
event to the one before it, whatever it is about, and the last one is sealed with a key outside the ledger: an event
cannot be changed, moved or left out, nor the last ones cut off, by somebody who can write the ledger but not the key.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.nouns import Event

REMARKS = ("commented", "attached")  # events that change nothing somebody else may be deciding on
EDITABLE = ("priority", "tags", "cost")


def event_hash(hypothesis_id: str, event: Event) -> str:
    """sha256 over the canonical JSON of an event, its own hash left out."""
    content = {
        "hypothesis_id": hypothesis_id, "sequence": event.sequence, "at": event.at.isoformat(), "person": event.person,
        "kind": event.kind, "from_state": event.from_state, "to_state": event.to_state, "note": event.note,
        "payload": event.payload, "previous_hash": event.previous_hash,
    }  # fmt: skip
    return digest(content)


def ledger_hash(previous: str, position: int, hash_of_event: str) -> str:
    """sha256 over the ledger hash before, the place among all events, and the event's own hash."""
    return hashlib.sha256(f"{previous}|{position}|{hash_of_event}".encode()).hexdigest()


def digest(content: Any) -> str:
    """sha256 over canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_break(
    hypothesis_id: str, events: Sequence[Event], state: str, version: int | None = None
) -> tuple[int, str] | None:
    """The first event that was edited, removed or moved, with the reason; None when the history is whole.

    `version`: how often the hypothesis says it was changed.
    """
    previous = ""
    for expected, event in enumerate(events, start=1):
        if event.sequence != expected:
            return expected, f"event {expected} is missing or out of order"
        if event.previous_hash != previous:
            return expected, "it does not follow the event before it"
        if event_hash(hypothesis_id, event) != event.hash:
            return expected, "its content was changed"
        previous = event.hash
    if not events:
        return 1, "there is no event"
    after = len(events) + 1
    if events[-1].to_state != state:
        return after, f"the last event leads to {events[-1].to_state!r}, the hypothesis is {state!r}"
    changes = sum(event.kind not in REMARKS for event in events) - 1
    if version is not None and changes != version:
        return after, f"the hypothesis was changed {version} times, its history tells of {changes}"
    return None


def untold(events: Sequence[Event], facts: dict[str, Any], content: str, outcome: dict[str, Any]) -> str:
    """What a hypothesis says that its events do not tell; empty when all agree.

    facts: the editable fields as they stand; content: digest of the frozen part; outcome: as it stands.
    """
    created = events[0].payload
    if "content" in created and created["content"] != content:
        return "what was queued (statement, prediction or rule) was changed"
    told = {name: created[name] for name in EDITABLE if name in created}
    for event in events:
        told |= {name: change["new"] for name, change in event.payload.get("changes", {}).items()}
    for name, value in told.items():
        if facts[name] != value:
            return f"its {name} is {facts[name]!r}, its history tells {value!r}"
    judged = [event.payload for event in events if event.kind == "resolved"]
    if judged and judged[-1] != outcome:
        return "its outcome is not the one that was judged"
    return ""
