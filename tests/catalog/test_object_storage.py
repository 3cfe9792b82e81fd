"""A team's object storage: the keys it needs, what it does on one machine, and secrets quoted for DuckDB."""

import pytest

from workbench.catalog.object_storage import bring, is_shared, keep, secret_sql
from workbench.errors import StorageError
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
