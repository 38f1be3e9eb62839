"""Names and frames on a map: none lies on another, and what finds no room is left out."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from interpose.report.map_view import FRAME, Room, name_neighbours, name_places, raise_frames


def box_of_name(room, row):
    x, y = room.at(row)
    lines = row["label"].split("/")
    wide, tall = 7.0 * max(map(len, lines)), 14.0 * len(lines)
    left = {"center": wide / 2, "left": 0.0, "right": wide}[row["align"]]
    up = {"middle": tall / 2, "top": 0.0, "bottom": tall}[row["baseline"]]
    west, top = x + row["dx"] - left, y + row["dy"] - up
    return west, top, west + wide, top + tall


def box_of_frame(room, row):
    x, y = room.at(row)
    x, y = x + 10 * row["dx"], y + 10 * row["dy"]
    return x + FRAME[0], y + FRAME[1], x + FRAME[2], y + FRAME[3]


def touch(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def place(i, lon, lat):
    return {"name": f"p{i}", "lon": lon, "lat": lat, "label": f"Upper p{i}/Lower p{i}", "rank": i}


SPOTS = st.lists(st.tuples(st.floats(0.3, 1.7), st.floats(40.3, 41.7)), min_size=1, max_size=30)


@given(SPOTS)
def test_no_name_lies_on_another_and_no_more_than_asked_for_stand(spots):
    room = Room(0, 40, 2, 42)
    rows = [place(i, *spot) for i, spot in enumerate(spots)]
    name_places(room, rows, 7)
    named = [row for row in rows if "label" in row]
    assert rows[-1] in named  # the highest rank
    assert len(named) <= 7
    boxes = [box_of_name(room, row) for row in named]
    assert not any(touch(one, other) for one, other in itertools.combinations(boxes, 2))
    corner = room.at({"lon": 2, "lat": 40})
    assert all(
        box[0] >= 0 and box[1] >= 0 and box[2] <= corner[0] and box[3] <= corner[1] for box in boxes
    )


def test_a_base_in_a_named_place_has_its_frame_off_the_name_and_off_the_next_base():
    room = Room(0, 40, 2, 42)
    rows = [place(0, 1, 41)]
    name_places(room, rows, 7)
    force = [{"name": name, "lon": 1, "lat": 41} for name in "abca"]
    raise_frames(room, force)
    assert force[0] == force[3]  # one base, two nations: one frame
    boxes = [box_of_name(room, rows[0]), *(box_of_frame(room, row) for row in force[:3])]
    assert not any(touch(one, other) for one, other in itertools.combinations(boxes, 2))


def test_a_long_name_of_a_neighbour_at_the_edge_is_moved_inside():
    room = Room(0, 40, 2, 42)
    rows = [{"name": "x" * 24, "lon": lon, "lat": 41.9} for lon in (0.1, 1.9)]
    name_neighbours(room, rows)
    for row in rows:
        x = room.at(row)[0] + row["dx"]
        assert x >= 84
        assert x + 84 <= room.at({"lon": 2, "lat": 41})[0] + 1e-6
