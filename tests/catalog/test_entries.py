import re
from pathlib import Path

import pytest

from workbench.catalog import entries
from workbench.catalog.loaders import LOADERS
from workbench.errors import InputError, UnknownNameError
from workbench.settings import Settings

SETTINGS = Settings(mirror=None)
ENTRIES = entries.read_entries(SETTINGS)
RELEASED = r"@[0-9a-f]{40}|\b\d+\.\d+\.\d+\b"  # a commit of a repository, or a release of a package
FREE = re.compile(r"CC0|CC-BY-4\.0|MIT|BSD|Apache-2\.0")
BOUND = re.compile(r"GPL|CC-BY-SA|CC-BY-NC|not verified")


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_names_its_source_and_a_known_loader(name: str) -> None:
    entry = ENTRIES[name]
    LOADERS.find(entry.loader)
    assert all((entry.title, entry.modality, entry.licence, entry.citation, entry.units, entry.controls))
    assert entry.expect, "an entry without expected counts cannot be checked"
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in entry.files.values())
    assert entry.simulated or re.search(RELEASED, entry.source), "a source needs its commit or release"


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if entry.bundled])
def test_only_free_data_is_bundled_and_its_hash_is_right(name: str) -> None:
    entry = ENTRIES[name]
    assert FREE.search(entry.licence)
    assert not BOUND.search(re.sub(r"\(.*\)", "", entry.licence))
    entries.check_hashes(entry, entries.locate_files(SETTINGS, entry))


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if not entry.bundled])
def test_the_rest_says_how_to_bring_it(name: str, tmp_path: Path) -> None:
    entry = ENTRIES[name]
    assert BOUND.search(entry.licence)
    with pytest.raises(InputError, match="WORKBENCH_MIRROR"):
        entries.locate_files(SETTINGS, entry)
    file = tmp_path / next(iter(entry.files))
    file.write_bytes(b"other")
    assert entries.locate_files(SETTINGS, entry, file) == {file.name: file}
    assert entries.locate_files(SETTINGS, entry, tmp_path) == {file.name: file}
    with pytest.raises(InputError, match="sha256"):
        entries.check_hashes(entry, {file.name: file})


def test_nothing_lies_in_the_bundle_without_an_entry() -> None:
    bundled = SETTINGS.data_catalog / "bundled"
    owned = {
        f"{entry.folder or name}/{file}" for name, entry in ENTRIES.items() if entry.bundled for file in entry.files
    }
    files = [path for path in bundled.rglob("*") if path.is_file()]
    assert {path.relative_to(bundled).as_posix() for path in files} == owned
    assert sum(path.stat().st_size for path in files) < 40e6


def test_the_attribution_lists_every_entry_with_its_licence() -> None:
    text = (SETTINGS.data_catalog / "README.md").read_text()
    bundled, brought = text.split("## Bring the file yourself")
    for name, entry in ENTRIES.items():
        row = f"| {name} | {entry.title} | {entry.licence} | {entry.source} | {entry.citation} |"
        assert row in (bundled if entry.bundled else brought)


def test_a_missing_key_an_unknown_key_and_broken_toml_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    good = (SETTINGS.data_catalog / "bbbc021.toml").read_text()
    for text, message in (
        (good.replace("licence =", "license ="), "lacks licence"),
        ("colour = 'red'\n" + good, "colour"),
        ("title = ", "not a valid data set entry"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            entries.read_entry(path)


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="bbbc021"):
        entries.find_entry(SETTINGS, "bbbc21")
