from __future__ import annotations

from pathlib import Path

import pytest

from tests.hypothesised import held_back, queue_lab  # noqa: F401
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.lab import Lab


def test_a_prediction_is_frozen_into_a_proposed_hypothesis(queue_lab: Lab) -> None:
    name = held_back(queue_lab, 1)[0]
    said = queue_lab.cells.predict(name, task="l1000_orf")
    item = queue_lab.hypotheses.queue(said, rationale="its neighbours say so")
    i = said.readouts.index(item.rule.readout)
    assert (item.state, item.author, item.author_kind) == ("proposed", "me", "person")
    assert item.predicted["delta"] == pytest.approx(float(said.delta[i]))
    assert item.predicted["low"] <= item.predicted["delta"] <= item.predicted["high"]
    assert (item.predicted["model"], item.predicted["snapshot"]) == (said.model_name, said.snapshot)
    kept = queue_lab.cells.prediction(item.prediction_id)
    assert kept.delta.tolist() == said.delta.tolist()
    assert item.rule.readout in queue_lab.hypotheses.rule(item)
    with pytest.raises(ConflictError, match=f"{item.handle} asks the same already"):
        queue_lab.hypotheses.queue(queue_lab.cells.predict(name, task="l1000_orf"))
    assert [found.handle for found in queue_lab.hypotheses.list(gene=item.perturbation.genes[0])] == [item.handle]


def test_the_machine_proposes_genes_nobody_asked_about_with_reasons(queue_lab: Lab) -> None:
    made = queue_lab.hypotheses.suggest("l1000_orf", k=3, acquisition="diverse")
    assert len(made) == 3
    assert len({item.perturbation.genes for item in made}) == 3
    roles = queue_lab.cells.perturbations("l1000_orf").set_index("perturbation_id")["role"]
    for item in made:
        assert (item.state, item.author_kind, item.author) == ("proposed", "machine", "machine")
        assert item.score is not None
        assert "predicted strength" in item.reason
        assert roles[item.perturbation.perturbation_id] == "replay"
    again = queue_lab.hypotheses.suggest("l1000_orf", k=3, acquisition="greedy")
    assert not {item.perturbation.genes for item in again} & {item.perturbation.genes for item in made}
    assert queue_lab.hypotheses.waiting("me")["proposed"] >= 6


def test_what_cannot_be_asked_is_said(queue_lab: Lab) -> None:
    with pytest.raises(UnknownNameError, match="no acquisition is called 'magic'"):
        queue_lab.hypotheses.suggest("l1000_orf", acquisition="magic")
    with pytest.raises(InputError, match="between 1 and 50"):
        queue_lab.hypotheses.suggest("l1000_orf", k=0)
    with pytest.raises(InputError, match="nothing unmeasured"):
        queue_lab.hypotheses.suggest("cellbox")
    with pytest.raises(UnknownNameError, match="H-999"):
        queue_lab.hypotheses.get("H-999")


def test_names_and_people_are_listed(queue_lab: Lab) -> None:
    assert {"diverse", "greedy", "thompson"} < set(queue_lab.hypotheses.acquisitions())
    assert ("me", "admin") in queue_lab.hypotheses.people()


def test_what_is_said_and_changed_about_a_hypothesis_stands_in_its_history(queue_lab: Lab, tmp_path: Path) -> None:
    said = queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf")
    first, second = said.readouts[:2]
    item = queue_lab.hypotheses.queue(
        said, "two genes", signature=f"{first} 1\n{second} -3", priority=1, tags=["pilot"], cost=4
    )
    assert item.rule.weights == tuple(sorted([(first, 0.25), (second, -0.75)]))
    assert (item.priority, item.tags, item.cost) == (1, ("pilot",), 4.0)
    assert "the signature “two genes”" in queue_lab.hypotheses.rule(item)
    queue_lab.hypotheses.set_priority(item.handle, 3, note="before the holidays")
    queue_lab.hypotheses.tag(item.handle, "liver", "pilot")
    queue_lab.hypotheses.untag(item.handle, "pilot")
    queue_lab.hypotheses.comment(item.handle, "Is the antibody there?", "sam")
    (tmp_path / "gel.txt").write_text("bands")
    kept = queue_lab.hypotheses.attach(item.handle, tmp_path / "gel.txt", person="sam")
    assert queue_lab.hypotheses.attachment(kept.attachment_id)[1] == b"bands"
    assert queue_lab.hypotheses.attachments(item.handle) == [kept]
    now = queue_lab.hypotheses.get(item.handle)
    assert (now.priority, now.tags) == (3, ("liver",))
    kinds = [event.kind for event in queue_lab.hypotheses.events(item.handle)]
    assert kinds == ["created", "proposed", "changed", "changed", "changed", "commented", "attached"]
    assert [handle for handle, _ in queue_lab.hypotheses.timeline(limit=2)] == [item.handle] * 2
    assert queue_lab.hypotheses.verify(since=queue_lab.hypotheses.head()) == []
    with pytest.raises(ConflictError, match="changed meanwhile"):
        queue_lab.hypotheses.change(item.handle, cost=9, seen=item.version)
    with pytest.raises(InputError, match="no file"):
        queue_lab.hypotheses.attach(item.handle, tmp_path / "none.txt")


def test_several_are_decided_each_for_itself_and_others_are_told(queue_lab: Lab) -> None:
    lab = queue_lab.hypotheses
    lab.mark_read("me")
    names = held_back(queue_lab, 2)
    one, two = (lab.queue(queue_lab.cells.predict(name, task="l1000_orf"), person="sam") for name in names)
    assert [(news.handle, news.why) for news in lab.inbox("me")] == [
        (two.handle, "to approve"),
        (one.handle, "to approve"),
    ]
    lab.withdraw(two.handle, "sam")
    told = lab.decide("approve", {one.handle: one.version, two.handle: two.version, "H-999": 0}, "me", "go")
    assert [(item.handle, item.done) for item in told] == [(one.handle, True), (two.handle, False), ("H-999", False)]
    assert "withdrawn by sam" in told[1].words
    assert not lab.decide("approve", {one.handle: 2}, "sam")[0].done
    assert [(news.event.kind, news.event.note) for news in lab.inbox("sam")] == [("approved", "go")]
    assert lab.mark_read("sam") == lab.mark_read("me")
    assert lab.inbox("sam") == lab.inbox("me") == []
    assert (lab.waiting("sam")["proposed"], lab.waiting("me")["proposed"] > 0) == (0, True)
    with pytest.raises(InputError, match="an action is one of propose, approve, withdraw"):
        lab.decide("resolve", {})


def test_the_queue_is_found_by_author_task_tag_priority_and_words(queue_lab: Lab) -> None:
    lab = queue_lab.hypotheses
    item = lab.queue(
        queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf"),
        person="eve",
        tags=["Pilot-7"],
        priority=2,
    )
    for found in ({"author": "eve"}, {"tag": "Pilot-7"}, {"priority": 2, "task": "l1000_orf"}, {"text": "pilot-7 "}):
        assert [hit.handle for hit in lab.list(**found)] == [item.handle]
    assert lab.list(author="eve", tag="other") == lab.list(text="pilot-8") == []
