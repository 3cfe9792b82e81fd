"""One at a time: a second holder of the same turn waits, another turn does not."""

import threading
import time

from workbench.catalog.exclusive import exclusive


def test_the_second_waits_for_the_first_and_only_for_the_same_turn(empty_catalog):
    order, inside = [], threading.Event()

    def other():
        inside.wait(5)
        with exclusive(empty_catalog, "E-1"):
            order.append("second")

    thread = threading.Thread(target=other)
    thread.start()
    with exclusive(empty_catalog, "E-1"):
        inside.set()
        with exclusive(empty_catalog, "E-2"):
            order.append("another turn")
        time.sleep(0.2)
        order.append("first done")
    thread.join(5)
    assert order == ["another turn", "first done", "second"]
