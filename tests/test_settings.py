"""Settings: from WORKBENCH_* variables, frozen, places derived from home."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from workbench.errors import InputError
from workbench.settings import Settings


def test_variables_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_PORT", "6000")
    settings = Settings()
    assert (settings.home, settings.port) == (tmp_path, 6000)
    assert settings.ledger_url == f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    assert settings.lake_data == f"{tmp_path / 'lake'}/"
    assert settings.weights.parent == settings.cache.parent == tmp_path


def test_a_team_needs_configuration_only():
    settings = Settings(catalog="postgresql://host/workbench", data="s3://bucket/team/")
    assert settings.ledger_url == settings.jobs_url == "postgresql://host/workbench"
    assert settings.lake_data == "s3://bucket/team/lake/"


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_every_setting_says_what_it_is_for():
    assert all(field.description for field in Settings.model_fields.values())
    assert Settings().data_catalog == Path(__file__).resolve().parent.parent / "data_catalog"


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ({}, False), ({"host": "localhost"}, False), ({"host": "::1"}, False), ({"host": "0.0.0.0"}, True),
        ({"host": "lab.example.org"}, True), ({"catalog": "postgresql://db/workbench"}, True),
        ({"host": "0.0.0.0", "sign_in": "none"}, False), ({"sign_in": "password"}, True),
    ],
)  # fmt: skip
def test_a_password_is_asked_for_where_others_can_come_in(given: dict[str, str], asks: bool) -> None:
    assert Settings(**given).asks_for_password is asks


def test_an_unknown_way_to_sign_in_is_named() -> None:
    with pytest.raises(InputError, match="WORKBENCH_SIGN_IN is 'maybe'"):
        Settings(sign_in="maybe")
