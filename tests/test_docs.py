"""The pages say what the program does: made parts, blocks, links, names, commands.

``python docs/generate.py`` regenerates what the first two tests find out of date.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
import typer

import interpose as ip
from interpose.cli import app

REPOSITORY = Path(__file__).parents[1]
DOCS, SOURCE = REPOSITORY / "docs", REPOSITORY / "src" / "interpose"
PAGES = sorted(DOCS.rglob("*.md"))
FRONT = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]

REMEDY = "If the new text is right: python docs/generate.py"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def name_of(path):
    return path.relative_to(REPOSITORY).as_posix()


def load_generator():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generator()
MADE = [page for page in PAGES if "<!-- made: " in page.read_text(encoding="utf-8")]
RUN = [
    page for page in [*PAGES, FRONT[0]] if generate.BLOCK.search(page.read_text(encoding="utf-8"))
]


def without_blocks(text):
    return FENCE.sub("", text)


# --- made -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", MADE, ids=name_of)
def test_what_a_page_takes_from_the_program_is_current(page):
    text = page.read_text(encoding="utf-8")
    assert generate.with_parts(text) == text, REMEDY


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_the_blocks_of_a_page_run_and_print_what_stands_below_them(page):
    text = page.read_text(encoding="utf-8")
    assert generate.with_blocks(text) == text, REMEDY


def test_there_are_pages_with_parts_and_with_blocks():
    assert {page.name for page in MADE} >= {"odd.md", "rooms.md", "commands.md", "api.md"}
    assert {page.name for page in RUN} >= {"tour.md", "howto_mission.md", "README.md"}


def test_a_part_or_an_output_that_is_out_of_date_would_be_seen():
    page = "<!-- made: scales -->\nold\n<!-- end: scales -->\n"
    assert "| `kosovo` |" in generate.with_parts(page)
    block = "```pycon\n>>> 1 + 1\n3\n```\n"
    assert generate.with_blocks(block) == block.replace("3", "2")
    block = "```console\n$ interpose check nowhere\n```\n"
    assert "UnknownNameError" in generate.with_blocks(block)


def test_a_change_of_lines_that_are_not_there_is_an_error():
    page = "```console\n$ interpose new valley\n```\n```diff\n# valley/bases.csv\n-no\n+yes\n```\n"
    with pytest.raises(ValueError, match=r"bases\.csv: these lines are not there"):
        generate.with_blocks(page)


@pytest.mark.parametrize("page", [*PAGES, *FRONT], ids=name_of)
def test_python_that_is_not_run_can_at_least_be_read(page):
    for language, body in FENCE.findall(page.read_text(encoding="utf-8")):
        if language in ("py", "python"):
            tree = ast.parse(body)
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom):
                    room = importlib.import_module(node.module)
                    assert all(hasattr(room, alias.name) for alias in node.names)


def test_the_python_of_the_readme_runs():
    text = FRONT[0].read_text(encoding="utf-8")
    blocks = [body for language, body in FENCE.findall(text) if language == "py"]
    assert blocks
    for body in blocks:
        few = body.replace("futures=100", "futures=2")
        assert few != body
        exec(compile(few, "README.md", "exec"), {})  # our own page


# --- links and files ------------------------------------------------------------------------------


def anchors(page):
    """Return the anchors of a page's headings, made as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", without_blocks(page.read_text(encoding="utf-8")), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", [*PAGES, *FRONT], ids=name_of)
def test_links_lead_somewhere(page):
    text = without_blocks(page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), f"{target}: there is no {path}"
        if anchor:
            assert anchor in anchors(there), f"{target}: no such heading in {there.name}"


NOW = [page for page in PAGES if page.parent == DOCS]  # a decision may name what it took out


@pytest.mark.parametrize("page", [*NOW, *FRONT], ids=name_of)
def test_files_that_are_named_exist(page):
    text = without_blocks(page.read_text(encoding="utf-8"))
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    ormel = REPOSITORY / "tests" / "plan" / "ormel"  # has every table of a plan
    roots = (REPOSITORY, SOURCE, SOURCE / "scenarios" / "kosovo", ormel)
    for name in re.findall(r"`([\w./]+)`", text):
        first, _, rest = name.partition("/")
        looks_like_ours = first in {*rooms, "src", "tests", "docs", "benchmarks"} and rest
        if looks_like_ours:
            assert any((root / name).exists() for root in roots), f"there is no {name}"


# --- names and commands ---------------------------------------------------------------------------


def everything():
    return "\n".join(page.read_text(encoding="utf-8") for page in [*PAGES, FRONT[0]])


def test_every_verb_has_a_heading_in_the_commands():
    headings = re.findall(r"^#+ interpose (.+)$", (DOCS / "commands.md").read_text(), re.M)
    verbs = [name for name, _ in generate.verbs(typer.main.get_command(app))]
    assert {"run", "record read"} <= set(verbs)
    assert headings == verbs


def test_every_public_name_of_the_rooms_is_mentioned():
    text = everything()
    for path in SOURCE.glob("*/__init__.py"):
        room = importlib.import_module(f"interpose.{path.parent.name}")
        for name in getattr(room, "__all__", ()):
            assert re.search(rf"\b{name}\b", text), f"interpose.{path.parent.name}.{name}"
    for name in ip.__all__[1:]:
        assert f"ip.{name}" in text or f"`{name}`" in text


def commands():
    """Return (page, words) of every command of ours in the blocks of all pages."""
    found = []
    for page in [*PAGES, *FRONT]:
        for language, body in FENCE.findall(page.read_text(encoding="utf-8")):
            if language not in ("sh", "console"):
                continue
            for line in body.splitlines():
                if language == "console" and not line.startswith("$ "):
                    continue  # what a command printed
                words = shlex.split(line.removeprefix("$ "), comments=True)
                if words and words[0] in ("interpose", "make"):
                    found.append((name_of(page), tuple(words)))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("page", "words"), commands(), ids=lambda value: str(value))
def test_commands_exist_with_their_options(page, words):
    if words[0] == "make":
        text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{words[1]}:", text, re.M), f"the Makefile has no {words[1]}"
        return
    command, rest = typer.main.get_command(app), list(words[1:])
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        if rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        else:  # the word is no command: the group's own one is meant
            assert hasattr(command, "default"), f"{page}: there is no interpose {rest[0]}"
            command = command.commands[command.default]
    known = {name for option in command.params for name in option.opts} | {"--help"}
    used = {word.partition("=")[0] for word in rest if re.match("-+[a-z]", word)}
    assert used <= known, f"{page}: {' '.join(words)}: there is no {used - known}"


# --- decisions and words --------------------------------------------------------------------------


PARTS_OF_A_DECISION = ["Context", "Decision", "Why", "What would change our mind"]


def test_decisions_have_a_number_each_and_four_parts():
    pages = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]  # of a decision that is undone none is left
    assert numbers == sorted(set(numbers))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}. ")
        parts = re.findall(r"^\*\*([^*.]+)\.\*\*", text, re.M)
        assert [part for part in parts if part in PARTS_OF_A_DECISION] == PARTS_OF_A_DECISION
        prose = re.sub(r"^\|.*$", "", text, flags=re.M)
        assert len(prose.split()) < 400, f"{page.name} is longer than half a page beside its tables"


def test_no_word_of_the_glossary_is_explained_twice():
    text = (DOCS / "words.md").read_text(encoding="utf-8")
    words = [w.strip() for entry in re.findall(r"^\*\*(.+?)\.\*\*", text, re.M)
             for w in entry.split(",")]  # fmt: skip
    assert len(words) == len(set(words))
    assert len(words) > 50
