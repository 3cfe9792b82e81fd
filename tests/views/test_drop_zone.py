import base64

import pytest

from workbench.views.drop_zone import DropZone


def send(zone: DropZone, name: str, content: bytes, size: int | None = None, part: int = 4) -> None:
    zone.receive({"kind": "start", "name": name, "size": len(content) if size is None else size})
    for at in range(0, len(content), part):
        zone.receive({"kind": "part", "data": base64.b64encode(content[at : at + part]).decode()})
    zone.receive({"kind": "end"})


def test_parts_become_the_file_again() -> None:
    got = []
    zone = DropZone(lambda name, content: got.append((name, content)))
    send(zone, "r.csv", b"plate_barcode,well\n")
    send(zone, "again.csv", b"x" * 11)
    assert got == [("r.csv", b"plate_barcode,well\n"), ("again.csv", b"x" * 11)]
    assert zone.said == "again.csv"


def test_what_is_too_large_or_broken_is_said_and_not_handed_on() -> None:
    got = []
    zone = DropZone(lambda name, content: got.append(name), limit=2**20)
    send(zone, "big.csv", b"xxxx", size=2**21)
    assert "larger than 1 MB" in zone.said
    send(zone, "short.csv", b"xxxx", size=9)
    assert "did not arrive whole (4 of 9 bytes)" in zone.said
    zone.receive({"kind": "start", "name": "bad.csv", "size": 3})
    zone.receive({"kind": "part", "data": "!!!"})
    zone.receive({"kind": "end"})
    assert "did not arrive whole" in zone.said
    assert got == []


@pytest.mark.parametrize(
    ("given", "kept"), [("../../etc/passwd", "passwd"), ("C:\\data\\r.csv", "r.csv"), ("..", "file")]
)
def test_a_dropped_file_goes_by_a_safe_name(given: str, kept: str) -> None:
    got: list[str] = []
    zone = DropZone(lambda name, _content: got.append(name))
    zone.receive({"kind": "start", "name": given, "size": 1})
    zone.receive({"kind": "part", "data": base64.b64encode(b"x").decode()})
    zone.receive({"kind": "end"})
    assert got == [kept]
