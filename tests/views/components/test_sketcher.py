from workbench.views.components.sketcher import ADDRESS, ASSETS, Sketcher
from workbench.views.frame.serve import COMPONENTS


def test_the_sketcher_lies_where_the_server_looks() -> None:
    assert COMPONENTS == ASSETS
    assert (ASSETS / ADDRESS.removeprefix("/assets/")).is_file()
    assert Sketcher().address == ADDRESS


def test_every_build_it_may_ask_for_is_there() -> None:
    folder = ASSETS / "jsme"
    builds = sorted(path.name.split(".")[0] for path in folder.glob("*.cache.js"))
    assert len(builds) == 2  # Chromium and Safari; Firefox
    assert sorted(path.name for path in (folder / "deferredjs").iterdir()) == builds
    assert "Novartis" in (folder / "LICENSE.txt").read_text()


def test_only_our_own_page_is_listened_to() -> None:
    page = (ASSETS / "jsme" / "sketcher.html").read_text()
    assert "event.origin === home" in page
    assert '"*"' not in page
