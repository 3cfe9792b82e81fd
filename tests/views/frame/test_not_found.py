from workbench.views.frame.not_found import not_found_html


def test_the_address_is_named_and_cannot_inject() -> None:
    text = not_found_html("/no/<script>alert(1)</script>")
    assert "There is no page here" in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert 'href="/"' in text


def test_it_stands_in_the_frame_and_offers_the_nearest_page() -> None:
    text = not_found_html("/explor/x", "dark")
    assert 'aria-label="Main"' in text
    assert 'Did you mean <a href="/explore">Explore</a>?' in text
    assert "color-scheme: dark" in text
    assert "prefers-color-scheme" not in text
    assert "Did you mean" not in not_found_html("/zzzzz")
