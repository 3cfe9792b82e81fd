from __future__ import annotations

import pytest

from tests.hypothesised import hypothesis
from workbench.catalog.attachments import MAX_BYTES, attach, list_attachments, lost_attachments, read_attachment
from workbench.catalog.files import path_of
from workbench.catalog.hypotheses import get_hypothesis, insert_hypothesis, list_events
from workbench.catalog.store import Catalog
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.nouns import Hypothesis

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def item(empty_catalog: Catalog) -> Hypothesis:
    return insert_hypothesis(empty_catalog, hypothesis(number=0))


def test_a_file_is_kept_by_content_and_told_in_the_history(empty_catalog: Catalog, item: Hypothesis) -> None:
    kept = attach(empty_catalog, item, "../gels/gel 1.png", PNG, "sam")
    assert (kept.name, kept.person, kept.n_bytes) == ("gel 1.png", "sam", len(PNG))
    assert read_attachment(empty_catalog, kept.attachment_id) == (kept, PNG)
    assert list_attachments(empty_catalog, item.hypothesis_id) == [kept]
    last = list_events(empty_catalog, item.hypothesis_id)[-1]
    assert (last.kind, last.payload["sha256"], last.to_state) == ("attached", kept.sha256, "draft")
    assert get_hypothesis(empty_catalog, "H-1").version == item.version  # nobody's decision is out of date by it
    with pytest.raises(ConflictError, match="has this file already, as gel 1.png"):
        attach(empty_catalog, item, "again.png", PNG, "sam")
    assert len(list_events(empty_catalog, item.hypothesis_id)) == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.html", b"<script>", "of no kind that is kept"), ("drawing.svg", b"<svg/>", "of no kind that is kept"),
        ("weights.pkl", b"\x80\x04", "of no kind that is kept"), ("noend", b"x", "of no kind that is kept"),
        ("gel.png", b"<html>", "does not begin as a png file does"), ("a.csv", b"\xff\xfe", "not UTF-8 text"),
        ("a.txt", b"a\x00b", "holds bytes"), ("a.txt", b"", "is empty"),
        ("a.txt", b"a" * (MAX_BYTES + 1), "20 MB are the limit"),
    ],
)  # fmt: skip
def test_other_files_are_refused_and_leave_nothing(
    empty_catalog: Catalog, item: Hypothesis, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        attach(empty_catalog, item, name, content, "sam")
    assert not empty_catalog.settings.files.exists()
    assert len(list_events(empty_catalog, item.hypothesis_id)) == 1


def test_a_lost_or_changed_file_is_named(empty_catalog: Catalog, item: Hypothesis) -> None:
    kept = attach(empty_catalog, item, "a.txt", b"one", "sam")
    assert lost_attachments(empty_catalog) == []
    path_of(empty_catalog.settings, kept.sha256).write_bytes(b"two")
    assert lost_attachments(empty_catalog) == [("H-1", "its file a.txt is not what was attached")]
    path_of(empty_catalog.settings, kept.sha256).unlink()
    assert lost_attachments(empty_catalog) == [("H-1", "its file a.txt is not there")]
    with pytest.raises(UnknownNameError, match="no attachment"):
        read_attachment(empty_catalog, "nothing")
