from workbench.views.frame.brand import BRAND, FAVICON


def test_the_mark_leads_home_and_the_icon_needs_no_request() -> None:
    assert BRAND.startswith('<a href="/"')
    assert FAVICON.startswith("data:image/svg+xml")
