from workbench.views.frame.header import Header, waiting_items


def test_what_waits_in_words_and_nothing_for_nothing() -> None:
    counts = {"draft": 0, "proposed": 3, "in lab": 1, "resolved": 9, "withdrawn": 2}
    items = waiting_items(counts)
    assert [(item["text"], item["count"]) for item in items] == [
        ("Hypotheses to approve", 3), ("In the lab, results to bring in", 1),
    ]  # fmt: skip
    assert all(item["url"].startswith("/queue") for item in items)
    assert waiting_items({}) == []


def test_the_header_starts_light_as_me_and_stays() -> None:
    header = Header()
    assert (header.dark, header.person, header.address) == (False, "me", "")
