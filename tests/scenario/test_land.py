"""The land under a map: what is no map is refused by file and value, and nothing in it runs."""

import json
import shutil

import pytest

from interpose.report.map_view import NO_LAND, land_of
from interpose.scenario import check, load, new
from interpose.scenario.folder import find_folder


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("features", 0, "properties", "kind"), "ocean", "'ocean'"),
        (("features", 0, "geometry", "coordinates"), [[["a", 1]]], "pairs of numbers"),
        (("features", 2, "geometry", "type"), "Polygon", "must be a Point"),
        (("bbox",), [1, 2, 0, 3], "west, south, east and north"),
        (("says",), "", "says"),
    ],
)
def test_a_broken_map_is_refused_by_file_and_value(tmp_path, path, value, told):
    folder = new("own", tmp_path)
    assert land_of(load(folder))["says"] == NO_LAND
    shutil.copy(find_folder("kosovo") / "map.geojson", folder)
    assert check(folder) == []
    land = json.loads((folder / "map.geojson").read_text("utf-8"))
    at = land
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    (folder / "map.geojson").write_text(json.dumps(land), "utf-8")
    (fault,) = check(folder)
    assert fault.file == "map.geojson"
    assert told in str(fault)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\x00", "[NaN]", ""])
def test_what_is_no_json_gives_one_fault(tmp_path, text):
    folder = new("own", tmp_path)
    (folder / "map.geojson").write_text(text, "utf-8")
    assert [fault.file for fault in check(folder)] == ["map.geojson"]
