"""Cut the boundaries, water and neighbours of a scenario's map out of Natural Earth.

``python docs/map_lines.py FOLDER_OF_SHAPEFILES SCENARIO_FOLDER...`` writes ``map.geojson`` into
each scenario; it needs pyshp and shapely. The folder holds the layers of 1:10 million named below,
from naturalearthdata.com (public domain).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapefile
from shapely import box, line_merge, unary_union
from shapely.geometry import MultiPoint, MultiPolygon, Point, mapping, shape
from shapely.geometry.polygon import orient
from shapely.ops import polylabel

from interpose.scenario import load

PAD = 0.13
"""Share of the places' span that is shown around them."""

FINE = 0.0008
"""Share of the map's width to which lines are simplified: less than a pixel."""

SAYS = (
    "Boundaries, coasts and names of neighbours are those of Natural Earth, 1:10 million (public"
    " domain), as of its release 5. A boundary is dashed where Natural Earth calls it disputed,"
    " indefinite or a line of control, or where the view of any state that it notes differs."
)


def main(shapes: Path, *folders: str) -> None:
    """Write the map of each scenario."""
    for folder in folders:
        places = MultiPoint([(place.lon, place.lat) for place in load(folder).places])
        west, south, east, north = places.bounds
        pad = PAD * max(east - west, north - south)
        frame = tuple(
            round(one, 3) for one in (west - pad, south - pad, east + pad, north + pad)
        )  # fmt: skip
        rows = [
            {"type": "Feature", "properties": told, "geometry": rounded(mapping(turned(geometry)))}
            for told, geometry in features(shapes, frame, places)
            if not geometry.is_empty
        ]
        made = {"type": "FeatureCollection", "says": SAYS, "bbox": frame, "features": rows}
        path = Path(folder, "map.geojson")
        path.write_text(json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n")
        print(path, path.stat().st_size, "bytes")  # noqa: T201


def features(shapes: Path, frame: Any, places: MultiPoint) -> Iterator[tuple[dict[str, str], Any]]:  # noqa: ANN401
    """Yield water, boundaries and the names of neighbours inside a frame."""
    window, fine = box(*frame), FINE * (frame[2] - frame[0])
    found: dict[str, list[Any]] = {"sea": [], "lake": [], "boundary": [], "disputed": []}
    for layer in ("ocean", "lakes"):
        for row in rows_of(shapes, layer, frame):
            found["sea" if layer == "ocean" else "lake"].append(shape(row.shape).buffer(0))
    for row in rows_of(shapes, "admin_0_boundary_lines_land", frame):
        told = row.record.as_dict()
        if told["FEATURECLA"] == "Overlay limit":  # of an area laid over others, no boundary
            continue
        views = {
            view for name, view in told.items() if name.startswith("FCLASS_")
            and len(name) == len("FCLASS_XX") and view
        }  # fmt: skip
        agreed = {*views, told["FEATURECLA"]} == {"International boundary (verify)"}
        found["boundary" if agreed else "disputed"].append(shape(row.shape))
    for kind, parts in found.items():
        one = unary_union(parts).simplify(fine).intersection(window)
        is_line = kind in {"boundary", "disputed"}
        yield {"kind": kind}, line_merge(one) if "Multi" in one.geom_type and is_line else one
    for row in rows_of(shapes, "admin_0_countries", frame):
        land = shape(row.shape).buffer(0)
        inside = land.intersection(window)
        parts = [part for part in getattr(inside, "geoms", [inside]) if part.geom_type == "Polygon"]
        largest = max(parts, key=lambda part: part.area, default=None)
        host = len(getattr(places.intersection(land), "geoms", [])) > len(places.geoms) / 2
        if largest is not None and largest.area > 0.01 * window.area and not host:
            at: Point = polylabel(largest.buffer(0), fine)
            yield {"kind": "neighbour", "name": row.record["NAME_EN"]}, at


def rows_of(shapes: Path, layer: str, frame: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the rows of a layer that may lie in a frame."""
    (path,) = shapes.rglob(f"ne_10m_{layer}.shp")
    yield from shapefile.Reader(path).iterShapeRecords(bbox=frame)


def turned(geometry: Any) -> Any:  # noqa: ANN401
    """Return areas with their outer rings anticlockwise, as GeoJSON has them (RFC 7946)."""
    if geometry.geom_type == "MultiPolygon":
        return MultiPolygon([orient(one) for one in geometry.geoms])
    return orient(geometry) if geometry.geom_type == "Polygon" else geometry


def rounded(geometry: Any) -> Any:  # noqa: ANN401
    """Return a geometry with three digits behind every point: a hundred metres."""
    return json.loads(json.dumps(geometry), parse_float=lambda text: round(float(text), 3))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
