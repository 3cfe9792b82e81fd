from workbench.views.frame.theme import material, page_styles, theme_config, tokens_css
from workbench.views.style.palette import TOKENS, contrast


def test_both_modes_carry_the_same_tokens() -> None:
    styles = page_styles()
    assert set(styles["&.mui-light"]) == set(styles["&.mui-dark"]) == {f"--wb-{name}" for name in TOKENS["light"]}
    assert tokens_css("dark")["--wb-ink"] == TOKENS["dark"]["ink"]


def test_buttons_are_readable_in_both_modes() -> None:
    for mode, config in theme_config().items():
        primary = config["palette"]["primary"]
        assert contrast(primary["main"], primary["contrastText"]) >= 4.5
        assert config == material(mode)
