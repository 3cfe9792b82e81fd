"""The house as a test: habits that keep the code habitable, checked by reading the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).resolve().parent.parent
LIBRARY = sorted(p for p in (PROJECT / "workbench").rglob("*.py") if "migrations" not in p.parts)
PAGES = sorted((PROJECT / "apps").rglob("*.py"))
TESTS = sorted((PROJECT / "tests").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in [*LIBRARY, *PAGES]}
ROOMS = ("hypotheses", "cells", "phenomics", "conformers")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "processor"}
MAX_FILE, MAX_FUNCTION = 400, 80
# files above 400 lines and functions above 80, each with its reason; this list may only shrink
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
# families whose entries are walked by one contract test instead of a test file each
CONTRACT_TESTED = {
    "workbench/models": "tests/models/test_models.py",
    "workbench/catalog/loaders": "tests/catalog/loaders",
    "workbench/nouns": "tests/nouns/test_nouns.py",
    "workbench/hypotheses/acquisition": "tests/hypotheses",
    "workbench/conformers/engines": "tests/conformers",
    "apps": "tests/journeys",
}


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def functions(tree: ast.AST):
    """Every function with the names of what encloses it."""
    stack = [(tree, [])]
    while stack:
        node, outer = stack.pop()
        for child in ast.iter_child_nodes(node):
            inner = outer
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = [*outer, child]
                if not isinstance(child, ast.ClassDef):
                    yield child, outer
            stack.append((child, inner))


def is_public(node: ast.FunctionDef, outer: list[ast.AST]) -> bool:
    inside_function = any(isinstance(item, ast.FunctionDef) for item in outer)
    hidden = any(item.name.startswith("_") for item in outer)
    return not (node.name.startswith("_") or inside_function or hidden)


def test_imports_follow_the_contracts():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_nobody_imports_the_package_root_and_no_rooms_form_a_ring():
    graph = grimp.build_graph("workbench", cache_dir=None)
    assert graph.find_modules_that_directly_import("workbench") == set()
    for one in ROOMS:
        for other in ROOMS:
            if one != other:
                assert not graph.chain_exists(f"workbench.{one}", f"workbench.{other}", as_packages=True), (one, other)


@pytest.mark.parametrize("path", [*LIBRARY, *PAGES], ids=name)
def test_files_and_functions_stay_readable(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE or name(path) in LONG_FILES, f"{lines} lines"
    long = {
        f.name: f.end_lineno - f.lineno + 1
        for f, _ in functions(TREES[path])
        if f.end_lineno - f.lineno + 1 > MAX_FUNCTION
    }
    assert not {key for key in long if f"{name(path)}:{key}" not in LONG_FUNCTIONS}, long


def test_the_lists_of_exceptions_only_name_what_is_still_long():
    for key in LONG_FILES:
        assert len((PROJECT / key).read_text().splitlines()) > MAX_FILE, key


@pytest.mark.parametrize("path", LIBRARY, ids=name)
def test_every_module_has_its_test(path):
    if path.name == "__init__.py" and not any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in TREES[path].body):
        return
    folder = name(path.parent)
    if folder in CONTRACT_TESTED:
        assert (PROJECT / CONTRACT_TESTED[folder]).exists(), CONTRACT_TESTED[folder]
        return
    stem = path.stem if path.name != "__init__.py" else path.parent.name
    mentions = f"{'.'.join(path.relative_to(PROJECT).with_suffix('').parts)}".removesuffix(".__init__")
    own = any(test.name == f"test_{stem}.py" for test in TESTS)
    used = any(_imports(test, mentions) for test in TESTS)
    assert own or used, f"no test file test_{stem}.py and no test imports {mentions}"


def _imports(test: Path, module: str) -> bool:
    package, _, last = module.rpartition(".")
    text = test.read_text(encoding="utf-8")
    return f"from {module} import" in text or f"import {module}" in text or f"from {package} import {last}" in text or (
        f"from {package} import" in text and f" {last}" in text
    )  # fmt: skip


@pytest.mark.parametrize("path", LIBRARY, ids=name)
def test_public_functions_are_typed_and_documented(path):
    for node, outer in functions(TREES[path]):
        if not is_public(node, outer):
            continue
        where = f"{name(path)}:{node.lineno} {node.name}"
        assert ast.get_docstring(node), f"{where} has no docstring"
        assert node.returns is not None, f"{where} has no return type"
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        untyped = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        assert not untyped, f"{where}: {untyped}"


@pytest.mark.parametrize("path", [p for p in LIBRARY if {"kernels", "models"} & set(p.parts)], ids=name)
def test_kernels_and_models_state_the_shapes_of_their_arrays(path):
    for node, outer in functions(TREES[path]):
        if not is_public(node, outer):
            continue
        takes_arrays = any("ndarray" in ast.unparse(a.annotation) for a in node.args.args if a.annotation)
        gives_arrays = node.returns is not None and "ndarray" in ast.unparse(node.returns)
        if takes_arrays or gives_arrays:
            owner = ast.get_docstring(outer[-1]) if outer else ""
            text = (ast.get_docstring(node) or "") + (owner or "")
            assert "[" in text, f"{name(path)}:{node.lineno} {node.name} states no shape"


@pytest.mark.parametrize("path", [*LIBRARY, *PAGES], ids=name)
def test_forbidden_habits(path):
    assert path.stem not in FORBIDDEN_NAMES
    for node in ast.walk(TREES[path]):
        where = f"{name(path)}:{getattr(node, 'lineno', 0)}"
        assert not isinstance(node, ast.Global), f"{where} uses global"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{where} has a bare except"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{where} prints"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {a.name.split(".")[0] for a in node.names} | {(getattr(node, "module", "") or "").split(".")[0]}
            assert not names & {"pickle", "dill", "cloudpickle"}, f"{where} imports a pickle"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            assert not node.value.func.id.endswith("Error"), f"{where} builds an error and does not raise it"


@pytest.mark.parametrize("path", LIBRARY, ids=name)
def test_every_raise_of_ours_says_something(path):
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            assert node.exc.args, f"{name(path)}:{node.lineno} raises without a message"


def test_all_errors_live_in_one_file():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and path.name != "errors.py":
                assert not any(ast.unparse(b).endswith(("Error", "Exception")) for b in node.bases), (
                    f"{name(path)}: {node.name}"
                )


def test_no_check_is_always_true():
    for path in TESTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assert):
                trivial = isinstance(
                    node.test, ast.GeneratorExp | ast.Tuple | ast.Constant | ast.JoinedStr | ast.Lambda
                )
                assert not trivial, f"{name(path)}:{node.lineno} can never fail"


def test_every_toml_parses():
    files = [p for p in PROJECT.rglob("*.toml") if not {".venv", ".artifacts", ".workbench"} & set(p.parts)]
    assert len(files) > 20
    for path in files:
        tomllib.loads(path.read_text(encoding="utf-8"))


def test_registries_hold_what_their_folders_hold():
    from workbench.catalog.loaders import LOADERS
    from workbench.jobs.engine.kinds import JOBS
    from workbench.models import MODELS
    from workbench.views import VIEWS
    from workbench.views.frame.pages import PAGES as REGISTERED

    for registry, folder in ((JOBS, "workbench/jobs"), (MODELS, "workbench/models"), (REGISTERED, "apps")):
        files = {path.stem for path in (PROJECT / folder).glob("*.py")} - {"__init__"}
        assert {entry.thing.__module__.rsplit(".", 1)[1] for entry in registry} == files, folder
    assert {entry.facts["noun"].__name__ for entry in VIEWS} == set(VIEWS.names())
    entries = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (PROJECT / "data_catalog").glob("*.toml")]
    assert {entry["loader"] for entry in entries} <= set(LOADERS.names())


def test_navigation_has_at_most_seven_entries():
    from workbench.views.frame.pages import PAGES as REGISTERED

    orders = [e.facts["facts"].order for e in REGISTERED if e.facts["facts"].order is not None]
    assert len(orders) == len(set(orders)) <= 7


def test_tracked_text_names_no_machine_and_nothing_heavy_is_bundled():
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    bundled = sum(
        (PROJECT / f).stat().st_size for f in files if f.startswith("data_catalog/") and (PROJECT / f).is_file()
    )
    assert bundled <= 40e6
    for file in files:
        path = PROJECT / file
        if path.suffix in (".py", ".md", ".toml", ".yml", ".txt", ".sh") and path.is_file() and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            for root in ("/work" + "/", "/root" + "/", "file://" + "/opt"):
                assert root not in text, f"{file} names {root}"
