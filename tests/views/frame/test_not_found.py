from workbench.views.frame.not_found import not_found_html


def test_the_address_is_named_and_cannot_inject() -> None:
    text = not_found_html("/no/<script>alert(1)</script>")
    assert "There is no page here" in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert 'href="/"' in text
