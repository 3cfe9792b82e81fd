from dataclasses import replace
from datetime import datetime

from workbench.catalog.event_chain import event_hash, first_break
from workbench.nouns import Event


def chain(n: int = 3) -> list[Event]:
    events: list[Event] = []
    states = ["draft", "proposed", "approved"]
    for i in range(n):
        event = Event(
            i + 1, datetime(2026, 1, 1, i), "ada", "moved", states[i - 1] if i else "", states[i], "", {"i": i},
            events[-1].hash if events else "",
        )  # fmt: skip
        events.append(replace(event, hash=event_hash("H", event)))
    return events


def test_a_whole_chain_has_no_break() -> None:
    assert first_break("H", chain(), "approved") is None


def test_a_chain_belongs_to_its_hypothesis() -> None:
    assert first_break("other", chain(), "approved") == (1, "its content was changed")


def test_any_changed_field_is_found() -> None:
    whole = chain()
    for name, value in {
        "person": "eve",
        "note": "x",
        "kind": "other",
        "payload": {"i": 9},
        "to_state": "draft",
    }.items():
        edited = [whole[0], replace(whole[1], **{name: value}), whole[2]]
        assert first_break("H", edited, "approved") == (2, "its content was changed"), name


def test_a_forged_hash_breaks_the_event_after_it() -> None:
    whole = chain()
    forged = replace(whole[1], note="x")
    forged = replace(forged, hash=event_hash("H", forged))
    assert first_break("H", [whole[0], forged, whole[2]], "approved") == (3, "it does not follow the event before it")


def test_the_order_of_a_payload_does_not_matter() -> None:
    event = chain(1)[0]
    assert event_hash("H", replace(event, payload={"a": 1, "b": 2})) == event_hash(
        "H", replace(event, payload={"b": 2, "a": 1})
    )
