"""``scenario.toml``: what it may hold, and its text to a ``Header`` or to faults with lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, ValidationError

from interpose.errors import Fault
from interpose.scenario.files import sentence
from interpose.scenario.phrases import printable, shown
from interpose.scenario.tables.values import Day, Identifier, Row, SourceId, Whole

FILE = "scenario.toml"

LARGEST = 500_000
"""Bytes of ``scenario.toml``."""

_HEADING = re.compile(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'.]+)\s*=")
_DEEP_KEY = re.compile(r"""(?<![\w-])(?:(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)[ \t]*+\.[ \t]*+){30}""")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class Community(Row):
    """A community of the theatre, in the words of neutral sources."""

    id: Identifier = Field(description="short name used in all tables")
    name: str = Field(min_length=1, description="name as neutral sources write it")
    note: str = Field(default="", description="who is counted here")


class Task(Row):
    """A task of the mandate, with the measure that says whether it is met."""

    id: Identifier = Field(description="short name")
    name: str = Field(min_length=1, description="the task in the words of the mandate, shortened")
    measure: str = Field(description="what one would count to see whether it is met")
    source: SourceId


class PolicySettings(Row):
    """When the mission is reviewed. Which policy reviews it, whoever plays it says."""

    name: Literal["replay"] = Field(description="replay: the strengths of contingents.csv")
    review_interval_days: Whole = Field(ge=1, le=3660, description="days between two reviews")
    first_review: Day = Field(description="day of the first review")


class Header(Row):
    """``scenario.toml``: the mission in one page."""

    format: Literal[1] = Field(description="version of this file format")
    name: Identifier = Field(description="short name, equal to the folder's")
    title: str = Field(min_length=1, description="title of the report")
    start: Day = Field(description="first day played")
    end: Day = Field(description="last day played")
    fit_until: Day = Field(description="parameters were fitted on data up to this day only")
    mandate: str = Field(min_length=1, description="what the mission is for, and who says so")
    borders: str = Field(min_length=1, description="sentence under every map: whose borders")
    communities: tuple[Community, ...] = Field(
        min_length=1, description="communities of the theatre"
    )
    tasks: tuple[Task, ...] = Field(default=(), description="tasks of the mandate")
    policy: PolicySettings = Field(description="the policy that reviews the mission")
    limits: str = Field(
        default="", description="what its futures cannot know, said first on every page of a run"
    )
    crises_note: str = Field(
        default="", description="what to know before trusting scores of its record/crises.csv"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``scenario.toml`` says, and the line of each setting by its path.

    `header` is None where it is faulty; `communities`, also where another setting is faulty, only
    if they are illegible. Of another `file` only the lines are known.
    """

    header: Header | None = None
    communities: frozenset[str] | None = None
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    file: str = FILE

    def fault(self, path: tuple[str | int, ...], found: object, wanted: str) -> Fault:
        """Return a fault of one setting, at its line."""
        return Fault(self.file, self.line(path), _dotted(path), shown(found), wanted)

    def line(self, path: tuple[str | int, ...]) -> int:
        """Return the line of a setting, or of what holds it, or 0."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 0


def read_settings(text: str) -> tuple[Settings, list[Fault]]:
    """Read the text of ``scenario.toml``."""
    data = parsed(FILE, text)
    if isinstance(data, Fault):
        return Settings(), [data]
    settings = Settings(None, _communities(data), lines_of(text))
    try:
        header = Header.model_validate(data)
    except ValidationError as error:
        return settings, list(faulty_settings(settings, error, Header, _GROUPS))
    return Settings(header, settings.communities, settings.lines), []


def parsed(file: str, text: str) -> dict[str, Any] | Fault:
    """Return a TOML file as a document, or the one fault why it is none."""
    # tomllib keeps every beginning of a dotted key: 200,000 dots would fill the memory.
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        return Fault(file, line, "", shown(deep[0]), "A name with too many dots.")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a number too long for int
        return _not_toml(file, text, error)


def _not_toml(file: str, text: str, error: Exception) -> Fault:
    if not isinstance(error, tomllib.TOMLDecodeError):
        return Fault(file, 0, "", "", "Is not TOML: nested too deeply, or a number too long.")
    message = str(error)
    position = _POSITION.search(message)
    last = text.count("\n", 0, len(text.rstrip())) + 1
    line = int(position[1]) if position and position[1] else last
    reason = _POSITION.sub("", message)
    return Fault(file, line, "", "", f"Is not TOML: {printable(reason, 120)}.")


def _communities(data: Mapping[str, Any]) -> frozenset[str] | None:
    groups = data.get("communities")
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        return None
    return frozenset(str(group.get("id")) for group in groups)


def lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """Find the line of each heading and setting by a plain scan.

    Good for files written the plain way, one setting a line; a setting that is not found is
    reported without its line.
    """
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    prefix: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _HEADING.match(line):
            name = heading[1].strip("\"' ")
            prefix = (name,)
            if line.lstrip().startswith("[["):
                prefix = (name, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
                lines.setdefault((name,), number)
            lines.setdefault(prefix, number)
        elif key := _KEY.match(line):
            lines.setdefault((*prefix, *key[1].strip("\"'").split(".")), number)
    return lines


def faulty_settings(
    settings: Settings, error: ValidationError, model: type[Row], groups: Mapping[str, type[Row]]
) -> Iterator[Fault]:
    """Yield a fault for each setting that pydantic refused; `groups` are the models below."""
    details = error.errors(include_url=False)
    # A list whose one item is faulty counts as empty, too: that is no fault of its own.
    above = {detail["loc"][:n] for detail in details for n in range(len(detail["loc"]))}
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "too_short" and path in above:
            continue
        if detail["type"] == "missing":
            yield settings.fault(path, None, "This setting is missing.")
        else:
            found = None if isinstance(detail["input"], dict | list) else detail["input"]
            beside = groups.get(str(path[0]), model) if len(path) > 1 else model
            yield settings.fault(path, found, sentence(detail, beside.model_fields))


_GROUPS: dict[str, type[Row]] = {
    "communities": Community,
    "tasks": Task,
    "policy": PolicySettings,
}
"""Heading of ``scenario.toml`` -> the model of what stands below it."""


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(printable(step, 60) for step in path if isinstance(step, str))
