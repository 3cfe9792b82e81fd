"""A team's object storage: the keys it needs, what it does on one machine, and secrets quoted for DuckDB."""

from pathlib import Path

import pytest

from workbench.catalog.object_storage import bring, hand_over, handed_over, is_shared, keep, secret_sql, whole
from workbench.errors import InputError, StorageError
from workbench.settings import Settings

KEYS = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "o'hara"}


def test_on_one_machine_nothing_is_stored_elsewhere(tmp_path):
    settings = Settings(home=tmp_path, data="")
    file = tmp_path / "weights" / "a"
    keep(settings, file)
    bring(settings, file)
    assert not is_shared(settings)
    assert not file.exists()


def test_the_secret_quotes_and_names_an_endpoint():
    sql = secret_sql(KEYS | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9000", "AWS_REGION": "eu-west-1"})
    assert "SECRET 'o''hara'" in sql
    assert "ENDPOINT '127.0.0.1:9000'" in sql
    assert "USE_SSL false" in sql
    assert "ENDPOINT" not in secret_sql(KEYS)


@pytest.mark.parametrize("missing", sorted(KEYS))
def test_a_missing_key_is_named(missing):
    with pytest.raises(StorageError, match=missing):
        secret_sql({name: value for name, value in KEYS.items() if name != missing})


def test_the_lake_lies_beside_weights_and_files_in_the_bucket(tmp_path):
    assert Settings(home=tmp_path, data="s3://lab/team/").lake_data == "s3://lab/team/lake/"
    assert Settings(home=tmp_path, data="/shared").lake_data == "/shared/"


def test_on_one_machine_a_job_is_told_the_path_itself(tmp_path, monkeypatch):
    file = tmp_path / "results.csv"
    file.write_text("plate,well")
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=tmp_path / "home", data="")
    told = hand_over(settings, Path("results.csv"))
    assert told == str(file)
    assert handed_over(settings, told) == file
    assert not settings.home.exists()  # nothing was copied


def test_a_file_that_is_not_there_is_not_handed_over(tmp_path):
    with pytest.raises(InputError, match=r"no file 'gone\.csv'"):
        hand_over(Settings(home=tmp_path, data="s3://lab/team"), tmp_path / "gone.csv")
    assert list(tmp_path.iterdir()) == []


def test_nobody_sees_half_a_file(tmp_path):
    place = tmp_path / "folder" / "a.bin"
    with pytest.raises(OSError, match="disk"), whole(place) as partial:
        partial.write_bytes(b"half")
        raise OSError("disk full")
    assert list(place.parent.iterdir()) == []
    with whole(place) as partial:
        partial.write_bytes(b"all of it")
        assert not place.exists()
    assert place.read_bytes() == b"all of it"
    assert list(place.parent.iterdir()) == [place]
