"""The ledger: migrations equal the tables, constraints hold, a failed transaction leaves nothing."""

import os
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from workbench.catalog.account_tables import AccountRow
from workbench.catalog.ledger import ModelVersionRow, PersonRow
from workbench.catalog.migrate import newest_migration


def version(name, state="promoted"):
    return ModelVersionRow(
        version_id=name, name=name, task="t", architecture="mean", state=state, weights_sha256="", recipe={}, recipe_hash="",
        snapshot=1, code_version="", training_set={}, card={}, parent=None,
    )  # fmt: skip


def test_the_migrations_make_exactly_the_tables_of_the_code(empty_catalog):
    with empty_catalog.ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, AccountRow.metadata) == []
        assert context.get_current_revision() == newest_migration()


def test_an_up_to_date_ledger_opens_without_alembic(empty_catalog):
    code = "import sys; from workbench.catalog.store import Catalog; from workbench.settings import Settings; "
    code += "Catalog.open(Settings()).close(); sys.exit('alembic' in sys.modules)"
    environment = os.environ | {"WORKBENCH_HOME": str(empty_catalog.settings.home)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_only_one_version_of_a_task_can_be_promoted(empty_catalog):
    with empty_catalog.ledger.session() as session:
        session.add_all([version("a"), version("b", "retired")])
    with pytest.raises(IntegrityError), empty_catalog.ledger.session() as session:
        session.add(version("c"))


def test_unknown_roles_are_refused_and_nothing_is_kept(empty_catalog):
    with pytest.raises(IntegrityError), empty_catalog.ledger.session() as session:
        session.add(PersonRow(name="ann"))
        session.flush()
        session.add(PersonRow(name="bob", role="king"))
    with empty_catalog.ledger.session() as session:
        assert session.get(PersonRow, "ann") is None


def test_it_is_opened_in_wal_mode_with_foreign_keys(empty_catalog):
    with empty_catalog.ledger.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
