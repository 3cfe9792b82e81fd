from __future__ import annotations

from apps.hypothesis import HypothesisPage, HypothesisState, hypothesis
from tests.apps.recording import RecordingFrame, texts
from tests.hypothesised import held_back, queue_lab  # noqa: F401
from workbench.lab import Lab


def labels(panel: object) -> list[str]:
    return [str(getattr(item, "label", "")) for item in panel.select()]


def test_an_unknown_hypothesis_leads_back_to_the_queue(queue_lab: Lab) -> None:
    content = hypothesis(queue_lab, HypothesisState("H-99"), RecordingFrame())
    assert content.title == "No such hypothesis"
    assert "/queue" in texts(content.main)
    assert "No hypothesis is named" in texts(hypothesis(queue_lab, HypothesisState(), RecordingFrame()).main)


def test_the_page_says_everything_that_was_declared(queue_lab: Lab) -> None:
    said = queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf")
    item = queue_lab.hypotheses.queue(said, rationale="its <neighbours> say so")
    content = hypothesis(queue_lab, HypothesisState(item.handle), RecordingFrame())
    shown = texts(content.main)
    assert content.title == item.statement
    for text in ("its &lt;neighbours&gt; say so", "Supported if the mean change", "Not laid out yet", "All 2 events"):
        assert text in shown
    assert said.model_name in content.chips


def test_the_actions_follow_the_state_to_the_verdict(queue_lab: Lab) -> None:
    frame = RecordingFrame()
    item = queue_lab.hypotheses.list()[0]
    page = HypothesisPage(queue_lab, item.handle, frame)
    assert {"Approve", "Withdraw"} <= set(labels(page.inspector))
    next(b for b in page.inspector.select() if getattr(b, "label", "") == "Approve").param.trigger("clicks")
    assert "Lay out on plates" in labels(page.inspector)
    next(b for b in page.inspector.select() if getattr(b, "label", "") == "Lay out on plates").param.trigger("clicks")
    assert frame.url["path"] == "/experiment"
    queue_lab.experiments.replay(str(frame.url["id"]), inline=True, train=False)
    page.refresh()
    shown = texts(page.main)
    outcome = queue_lab.hypotheses.get(item.handle).outcome
    assert outcome["reason"] in shown
    assert "WB0001-1" in shown
    assert "What the model learned" in texts(page.inspector)
    assert "Withdraw" not in labels(page.inspector)


def test_people_talk_and_add_files_while_the_fields_stay(queue_lab: Lab) -> None:
    item = queue_lab.hypotheses.queue(queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf"))
    frame = RecordingFrame()
    page = HypothesisPage(queue_lab, item.handle, frame)
    assert "Nobody said anything yet" in texts(page.main)
    fields = page.editing
    page.discussion.text.value = "Is <it> true?"
    page.discussion.say.param.trigger("clicks")
    page.discussion.file.filename = "../gel <1>.txt"
    page.discussion.file.value = b"bands"
    assert "Is &lt;it&gt; true?" in texts(page.main)
    assert "Download" in labels(page.main)
    assert page.discussion.text.value == ""
    kept = queue_lab.hypotheses.attachments(item.handle)[0]
    assert "/" not in kept.name
    assert page.discussion._content(kept.attachment_id).read() == b"bands"
    assert page.editing is fields


def test_priority_tags_and_cost_are_changed_with_a_reason(queue_lab: Lab) -> None:
    item = queue_lab.hypotheses.queue(queue_lab.cells.predict(held_back(queue_lab, 1)[0], task="l1000_orf"))
    frame = RecordingFrame()
    page = HypothesisPage(queue_lab, item.handle, frame)
    page.editing.save.param.trigger("clicks")
    assert frame.messages[-1] == "Nothing was changed."
    page.editing.priority.value, page.editing.tags.value, page.editing.note.value = (
        2,
        " liver, liver ,pilot",
        "asked for",
    )
    page.editing.save.param.trigger("clicks")
    now = queue_lab.hypotheses.get(item.handle)
    assert (now.priority, now.tags, now.cost) == (2, ("liver", "pilot"), item.cost)
    event = queue_lab.hypotheses.events(item.handle)[-1]
    assert (event.kind, event.note, event.payload["changes"]["priority"]) == (
        "changed",
        "asked for",
        {"old": 0, "new": 2},
    )
    assert "#liver" in texts(page.inspector)
    assert page.editing.item == now
    queue_lab.hypotheses.withdraw(item.handle)
    page.refresh()
    assert "Save changes" not in labels(page.inspector)
