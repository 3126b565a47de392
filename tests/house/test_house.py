"""The house keeps its own rules: sizes, surfaces, light imports, a tidy root."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import amberkit

PACKAGE = Path(amberkit.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = sorted(
    {"amberkit", *(m.name for m in pkgutil.walk_packages([str(PACKAGE)], "amberkit."))}
    - {"amberkit.__main__"}
)
PUBLIC = [name for name in NAMES if "._" not in name]


def where(path):
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=where)
def test_modules_fit_in_the_head(path):
    limit = 80 if path.name == "__init__.py" else 500

    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


def test_most_modules_have_less_than_200_lines():
    sizes = sorted(len(path.read_text("utf-8").splitlines()) for path in MODULES)

    assert sizes[len(sizes) * 3 // 5] < 200


@pytest.mark.parametrize("name", NAMES)
def test_all_is_sorted_and_true(name):
    module = importlib.import_module(name)
    # The order of ruff and isort: constants, classes, functions.
    names = list(getattr(module, "__all__", []))

    def rank(n):
        return (0 if n.isupper() and len(n) > 1 else 1 if n[0].isupper() else 2, n)

    assert names == sorted(names, key=rank)
    assert all(hasattr(module, n) for n in names)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented(name):
    module = importlib.import_module(name)
    bare = [
        n
        for n in getattr(module, "__all__", [])
        if callable(found := getattr(module, n))
        and getattr(found, "__module__", "").startswith("amberkit")
        and not (found.__doc__ or "").strip()
    ]

    assert module.__doc__
    assert bare == []


def loaded_after(code):
    run = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in run.stdout.split()}


def test_light_imports_stay_light():
    heavy = {"numpy", "shapely", "pyproj", "h3", "jsonschema", "lxml"}
    heavy |= {"babel", "cyclopts", "rich", "antimeridian", "pytest"}
    heavy |= {"sqlalchemy", "cryptography", "PIL", "multiprocessing", "ctypes"}
    code = "import amberkit, amberkit.publish, amberkit.eligibility, amberkit.channels"

    assert heavy.isdisjoint(loaded_after(code))


@pytest.mark.parametrize("room", ["amberkit.publish", "amberkit.channels"])
def test_publishing_loads_no_case_and_no_geometry(room):
    run = subprocess.run(
        [sys.executable, "-c", f"import {room}, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.split())

    heavy = ("cases", "geo", "eligibility", "plans", "render", "cap", "schemas")
    for other in (*heavy, "store", "desk"):
        assert f"amberkit.{other}" not in loaded


def test_the_vocabulary_is_complete_and_lazy():
    for name in amberkit.__all__:
        assert getattr(amberkit, name) is not None
    assert dir(amberkit) == list(amberkit.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = amberkit.nonsense


def test_no_module_imports_the_root_package():
    guilty = [
        where(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and node.module == "amberkit")
        or (
            isinstance(node, ast.Import)
            and any(alias.name == "amberkit" for alias in node.names)
        )
    ]

    # The command line imports packages by full name like everybody else.
    assert guilty == []


READERS = re.compile(
    r"(?<!def )(?<!Store\.)(?<!Desk\.)\b(open\(|read_text\(|read_bytes\(|joinpath\(|iterdir\(|write_(text|bytes)\()"
)
CLOCKS = re.compile(r"\b(now\(\)|utcnow\(|today\(|time\.time|monotonic\(|perf_counter)")
FILE_READERS = {
    "schemas/_json.py": "documents that a caller names",
    "schemas/_check.py": "schemas that ship",
    "eligibility/packs/_load.py": "packs that ship",
    "eligibility/words/_wording.py": "wording that ships",
    "render/_wording.py": "wording that ships",
    "channels/_files.py": "the folder that is the channel",
    "publish/_nursery.py": "/dev/null, for workers",
    "publish/sql/_hold.py": "the lock of the one dispatcher",
    "store/_ground.py": "the database, made with its mode",
    "store/_keys.py": "the keys of the cases",
    "store/_turnstile.py": "the lock that writers queue at",
}
CLOCK_READERS = {"publish/_processes.py": "deadlines of workers, in real time"}


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if p.parent.name != "cli" and p.name != "__main__.py"],
    ids=where,
)
def test_the_core_reads_no_clock_and_only_named_modules_read_files(path):
    text = "\n".join(
        line
        for line in path.read_text("utf-8").splitlines()
        if not line.strip().startswith(("#", ">>>"))
    )

    if where(path) not in CLOCK_READERS:
        clocks = r"dt\.datetime\.now|dt\.date\.today|" + CLOCKS.pattern
        assert not re.search(clocks, text)
    assert not READERS.search(text) or where(path) in FILE_READERS


def test_the_root_holds_what_the_design_names():
    allowed = {"src", "docs", "tests", "benchmarks", ".ci", "pyproject.toml"}
    allowed |= {"README.md", "CHANGELOG.md", "LICENSE", ".gitignore"}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert {line.split("/")[0] for line in listed.stdout.splitlines()} <= allowed


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").exists()
