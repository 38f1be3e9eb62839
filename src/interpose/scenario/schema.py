"""The format as JSON Schema, and as the tables of ``docs/scenario_format.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from interpose.errors import Fault
from interpose.scenario.checks import CHECKS
from interpose.scenario.checks.plausible import WARNINGS
from interpose.scenario.checks.rows import LISTS
from interpose.scenario.folder import MAP, SHAPES, Land, Tables
from interpose.scenario.policies import KINDS, Condition, Level, Loss, Reserve
from interpose.scenario.settings import FILE, Community, Header, PolicySettings, Task
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.values import Row, refs_of

_HEAD = """\
# The format of a scenario

<!-- Made by interpose.scenario.columns_as_markdown(); a test compares; change scenario/tables/. -->

A scenario is a folder with `scenario.toml` and tables that open in a spreadsheet: CSV in UTF-8,
columns parted by commas, the first line naming them in any order. Days are written `2004-03-17`,
numbers `1250.5`. Several names in one cell are parted by `;`. An empty cell is a value not given.
`interpose new` writes a small complete example, `interpose check` lists all faults at once.
"""

_COMMON = {
    "note": "what a reader should know besides",
    "basis": "where the number comes from; assumed ones are listed in every report",
    "begins": "first day",
    "act": "kind of act",
    "name": "name used in text",
    "value": "in the unit of the parameter",
    "date": "its day",
    "unit": "unit of value",
}
"""What columns mean that mean the same wherever they stand."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a whole scenario: one property a file."""
    models: list[type[BaseModel]] = [
        Header,
        Land,
        *KINDS.values(),
        *(model for model, _ in TABLES.values()),
    ]
    refs, definitions = models_json_schema([(model, "validation") for model in models])
    properties: dict[str, Any] = {FILE: refs[Header, "validation"], MAP: refs[Land, "validation"]}
    for file, (model, _) in TABLES.items():
        properties[file] = {"type": "array", "items": refs[model, "validation"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of interpose",
        "type": "object",
        "properties": properties,
        "patternProperties": {
            r"^policies/[^/]+\.toml$": {
                "oneOf": [refs[kind, "validation"] for kind in KINDS.values()]
            }
        },
        "required": [FILE, *(file for file, (_, required) in TABLES.items() if required)],
        "additionalProperties": False,
        **definitions,
    }


def columns_as_markdown() -> str:
    """Return the text of ``docs/scenario_format.md``: every file, column and rule."""
    parts = [_HEAD, *_settings_sections()]
    for file, (model, required) in TABLES.items():
        need = "Must be there." if required else "May be left out."
        key = ", ".join(f"`{column}`" for column in model.KEYS[0])
        once = f"One row for each {key}."
        parts.append(f"## `{file}`\n\n{_said(model)} {need} {once}\n\n{_columns(model)}")
    parts += [*_policy_sections(), _land_section()]
    parts.append("## Rules across files\n\nRefused besides:\n\n" + _rules(CHECKS))
    parts.append("Told as a warning, and read nevertheless:\n\n" + _rules(WARNINGS))
    return "\n".join(parts)


def _settings_sections() -> Iterator[str]:
    yield f"## `{FILE}`\n\n{_said(Header)} Must be there.\n\n{_columns(Header)}"
    groups: dict[str, type[Row]] = {
        "[[communities]]": Community,
        "[[tasks]]": Task,
        "[policy]": PolicySettings,
    }
    for heading, model in groups.items():
        yield f"### `{heading}`\n\n{_said(model)}\n\n{_columns(model)}"


def _policy_sections() -> Iterator[str]:
    yield (
        "## `policies/NAME.toml`\n\nMay be left out; `--policy NAME` plays it."
        " [howto_policies.md](howto_policies.md) has examples.\n"
    )
    for kind, model in KINDS.items():
        yield f'### `kind = "{kind}"`\n\n{_said(model)}\n\n{_columns(model)}'
    groups: dict[str, type[Row]] = {
        "[[losses]]": Loss,
        "[[levels]]": Level,
        "[[conditions]]": Condition,
        "[reserve]": Reserve,
    }
    for heading, below in groups.items():
        yield f"### `{heading}`\n\n{_said(below)}\n\n{_columns(below)}"


def _land_section() -> str:
    kinds = "\n".join(f"| `{kind}` | {' or '.join(shapes)} |" for kind, shapes in SHAPES.items())
    return (
        f"## `{MAP}`\n\nWhat lies under the maps: GeoJSON in longitude and latitude. May be left"
        f" out. `docs/map_lines.py` cuts one out of Natural Earth.\n\n{_columns(Land)}\nEach"
        " feature has a `kind` in its `properties`, and a neighbour a `name`: up to 80 letters, of"
        f" which a map writes 24.\n\n| kind | shape |\n|---|---|\n{kinds}\n"
    )


def _said(model: type[Row]) -> str:
    return (model.__doc__ or "").strip()


def _columns(model: type[BaseModel]) -> str:
    properties = model.model_json_schema()["properties"]
    lines = ["| name | may be | must be given | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        values = _reference(model, name) or _values(properties[name])
        need = "yes" if field.is_required() else "no"
        meaning = field.description or _COMMON.get(name, "")
        lines.append(f"| `{name}` | {values} | {need} | {meaning} |")
    return "\n".join(lines) + "\n"


def _reference(model: type[BaseModel], name: str) -> str:
    ref = refs_of(model).get(name)
    if ref is None:
        return ""
    also = "".join(f" or `{word}`" for word in ref.also)
    return f"{'names' if ref.several else 'a name'} {LISTS[ref.to][0]}{also}"


def _values(shape: Mapping[str, Any]) -> str:
    """Say what may stand in a column, from the JSON Schema of its field."""
    for option in shape.get("anyOf", ()):
        if option.get("type") != "null":
            return _values(option)
    if "const" in shape:
        return f"`{shape['const']}`"
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"] if value)
    if "$ref" in shape or shape.get("type") == "array":
        return "see below"
    if shape.get("type") == "boolean":
        return "`true` or `false`"
    if shape.get("format") == "date":
        return "day"
    if shape.get("type") in {"integer", "number"}:
        return ("whole number" if shape["type"] == "integer" else "number") + _bounds(shape)
    if "a-z" in shape.get("pattern", ""):
        return "short name: `a-z 0-9 _ - .`"
    return "text"


def _bounds(shape: Mapping[str, Any]) -> str:
    words = {
        "minimum": "{:g} or more",
        "exclusiveMinimum": "more than {:g}",
        "maximum": "{:g} or less",
    }
    said = [words[key].format(shape[key]) for key in words if key in shape]
    return (", " if said else "") + ", ".join(said)


def _rules(rules: Iterable[Callable[[Tables], Iterator[Fault]]]) -> str:
    firsts = ((rule.__doc__ or "").strip().splitlines()[0] for rule in rules)
    return "".join(f"- {first.removeprefix('Yield ')}\n" for first in firsts)
