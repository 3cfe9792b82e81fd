"""The page of a form: texts are escaped, fields are completed by password managers, the theme is the chosen one."""

from __future__ import annotations

from workbench.views.frame.signing_in.form_page import Field, FormPage, form_html

PAGE = FormPage(
    "Sign <in>", "To & fro", (Field("person", "Name", "username", value='a"b'), Field("password", "Password")), "Go"
)


def test_texts_and_values_are_escaped() -> None:
    text = form_html(PAGE, {"next": '/x?"><script>'}, error="<b>no</b>", done="<i>yes</i>")
    for raw in ("<in>", "<script>", "<b>", "<i>", 'a"b'):
        assert raw not in text
    assert 'role="alert"' in text
    assert 'role="status"' in text


def test_password_managers_and_readers_know_the_fields_and_the_first_empty_one_is_ready() -> None:
    text = form_html(PAGE, {})
    assert 'type="text" autocomplete="username"' in text
    assert 'type="password" autocomplete="current-password"' in text
    assert '<label for="password">' in text
    assert text.count(" autofocus") == 1
    assert "autofocus" in text.split('id="password"')[1]


def test_the_theme_is_the_chosen_one_or_the_browsers() -> None:
    assert "prefers-color-scheme: dark" in form_html(PAGE, {})
    assert "color-scheme: dark;" in form_html(PAGE, {}, theme="dark")
    assert "prefers-color-scheme" not in form_html(PAGE, {}, theme="dark")


def test_a_page_that_is_done_has_no_form() -> None:
    assert "<form" not in form_html(FormPage("Done", "", (), ""), {}, done="Done.")
