"""What people read is in the field's words and in short sentences: docs/words.md says which.

Read are the help of every verb, every string of the source, the templates and the pages.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import typer

from interpose.cli import app

REPOSITORY = Path(__file__).parents[1]
SOURCE = REPOSITORY / "src" / "interpose"
WORDS = REPOSITORY / "docs" / "words.md"
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
PAGES += [page for page in sorted((REPOSITORY / "docs").rglob("*.md")) if page != WORDS]
TEMPLATES = [path for ending in ("html", "md") for path in sorted(SOURCE.rglob(f"*.{ending}"))]

MOST_WORDS_OF_A_SENTENCE = 25


def terms_to_avoid():
    """Return the first column of the table of docs/words.md that says what not to say."""
    table = WORDS.read_text(encoding="utf-8").partition("| not | but |\n|---|---|\n")[2]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.M)
    return [term for first, _ in rows for term in first.split("; ")]


def avoided(text):
    """Return (offset, term) of what a text should say in other words."""
    joined = "|".join(re.escape(term).replace(r"\ ", r"\s+") for term in terms_to_avoid())
    return [
        (found.start(), found[0]) for found in re.finditer(rf"(?i)(?<!\w)({joined})(?!\w)", text)
    ]


def strings(path):
    """Return (line, text) of every string in a file of the source; f-strings with ``_`` inside."""
    found, inside = [], set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in ast.walk(node) if part is not node}
            found.append((node.lineno, text_of(node)))
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            found.append((node.lineno, str(node.value)))
    return found


def text_of(node):
    parts = (part.value if isinstance(part, ast.Constant) else "_" for part in node.values)
    return "".join(map(str, parts))


def messages(path):
    """Return (line, text) of what is assigned to ``msg``: the messages of errors."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "msg":
            value = node.value
            if isinstance(value, ast.JoinedStr):
                found.append((node.lineno, text_of(value)))
            elif isinstance(value, ast.Constant):
                found.append((node.lineno, str(value.value)))
    return found


def helps(command=None, name="interpose"):
    """Return (verb, text) of all help that the command line can show."""
    command = command or typer.main.get_command(app)
    found = [(name, text) for text in (command.help, command.epilog) if text]
    found += [(f"{name} {p.name}", p.help) for p in command.params if getattr(p, "help", None)]
    for word, verb in getattr(command, "commands", {}).items():
        found += helps(verb, f"{name} {word}")
    return found


def long_sentences(text):
    """Return the sentences of a text that have too many words."""
    sentences = re.split(r"(?<=[.?!:;])[*\"')]*\s+|\n\s*\n", text)
    return [one for one in sentences if len(one.split()) > MOST_WORDS_OF_A_SENTENCE]


def prose(page):
    """Return the paragraphs of a page, without its blocks, tables and the targets of links."""
    text = re.sub(r"^```.*?^```$|^\|.*$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"\]\([^)]*\)", "]", text)


def test_the_table_of_words_is_read():
    assert len(terms_to_avoid()) > 20
    assert avoided("Made  anew, by a\nscenario that came along.")
    assert not avoided("Renewed.")


def test_the_command_line_speaks_plainly():
    for verb, text in helps():
        assert not avoided(text), f"{verb}: {text}"
        assert not long_sentences(text), f"{verb}: {long_sentences(text)}"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: p.stem)
def test_the_source_says_nothing_in_words_of_its_own(path):
    found = [(line, term) for line, text in strings(path) for _, term in avoided(text)]
    assert not found, f"{path.relative_to(SOURCE)}: (line, term) {found}; see docs/words.md"
    too_long = [(line, one) for line, text in messages(path) for one in long_sentences(text)]
    assert not too_long, f"{path.relative_to(SOURCE)}: {too_long}"


@pytest.mark.parametrize("page", [*PAGES, *TEMPLATES], ids=lambda p: p.name)
def test_pages_say_nothing_in_words_of_their_own(page):
    text = page.read_text(encoding="utf-8")
    found = [(text.count("\n", 0, start) + 1, term) for start, term in avoided(text)]
    assert not found, f"{page.relative_to(REPOSITORY)}: (line, term) {found}; see docs/words.md"


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda p: p.name)
def test_sentences_of_the_front_pages_are_short(page):
    assert not long_sentences(prose(page))
