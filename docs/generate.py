"""Rewrite what the pages of this folder take from the program.

::

    python docs/generate.py            rewrites the pages
    python docs/generate.py --check    says which pages are out of date; exit 1 if any is

Two things are made here, and ``tests/test_docs.py`` fails where they are not current:

- what stands between ``<!-- made: NAME -->`` and ``<!-- end: NAME -->`` (see ``PARTS``);
- what the blocks of a page print. The blocks of one page are run in their order, in one empty
  folder and one namespace: ``console`` (lines that begin with ``$``), ``pycon`` (lines that begin
  with ``>>>``), ``python`` (run, nothing printed) and ``diff`` (changes the file that its first
  line names). Blocks of any other language are not run.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import importlib
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import traceback
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

DOCS = Path(__file__).parent
REPOSITORY = DOCS.parent
SOURCE = REPOSITORY / "src" / "interpose"

BASES = ("published", "measured", "fitted", "assumed")


# --- parts ----------------------------------------------------------------------------------------


def day() -> str:
    """Return the order of the day as it stands in the program."""
    from interpose.play.day import DAY

    text = (SOURCE / "play" / "day.py").read_text(encoding="utf-8")
    node = next(
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and _names_of(node) == ["DAY"]
    )
    lines = ["```text", ast.get_source_segment(text, node) or "", "```", ""]
    lines += ["| | process | what it does |", "|---|---|---|"]
    for number, process in enumerate(DAY, 1):
        name = process.__name__.rpartition(".")[2]
        rule = _first_paragraph(process).partition(": ")[2]
        lines.append(f"| {number} | [{name}](#{name}) | {rule[:1].upper()}{rule[1:]} |")
    return "\n".join(lines)


def process_part(name: str) -> str:
    """Return what a process says of itself: rule, NEEDS, READS, WRITES and DRAWS."""
    room = next(p for p in (*_processes(), _review()) if p.__name__.rpartition(".")[2] == name)
    path = room.__name__.removeprefix("interpose.").replace(".", "/") + ".py"
    from interpose.play.day import parameters_of

    lines = [f"[`{path}`](../src/interpose/{path}): {_first_paragraph(room)}", ""]
    for said in ("NEEDS", "READS", "WRITES", "DRAWS"):
        names = getattr(room, said, None)
        if said == "NEEDS" and names is not None:
            names = parameters_of(room)
        if names is not None:
            listed = ", ".join(f"`{one}`" for one in names) or "nothing"
            lines.append(f"- {said.capitalize()}: {listed}.")
    return "\n".join(lines)


def state() -> str:
    """Return the state variables with their shapes, and which process writes each."""
    processes = [*_processes(), _review()]
    lines = ["| variable | shape | meaning | written by |", "|---|---|---|---|"]
    for process in _processes():
        if not hasattr(process, "new_state"):
            continue
        part = process.__name__.rpartition(".")[2]
        body = inspect.getsource(typing.get_type_hints(process.new_state)["return"])
        declared = r"^    (\w+): .* = axes\((.*)\)(?:  # (.*))?$"
        for field, axes, about in re.findall(declared, body, re.M):
            shape = re.sub(r"len\((\w+)\)", r"\1", axes).replace('"', "").lower()
            name = f"{part}.{field}"
            writers = [p for p in processes if part in p.WRITES or name in p.WRITES]
            written = ", ".join(p.__name__.rpartition(".")[2] for p in writers)
            lines.append(f"| `{name}` | ({shape}) | {_cell(about) or '–'} | {written} |")
    return "\n".join(lines)


def _processes() -> list[ModuleType]:
    """Return the processes of the day in their order."""
    from interpose.play.day import DAY

    return list(DAY)


def _review() -> ModuleType:
    return importlib.import_module("interpose.play.review")


def parameters() -> str:
    """Return the master table of parameters."""
    from interpose.scenario import master_table

    rows = master_table()
    counts = ", ".join(f"{sum(row.basis == basis for row in rows)} {basis}" for basis in BASES)
    cells = []
    for row in rows:
        value = "none: the scenario gives it"
        if row.default is not None:
            value = f"{row.default:g}"
            value += f" ({row.low:g} to {row.high:g})" if row.low != row.high else " (fixed)"
        shape = "–" if row.shape == "scalar" else row.shape
        source = f"{row.source}, {row.as_of}" if row.as_of else row.source
        cells.append((f"`{row.name}`, {row.unit}", shape, value, row.basis, source, row.note))
    head = "parameter, unit", "a value for each", "default (range)", "basis", "source", "meaning"
    return f"{len(rows)} parameters: {counts}.\n\n{_table(head, cells)}"


def scales() -> str:
    """Return how large the bundled scenarios are."""
    from interpose.scenario import load, scenario_names

    head = "scenario", "days", "places", "municipalities", "communities", "incident types", "cells"
    rows = []
    for name in scenario_names():
        read = load(name)
        days = (read.header.end - read.header.start).days + 1
        seats = sum(place.kind == "municipal_seat" for place in read.places)
        places, types = len(read.places), len(read.incident_types)
        numbers = (days, places, seats, len(read.header.communities), types, places * types)
        rows.append([f"`{name}`", *(f"{number:,}" for number in numbers)])
    return _table(head, rows)


def tables() -> str:
    """Return the tables of a run, column by column."""
    from interpose.play import TABLES

    rows = [
        (f"`{name}`", f"`{column.name}`", column.type, column.unit, column.description)
        for name, columns in TABLES.items()
        for column in columns
    ]
    return _table(("table", "column", "type", "unit", "meaning"), rows)


def rooms() -> str:
    """Return every room: what it is, and which rooms it imports."""
    rows = []
    for name in _rooms():
        rule = _first_paragraph(importlib.import_module(f"interpose.{name}")).partition(": ")[2]
        found = ", ".join(_imported(name)) or "none"
        rows.append((f"[`{name}`](../src/interpose/{name})", rule[:1].upper() + rule[1:], found))
    return _table(("room", "what it is", "imports"), rows)


def api() -> str:
    """Return every door for the builder of the site: its words, then its names one by one."""
    lines, seen = [], dict[int, str]()
    for room in _rooms():
        module = importlib.import_module(f"interpose.{room}")
        if room == "cli":
            continue
        lines += [f"## interpose.{room}", "", _first_paragraph(module), "", "```{eval-rst}"]
        for name in module.__all__:
            thing = getattr(module, name)
            kind, where, options = "function", module.__name__, []
            if isinstance(thing, type):
                kind, options = "class", ["   :members:"]
            elif not callable(thing):
                kind, where, options = "data", _home(module, name), ["   :no-value:"]
            if id(thing) in seen:
                lines += [f"``{name}`` is ``{seen[id(thing)]}``.", ""]
            else:
                seen[id(thing)] = f"{where}.{name}"
                lines += [f".. auto{kind}:: {where}.{name}", *options, ""]
        lines[-1:] = ["```", ""]
    return "\n".join(lines).rstrip()


def _home(module: ModuleType, name: str) -> str:
    """Return the module from which a door has a name."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            return node.module or ""
    return module.__name__


def commands() -> str:
    """Return every verb of the command line with its options."""
    import typer

    from interpose.cli import app

    lines = []
    for name, verb in verbs(typer.main.get_command(app)):
        about, example = verb.help or "", (verb.epilog or "").removeprefix("Example: ")
        lines += [f"{'#' * (2 + name.count(' '))} interpose {name}", "", about, ""]
        lines += ["```sh", example, "```", ""] if example else []
        options = [option for option in verb.params if not getattr(option, "hidden", False)]
        if options:
            lines += [_table(("option", "meaning", "default"), map(_option, options)), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip()


def verbs(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Yield (name, command) of every verb of a group and of the groups in it."""
    for name, verb in group.commands.items():
        if not verb.hidden:
            yield before + name, verb
            if hasattr(verb, "commands"):
                yield from verbs(verb, f"{before}{name} ")


def decisions() -> str:
    """Return the decisions by number, each as a link."""
    pages = sorted((DOCS / "decisions").glob("*.md"))
    titles = [path.read_text(encoding="utf-8").partition("\n")[0] for path in pages]
    return "\n".join(
        f"- [{title.removeprefix('# ')}](decisions/{path.name})"
        for path, title in zip(pages, titles, strict=True)
    )


def _option(option: Any) -> tuple[str, str, str]:  # noqa: ANN401 - typer brings its own click
    is_argument = option.param_type_name == "argument"
    name = (option.metavar or option.name.upper()) if is_argument else option.opts[0]
    default = option.default
    if isinstance(option.show_default, str):
        default = option.show_default
    shown = "" if default is None or getattr(option, "is_flag", False) else f"`{default}`"
    shown = "must be given" if option.required else shown
    return f"`{name}`", option.help or "", shown


PARTS: dict[str, Callable[[], str]] = {
    "day": day,
    "state": state,
    "parameters": parameters,
    "scales": scales,
    "tables": tables,
    "rooms": rooms,
    "api": api,
    "commands": commands,
    "decisions": decisions,
}
"""Name of a part -> what makes it. ``process:NAME`` is made by `process_part`."""


def _names_of(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Markdown."""
    heads = list(head)
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Return a text that fits into one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def _first_paragraph(thing: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    # Asked for its documentation, a room that is a verb as well tells that of the verb.
    own = vars(thing)["__doc__"] if isinstance(thing, ModuleType) else thing.__doc__
    text = inspect.cleandoc(own or "")
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join(text.split("\n\n")[0].split()))


def _rooms() -> list[str]:
    """Return the rooms that there are, in the order of their arrows."""
    order = ("scenario", "record", "plan", "policy", "play", "ensemble", "fit", "assess", "report")
    there = [path.parent.name for path in SOURCE.glob("*/__init__.py")]
    there = [name for name in there if name != "scenarios"]
    return sorted(there, key=lambda n: order.index(n) if n in order else len(order))


def _imported(room: str) -> list[str]:
    """Return the other rooms that a room imports."""
    found = set()
    for path in (SOURCE / room).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                inside = module == "interpose"
                names = [f"{module}.{a.name}" for a in node.names] if inside else [module]
            found |= {name.split(".")[1] for name in names if name.startswith("interpose.")}
    return [name for name in _rooms() if name in found - {room}]


def with_parts(text: str) -> str:
    """Return a page with what it takes from the program brought up to date."""

    def made(match: re.Match[str]) -> str:
        name = match[1]
        kind, _, which = name.partition(":")
        part = process_part(which) if kind == "process" else PARTS[name]()
        return f"<!-- made: {name} -->\n\n{part}\n\n<!-- end: {name} -->"

    return re.sub(r"<!-- made: (\S+) -->\n.*?<!-- end: \1 -->", made, text, flags=re.S)


# --- blocks ---------------------------------------------------------------------------------------

BLOCK = re.compile(r"^```(console|pycon|python|diff)\n(.*?)^```$", re.M | re.S)


def with_blocks(text: str) -> str:
    """Return a page with its blocks run, and what they print below each command."""
    if not BLOCK.search(text):
        return text
    space: dict[str, Any] = {"__name__": "__main__"}

    def ran(match: re.Match[str]) -> str:
        language, body = match[1], match[2]
        if language == "console":
            body = _console(body)
        elif language == "pycon":
            body = _prompts(body, space)
        elif language == "python":
            exec(compile(body, "<page>", "exec"), space)  # our own pages
        else:
            _change(body)
        return f"```{language}\n{body}```"

    with tempfile.TemporaryDirectory() as folder, _inside(Path(folder)):
        return BLOCK.sub(ran, text)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in a folder, with a terminal of known width and no colours."""
    wanted = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    with mock.patch.dict(os.environ, wanted), contextlib.chdir(folder):
        yield


def _console(body: str) -> str:
    """Run the commands of a block; of one that fails, stderr is shown too."""
    lines = []
    for line in body.splitlines():
        if not line.startswith("$ "):
            continue  # what it printed last time
        lines.append(line)
        words = shlex.split(line.removeprefix("$ "))
        printed = _interpose(words[1:]) if words[0] == "interpose" else _shell(line[2:])
        lines += [one.rstrip() for one in printed.splitlines()]
    return "\n".join(lines) + "\n"


def _interpose(words: list[str]) -> str:
    """Do what the command line does, without starting Python again."""
    from typer.testing import CliRunner

    from interpose.cli import app

    told = CliRunner().invoke(app, words, prog_name="interpose")
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return str(told.stdout) + (str(told.stderr) if told.exit_code else "")


def _shell(command: str) -> str:
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    return done.stdout


def _prompts(body: str, space: dict[str, Any]) -> str:
    """Run a block of prompts; put below each what it prints."""
    lines: list[str] = []
    for example in doctest.DocTestParser().get_examples(body):
        source = example.source.rstrip("\n").split("\n")
        lines += [(">>> " if i == 0 else "... ") + line for i, line in enumerate(source)]
        lines[-len(source) :] = [line.rstrip() for line in lines[-len(source) :]]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(example.source, "<page>", "single"), space)  # our own pages
            except Exception as error:  # noqa: BLE001 - a page may show an error
                last = traceback.format_exception_only(error)
                print("Traceback (most recent call last):\n    ...")  # noqa: T201
                print("".join(last).rstrip())  # noqa: T201
        lines += [one.rstrip() for one in printed.getvalue().splitlines()]
    return "\n".join(lines) + "\n"


def _change(body: str) -> None:
    """Change a file: lines with ``-`` in front become the lines with ``+`` that follow them."""
    first, *rest = body.splitlines()
    path = Path(first.removeprefix("# ").strip())
    old = "\n".join(line[1:] for line in rest if line[:1] in "- ")
    new = "\n".join(line[1:] for line in rest if line[:1] in "+ ")
    text = path.read_text(encoding="utf-8")
    if f"\n{old}\n" not in text:
        msg = f"{path}: these lines are not there:\n{old}"
        raise ValueError(msg)
    path.write_text(text.replace(f"\n{old}\n", f"\n{new}\n", 1), encoding="utf-8")


# --- pages ----------------------------------------------------------------------------------------


def pages() -> list[Path]:
    """Return the README and all pages here but the one that ``interpose schema`` makes."""
    pages = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [path for path in pages if path.name != "scenario_format.md"]


def main() -> int:
    """Rewrite all pages, or only say which would change."""
    check = "--check" in sys.argv[1:]
    stale = []
    for path in pages():
        text = path.read_text(encoding="utf-8")
        current = with_blocks(with_parts(text))
        if current != text:
            stale.append(path)
            if not check:
                path.write_text(current, encoding="utf-8")
    for path in stale:
        sys.stdout.write(f"{path.relative_to(REPOSITORY)}{' is out of date' if check else ''}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
