"""Three processes writing to lake and ledger at once, while others read: nothing is lost, nothing is seen half."""

import os
import subprocess
import sys

WRITER = """
import sys
from workbench.catalog.ledger import PersonRow
from workbench.catalog.store import Catalog
from workbench.settings import Settings
catalog, who, n = Catalog.open(Settings()), sys.argv[1], int(sys.argv[2])
for i in range(n):
    with catalog.lake.writing(f"{who} {i}") as cursor:
        for part in "ab":
            cursor.execute("INSERT INTO lake.reject (dataset, value) VALUES ($1, $2)", [f"{who}-{i}", part])
    with catalog.ledger.session() as session:
        session.add(PersonRow(name=f"{who}-{i}"))
"""
READER = """
import sys
from workbench.catalog.store import Catalog
from workbench.settings import Settings
catalog = Catalog.open(Settings())
for _ in range(int(sys.argv[1])):
    half = catalog.lake.value("SELECT count(*) FROM (SELECT dataset FROM lake.reject GROUP BY 1 HAVING count(*) <> 2)")
    assert half == 0, half
    catalog.lake.value("SELECT count(*) FROM ledger.person")
"""


def test_nothing_is_lost_and_readers_see_whole_transactions(empty_catalog):
    n = 25
    environment = {**os.environ, "WORKBENCH_HOME": str(empty_catalog.settings.home), "WORKBENCH_THREADS": "1"}
    run = lambda code, *a: subprocess.Popen(
        [sys.executable, "-c", code, *map(str, a)], env=environment, stderr=subprocess.PIPE, text=True
    )
    processes = [run(WRITER, f"w{k}", n) for k in range(3)] + [run(READER, 30) for _ in range(2)]
    for process in processes:
        error = process.communicate(timeout=150)[1]
        assert process.returncode == 0, error
    assert empty_catalog.lake.value("SELECT count(DISTINCT dataset) FROM lake.reject") == 3 * n
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.reject") == 6 * n
    assert empty_catalog.lake.value("SELECT count(*) FROM ledger.person") == 3 * n
