"""Who may import whom, what stands in the doors, and how large files and folders may be.

The arrows of docs/rooms.md: ``scenario <- plan <- policy <- play <- ensemble <- assess <-
report <- web, cli``; a room may import those before it. ``record`` is read by assess, fit, report,
web and cli alone, so that the play cannot peek at the answer; ``policy`` cannot import ``play``, so
that a review sees reports and never the true state.
"""

from __future__ import annotations

import ast
import graphlib
import importlib
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

import interpose

SOURCE = Path(interpose.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))

CHAIN = ("scenario", "plan", "policy", "play", "ensemble", "assess", "report")
SHARED = ("errors", "axes")
ALLOWED = {
    **{room: {*CHAIN[:i], *SHARED} for i, room in enumerate(CHAIN)},
    "record": {"scenario", *SHARED},
    "fit": {"scenario", "plan", "policy", "play", "ensemble", "record", *SHARED},
    "web": {*CHAIN, "record", "fit", *SHARED},
    "cli": {*CHAIN, "record", "fit", "web", "__init__", *SHARED},
    "scenarios": set(),
    "errors": set(),
    "axes": set(),
    "__main__": {"cli"},
}
ALLOWED["assess"] |= {"record", "fit"}
ALLOWED["report"] |= {"record", "fit"}
ALLOWED["__init__"] = {*ALLOWED} - {"__main__"}

MOST_ENTRIES_OF_A_FOLDER = 15
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60  # without its docstring


def room_of(path):
    """Return the room that a file belongs to: the first part of its path, without the ending."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_names(tree, package):
    """Return (dotted name, line) of everything of ours that a file imports, wherever it does so."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{start}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [(name, node.lineno) for name in names if name.split(".")[0] == "interpose"]
    return found


def imported_rooms(tree, package):
    """Return (room, line) of everything of ours that a file imports."""
    parts = [(name.split("."), line) for name, line in imported_names(tree, package)]
    return [(dotted[1] if dotted[1:] else "__init__", line) for dotted, line in parts]


def wrong_arrows(room, source, package=("interpose", "anything")):
    """Return what a room imports and may not."""
    return [
        (target, line)
        for target, line in imported_rooms(ast.parse(source), package)
        if target not in {*ALLOWED[room], room, "__version__"}
    ]


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_only_rooms_before_its_own(path):
    assert room_of(path) in ALLOWED, f"{room_of(path)} is no room of docs/rooms.md"
    wrong = wrong_arrows(room_of(path), path.read_text(encoding="utf-8"), package_of(path))
    assert not wrong, f"{name_of(path)} imports " + ", ".join(f"{r} (line {n})" for r, n in wrong)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("policy", "from interpose.play.state import State"),
        ("policy", "import interpose.play"),
        ("policy", "from interpose import play"),
        ("policy", "def f():\n    from interpose.play import day"),
        ("policy", "from ..play import day"),
        ("play", "from interpose.record import read"),
        ("play", "from interpose.ensemble import run"),
        ("ensemble", "from interpose.record import read"),
        ("scenario", "from interpose.policy import Policy"),
        ("errors", "from interpose.scenario import load"),
        ("report", "from interpose.cli import app"),
        ("web", "from interpose.cli import app"),
        ("play", "import interpose"),
    ],
)
def test_a_wrong_arrow_is_seen(room, source):
    assert wrong_arrows(room, source, ("interpose", room))


@pytest.mark.parametrize("path", [f for f in FILES if room_of(f) in ("play", "ensemble")], ids=str)
def test_no_play_reads_what_came_of_a_crisis(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [name for name, _ in imported_names(tree, ["interpose", room_of(path)])]
    assert not [name for name in names if name.startswith("interpose.scenario.tables.record")]
    words = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    assert not {"crises", "record/crises.csv"} & {word for word in words if isinstance(word, str)}


def test_right_arrows_are_let_through():
    for room, source in (
        ("play", "from interpose.policy import Policy\nimport numpy"),
        ("assess", "from interpose.record import read\nfrom interpose import __version__"),
        ("play", "from .state import State"),
    ):
        assert not wrong_arrows(room, source, ("interpose", room))


@pytest.mark.parametrize("path", sorted((SOURCE / "scenario").rglob("*.py")), ids=name_of)
def test_the_scenario_room_needs_no_arrays(path):
    heavy = {"numpy", "pandas", "scipy", "numba", "xarray", "pyarrow"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {name.partition(".")[0] for name in names} & heavy


def test_loading_a_scenario_loads_no_arrays():
    check = (
        "import interpose.scenario, sys; "
        "print(*sorted({'numpy', 'pandas', 'numba', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# --- files and folders ----------------------------------------------------------------------------


def package_of(path):
    return ("interpose", *path.relative_to(SOURCE).parent.parts)


def files_imported():
    """Return file -> the files that it imports; doors are left out, for rooms pass through them."""
    files = {".".join((*package_of(path), path.stem)): path for path in FILES}
    graph = {name: set() for name in files if not name.endswith("__init__")}
    for name in graph:
        tree = ast.parse(files[name].read_text(encoding="utf-8"))
        for imported, _ in imported_names(tree, package_of(files[name])):
            graph[name] |= {imported, imported.rpartition(".")[0]} & graph.keys() - {name}
    return graph


def circle_in(graph):
    """Return the names of a circle of imports, or none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_no_files_import_each_other_in_a_circle():
    assert len(files_imported()) > 100
    assert not circle_in(files_imported())


def test_a_circle_of_files_is_seen():
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert not circle_in({"a": {"b", "c"}, "b": {"c"}})


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=name_of)
def test_a_folder_shows_few_entries(folder):
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    rooms = {path.parent.name for path in folder.glob("*/*.py")}
    assert len(modules | rooms) <= MOST_ENTRIES_OF_A_FOLDER


# --- doors ----------------------------------------------------------------------------------------


def rooms_with_doors():
    return [
        path.parent.name if path.name == "__init__.py" else path.stem
        for path in (*SOURCE.glob("*/__init__.py"), SOURCE / "errors.py")
        if path.parent.name != "scenarios"
    ]


def noted_constants(room):
    """Return names in a room that are assigned and then described by a string."""
    files = sorted((SOURCE / room).glob("*.py")) or [SOURCE / f"{room}.py"]
    noted = set()
    for path in files:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for node, after in itertools.pairwise(body):
            if not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)):
                continue
            if isinstance(node, ast.Assign):
                noted |= {t.id for t in node.targets if isinstance(t, ast.Name)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                noted.add(node.target.id)
    return noted


@pytest.mark.parametrize("room", rooms_with_doors())
def test_every_name_in_a_door_is_there_and_documented(room):
    module = importlib.import_module(f"interpose.{room}")
    assert (module.__doc__ or "").strip(), f"{room} does not say what it is"
    names = getattr(module, "__all__", ())
    assert len(names) == len(set(names))
    noted = noted_constants(room)
    for name in names:
        thing = getattr(module, name)
        if isinstance(thing, type) or callable(thing):
            words = (getattr(thing, "__doc__", None) or "").strip()
            written = words and not words.startswith(f"{name}(")  # a dataclass writes that itself
            assert written, f"interpose.{room}.{name} has no docstring"
        else:
            assert name in noted, f"interpose.{room}.{name} has no note after it"


# --- length ---------------------------------------------------------------------------------------


def length(function):
    """Return the lines of a function without those of its docstring."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_short_enough_to_read(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES_OF_A_FILE, "more than a reader wants"
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{name_of(path)} does not say what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length(node) <= MOST_LINES_OF_A_FUNCTION, f"{node.name}: {length(node)} lines"
