import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from workbench.views.components.viewer3d import LIBRARY, Viewer3D, module_text, notebook_widget


def test_the_library_is_the_published_file() -> None:
    digest = hashlib.sha256(LIBRARY.read_bytes()).hexdigest()
    assert digest == "95513f6494717cc82fb2ba4d264f29b7ef189a31d4ece36a38d1f9666bf6d427"
    assert "BSD-3-Clause" in (LIBRARY.parent / "3Dmol.LICENSE.txt").read_text()


def test_one_module_serves_panel_and_notebooks() -> None:
    text = module_text()
    assert text.count("export default") == 1
    assert "createViewer" in text.split("export default")[0]
    widget = notebook_widget(sdf="x", shown=[0, 2])
    assert widget._esm == text
    assert (widget.sdf, widget.shown, widget.style) == ("x", [0, 2], "stick")


def test_parameters_refuse_unknown_styles() -> None:
    with pytest.raises(ValueError, match="cartoon"):
        Viewer3D(style="cartoon")


def test_own_script_fetches_nothing() -> None:
    own = Path(LIBRARY.parent.parent / "viewer3d.js").read_text()
    for word in ("fetch(", "XMLHttpRequest", "http://", "https://", "import("):
        assert word not in own


@pytest.mark.skipif(subprocess.run(["which", "node"], capture_output=True).returncode != 0, reason="needs node")
def test_distances_angles_and_torsions_are_right(tmp_path: Path) -> None:
    own = (LIBRARY.parent.parent / "viewer3d.js").read_text().replace("export default", "const unused =")
    points = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]
    listed = json.dumps([dict(zip("xyz", point, strict=True)) for point in points])
    script = tmp_path / "measure.mjs"
    script.write_text(f"{own}\nconst p = {listed};\nconsole.log([2, 3, 4].map((n) => wbMeasure(p.slice(0, n))).join())")
    said = subprocess.run(["node", str(script)], capture_output=True, text=True, check=True).stdout.strip()
    assert said in ("1.00 Å,90.0°,90.0°", "1.00 Å,90.0°,-90.0°")
