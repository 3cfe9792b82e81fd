"""A ledger that an older workbench has written is brought forward without loss."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tests.hypothesised import hypothesis
from workbench.catalog import events
from workbench.catalog.hypotheses import change_state, insert_hypothesis, list_events, list_hypotheses
from workbench.catalog.migrate import MIGRATIONS, migrate
from workbench.catalog.store import Catalog, new_id
from workbench.errors import StorageError
from workbench.nouns import DecisionRule


def downgrade(catalog: Catalog, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with catalog.ledger.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_events_of_a_first_ledger_are_kept_chained_and_sealed(empty_catalog: Catalog) -> None:
    settings = empty_catalog.settings
    for number in range(3):
        item = hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule(f"R{number}", "up", 1.0))
        change_state(empty_catalog, insert_hypothesis(empty_catalog, item), "proposed", "ada", kind="proposed")
    ids = [item.hypothesis_id for item in list_hypotheses(empty_catalog)]
    before = {name: [event.hash for event in list_events(empty_catalog, name)] for name in ids}
    downgrade(empty_catalog, "0001")
    with empty_catalog.ledger.engine.connect() as connection:
        columns = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(hypothesis_event)")}
    assert "position" not in columns
    empty_catalog.close()
    again = Catalog.open(settings)
    assert {name: [event.hash for event in list_events(again, name)] for name in ids} == before
    assert [event.position for _, event in events.list_all(again)] == [1, 2, 3, 4, 5, 6]
    assert events.verify(again) == []
    item = hypothesis(hypothesis_id=new_id(), number=0, rule=DecisionRule("R9", "up", 1.0))
    insert_hypothesis(again, item)
    assert events.verify(again) == []
    assert not migrate(again.ledger.engine)
    again.close()


def test_a_ledger_of_a_newer_workbench_is_left_alone(empty_catalog: Catalog) -> None:
    with empty_catalog.ledger.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="of a newer workbench"):
        migrate(empty_catalog.ledger.engine)
