"""The lake: all or nothing, snapshots that can be read again, disk full in words, closed to writing at a snapshot."""

import resource
import threading

import pytest

from workbench.catalog import schema
from workbench.errors import StorageError


def insert(catalog, symbol):
    with catalog.lake.writing(f"add {symbol}", author="ann", facts={"a": 1}) as cursor:
        cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) VALUES ($1)", [symbol])


def test_all_tables_of_the_schema_are_there(empty_catalog):
    sql = "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'lake'"
    assert set(empty_catalog.lake.query(sql).column(0).to_pylist()) == set(schema.TABLES)
    sql = "SELECT value FROM lake.options() WHERE option_name = 'parquet_row_group_size'"
    assert int(empty_catalog.lake.value(sql)) == schema.ROW_GROUP


def test_an_error_inside_leaves_nothing_behind(empty_catalog):
    lake, before = empty_catalog.lake, empty_catalog.lake.current_snapshot()
    with pytest.raises(ZeroDivisionError), lake.writing("half") as cursor:
        cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) VALUES ('A')")
        raise ZeroDivisionError
    with pytest.raises(StorageError, match="could not write"), lake.writing("wrong") as cursor:
        cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) VALUES ('A')")
        cursor.execute("INSERT INTO lake.gene (nothing) VALUES (1)")
    assert lake.value("SELECT count(*) FROM lake.gene") == 0
    assert lake.current_snapshot() == before


def test_a_snapshot_shows_the_lake_as_it_was_and_refuses_writing(empty_catalog):
    insert(empty_catalog, "A")
    then = empty_catalog.lake.current_snapshot()
    insert(empty_catalog, "B")
    past = empty_catalog.lake.at(then)
    assert past.value("SELECT count(*) FROM lake.gene") == 1
    with pytest.raises(StorageError, match="read-only"), past.writing("no"):
        pass
    past.close()


def test_snapshots_say_who_and_why(empty_catalog):
    from workbench.catalog.snapshots import get_snapshot, list_snapshots
    from workbench.errors import UnknownNameError

    insert(empty_catalog, "A")
    newest = list_snapshots(empty_catalog)[0]
    assert (newest.author, newest.message) == ("ann", "add A")
    assert get_snapshot(empty_catalog, newest.snapshot) == newest
    with pytest.raises(UnknownNameError, match="99999"):
        get_snapshot(empty_catalog, 99999)


def test_threads_take_turns_writing_and_readers_do_not_wait(empty_catalog):
    errors = []

    def write(who):
        try:
            for i in range(5):
                insert(empty_catalog, f"{who}{i}")
        except StorageError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(who,)) for who in "abc"]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        empty_catalog.lake.value("SELECT count(*) FROM lake.gene")
    assert not errors
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.gene") == 15


def test_a_full_disk_is_said_in_words_and_nothing_is_written(empty_catalog):
    insert(empty_catalog, "A")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limit[1]))
    try:
        with pytest.raises(StorageError, match="nothing was written|Nothing was written"):
            with empty_catalog.lake.writing("too much") as cursor:
                cursor.execute("INSERT INTO lake.gene (Metadata_Symbol) SELECT md5(range::VARCHAR) FROM range(1000000)")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.gene") == 1
    insert(empty_catalog, "B")
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.gene") == 2
