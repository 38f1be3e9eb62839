"""``map.geojson``: the boundaries, water and neighbours under the maps of a scenario.

A scenario may do without. What else a feature holds than its kind, name and shape is dropped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from interpose.errors import Fault
from interpose.scenario.files import read_text, sentence
from interpose.scenario.phrases import shown

FILE = "map.geojson"

LARGEST = 2_000_000
"""Bytes: more would make a page too large."""

SHAPES = {
    "sea": {"Polygon": 2, "MultiPolygon": 3},
    "lake": {"Polygon": 2, "MultiPolygon": 3},
    "boundary": {"LineString": 1, "MultiLineString": 2},
    "disputed": {"LineString": 1, "MultiLineString": 2},
    "neighbour": {"Point": 0},
}
"""Kind of a feature -> its shapes, and how deep the positions of each lie in lists."""


class _Told(BaseModel):
    kind: Literal["sea", "lake", "boundary", "disputed", "neighbour"]
    name: str = Field("", max_length=80)


class _Shape(BaseModel):
    type: str = Field(max_length=40)
    coordinates: list[Any]


class _Feature(BaseModel):
    type: Literal["Feature"]
    properties: _Told
    geometry: _Shape

    @model_validator(mode="after")
    def _fits(self) -> _Feature:
        shapes = SHAPES[self.properties.kind]
        if self.geometry.type not in shapes:
            msg = f"A {self.properties.kind} must be a {' or a '.join(shapes)}."
            raise ValueError(msg)
        if not _is_sound(self.geometry.coordinates, shapes[self.geometry.type]):
            msg = "Positions must be pairs of numbers: longitude and latitude, degrees."
            raise ValueError(msg)
        return self


def _with_room(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    if not (-360 <= west < east <= 360 and -90 <= south < north <= 90):
        msg = "Must be west, south, east and north, degrees."
        raise ValueError(msg)
    return box


class Land(BaseModel):
    """The land of one scenario; `says` is the sentence on whose boundaries these are."""

    type: Literal["FeatureCollection"]
    says: str = Field(
        min_length=1, max_length=2000, description="whose boundaries these are; under every map"
    )
    bbox: Annotated[tuple[float, float, float, float], AfterValidator(_with_room)] = Field(
        description="four numbers: west, south, east and north of what a map shows, degrees"
    )
    features: list[_Feature] = Field(description="boundaries, water and neighbours")


def _is_sound(found: object, depth: int) -> bool:
    if not isinstance(found, list) or not found:
        return False
    if depth:
        return all(_is_sound(one, depth - 1) for one in found)
    return (
        len(found) == 2
        and all(type(one) in {int, float} for one in found)
        and (abs(found[0]) <= 360 and abs(found[1]) <= 90)
    )


def read_land(folder: Path) -> Land | list[Fault] | None:
    """Return the land of a folder, or its faults; None if it has none."""
    if not os.path.lexists(folder / FILE):  # no error for a name that no file can have
        return None
    text = read_text(folder, FILE, LARGEST)
    if isinstance(text, Fault):
        return [text]
    try:
        return Land.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        return [Fault(FILE, error.lineno, "", "", f"Is not JSON: {error.msg}.")]
    except ValidationError as error:
        return [
            Fault(
                FILE, 0, ".".join(map(str, detail["loc"])),
                "" if isinstance(detail["input"], dict | list) else shown(detail["input"]),
                sentence(detail),
            )
            for detail in error.errors(include_url=False)
        ]  # fmt: skip
    except (ValueError, RecursionError):
        return [Fault(FILE, 0, "", "", "Is not JSON: nested too deeply, or a number too long.")]
