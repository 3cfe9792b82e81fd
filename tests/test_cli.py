"""The command line: light to start, in words when something is wrong, the whole way of a data set."""

import os
import socket
import subprocess
import sys

import pytest

from tests.called import call


def run(*arguments, home, **more):
    environment = {**os.environ, "WORKBENCH_HOME": str(home), **more}
    return subprocess.run(
        [sys.executable, "-m", "workbench.cli", *arguments], env=environment, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def test_help_imports_nothing_heavy():
    code = "import sys, workbench.cli; print([m for m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("torch", "rdkit", "panel", "pandas", "duckdb", "sqlalchemy", "dbos", "scipy"):
        assert f"'{heavy}'" not in loaded, heavy


def test_importing_workbench_is_light():
    code = "import sys, workbench; print([m for m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("torch", "rdkit", "panel", "scanpy", "numpy", "duckdb"):
        assert f"'{heavy}'" not in loaded, heavy


def test_a_server_that_listens_has_loaded_nothing_heavy(tmp_path):
    code = (
        "import sys; from workbench.lab import Lab; from workbench.settings import Settings;"
        "from workbench.views.frame.serve import build_server;"
        "build_server(Lab(settings=Settings()), host='127.0.0.1', port=0); print([m for m in sys.modules])"
    )
    environment = {**os.environ, "WORKBENCH_HOME": str(tmp_path / "home")}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    for heavy in ("torch", "rdkit", "pandas", "duckdb", "sqlalchemy", "dbos", "scipy", "numba", "datashader"):
        assert f"'{heavy}'" not in told.stdout, heavy
    assert not (tmp_path / "home").exists()  # the catalog is opened by the first who needs it


def test_an_app_whose_catalog_is_broken_ends_and_says_so(tmp_path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "kept.safetensors").touch()
    (tmp_path / "lake.sqlite").write_text("this is no database")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = run("app", "--port", str(port), home=tmp_path)
    assert told.returncode == 1
    assert "not a database" in told.stderr


def test_a_data_set_from_import_to_removal(tmp_path):
    home = tmp_path / "home"
    done = run("data", "import", "screen_scharenberg", home=home)
    assert "1,055 rows, 0 rejected" in done.stdout, done.stderr
    assert "imported" in call("data", "list", home=home).stdout
    assert call("data", "verify", home=home).returncode == 0
    call("data", "export", "screen_scharenberg", str(tmp_path / "out"), home=home)
    assert "MIT" in (tmp_path / "out" / "screen_scharenberg" / "ATTRIBUTION.txt").read_text()
    assert "removed" in call("data", "remove", "screen_scharenberg", home=home).stdout
    assert call("data", "verify", "screen_scharenberg", home=home).returncode == 1


def test_errors_are_words_without_traceback(tmp_path):
    wrong = run("data", "import", "sreen_il2", home=tmp_path)
    assert wrong.returncode == 1
    assert "screen_il2" in wrong.stderr
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize("place", ["no/such/folder", "profiles.csv"])
def test_a_file_that_is_not_there_is_said(tmp_path, place):
    told = call("data", "import", place, home=tmp_path)
    assert told.returncode == 1
    assert f"there is no file '{place}'" in told.stderr


def test_doctor_says_what_is_missing_and_how_to_mend_it(tmp_path):
    told = call("doctor", home=tmp_path / "new").stdout
    assert "duckdb 1.5.5" in told
    assert str(tmp_path / "new") in told
    assert "Mend: workbench setup" in told


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    told = run("doctor", home=blocked / "home")
    assert told.returncode == 1
    assert "Mend: Set WORKBENCH_HOME" in told.stdout
    assert "Traceback" not in told.stderr


def test_a_setting_that_cannot_be_used_is_said_in_words(tmp_path):
    told = run("data", "list", home=tmp_path, WORKBENCH_THREADS="many")
    assert told.returncode == 1
    assert "WORKBENCH_THREADS is 'many'" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_taken_port_is_said_in_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = run("app", "--port", str(port), home=tmp_path)
    assert told.returncode == 1
    assert f"port {port} is taken" in told.stderr


@pytest.mark.parametrize("command", [("jobs", "list"), ("models", "list"), ("hypotheses", "list"), ("data", "rejects")])
def test_lists_work_on_an_empty_catalog(tmp_path, command):
    assert call(*command, home=tmp_path).returncode == 0


def test_images_without_an_autoencoder_and_an_unknown_recipe_say_what_to_do(tmp_path):
    home = tmp_path / "home"
    assert call("data", "import", "cell_painting_images", home=home).returncode == 0
    told = call("data", "embed", "cell_painting_images", home=home)
    assert told.returncode == 1
    assert "none is promoted yet" in told.stderr
    assert "workbench models train-images" in told.stderr
    told = call("models", "train-images", "nothing", home=home)
    assert told.returncode == 1
    assert "camae_small" in told.stderr


def test_maps_are_listed_scored_and_reported(home, tmp_path):
    assert "accepted" in call("map", "list", home=home).stdout
    scored = call("map", "score", "bbbc021", home=home)
    assert "Mechanism of the nearest treatment (NSC)" in scored.stdout, scored.stderr
    assert "103 treatments" in scored.stdout
    assert "not measured" in scored.stdout
    out = tmp_path / "report.html"
    assert "Written to" in call("map", "report", "bbbc021", "--out", str(out), home=home).stdout
    assert "0.932" in out.read_text(encoding="utf-8")
    near = call("map", "nearest", "bbbc021", "-k", "2", "--out", str(tmp_path / "near.csv"), home=home)
    assert "206 pairs; exact" in near.stdout, near.stderr
    assert (tmp_path / "near.csv").read_text().startswith("perturbation_id,neighbour,place,similarity")
    wrong = call("map", "report", "bbbc21", home=home)
    assert wrong.returncode == 1
    assert "bbbc021" in wrong.stderr
    assert call("map", "report", "bbbc021", "--out", str(tmp_path / "no" / "where.html"), home=home).returncode == 1
