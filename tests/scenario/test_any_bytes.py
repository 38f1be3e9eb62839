"""Whatever stands in a file, the answer is a scenario or faults, and soon."""

import csv
import io
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interpose.scenario import check, doubts, load, new
from interpose.scenario.files import read_table
from interpose.scenario.settings import read_settings
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.mission import Contributor, Link, Place
from police_tables import DISPLACED, HOMICIDES, TASKS, WALKOUTS

POSTERIOR = "name,value,low,high,draws\nbackground.rate[harassment],60,40,90,45;61;88\n"

FILES = ("scenario.toml", *TABLES)
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

LINES = (
    "sector,place,length_km,posts,begins,basis,source\n"
    "pass,pass_gate,12,4,2030-01-01,assumed,census\n"
)
FORCES = (
    "force,name,sectors,strength,consent,begins,basis,source\n"
    "guard,Guard,pass,300,1,2030-01-01,assumed,census\n"
)
text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    example = new("example", tmp_path_factory.mktemp("any"))
    (example / "walkouts.csv").write_text(WALKOUTS)
    (example / "responsibilities.csv").write_text(TASKS)
    (example / "displaced.csv").write_text(DISPLACED)
    (example / "homicides.csv").write_text(HOMICIDES)
    (example / "posterior.csv").write_text(POSTERIOR)
    (example / "lines.csv").write_text(LINES)
    (example / "armed_forces.csv").write_text(FORCES)
    shutil.copytree(Path(__file__).parents[1] / "plan" / "ormel" / "plan", example / "plan")
    return example


def load_with(folder, file, data):
    """Load the example with one file replaced; a sound result and a fault are both welcome."""
    path = folder / file
    kept = path.read_bytes()
    path.write_bytes(data)
    begun = time.perf_counter()
    try:
        faults = check(folder)
        if not faults:
            load(folder)
            doubts(folder)
    finally:
        path.write_bytes(kept)
    assert all(len(str(fault)) < 1500 and str(fault).isprintable() for fault in faults)
    assert time.perf_counter() - begun < 5.0


@QUICK
@given(st.sampled_from(FILES), st.binary(max_size=400))
def test_any_bytes_give_a_scenario_or_faults(folder, file, data):
    load_with(folder, file, data)


@QUICK
@given(st.sampled_from(FILES), text, st.floats(0, 1), st.booleans())
def test_any_text_anywhere_gives_a_scenario_or_faults(folder, file, inserted, where, over):
    old = (folder / file).read_text(encoding="utf-8")
    at = int(where * len(old))
    new_text = old[:at] + inserted + old[at + (len(inserted) if over else 0) :]
    load_with(folder, file, new_text.encode())


@QUICK
@given(st.sampled_from(tuple(TABLES)), st.lists(st.lists(text, max_size=12), max_size=8))
def test_any_cells_below_the_right_columns_give_a_scenario_or_faults(folder, file, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(TABLES[file][0].model_fields)
    writer.writerows(rows)
    load_with(folder, file, out.getvalue().encode())


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("data", [b"\xff" * 1_000_000, b"," * 1_000_000, b'"\n' * 300_000])
def test_a_million_bytes_of_rubbish_are_soon_refused(folder, file, data):
    load_with(folder, file, data)


@QUICK
@given(st.text(max_size=200))
def test_any_settings_give_a_header_or_faults(toml):
    found, faults = read_settings(toml)
    assert (found.header is None) == bool(faults)


names = st.from_regex(r"[a-z0-9][a-z0-9_.\-]{0,20}", fullmatch=True)
words = text.filter(lambda word: word.strip()).map(str.strip)


@QUICK
@given(st.lists(st.builds(Contributor, id=names, name=words, source=names, note=words), min_size=1))
def test_valid_rows_come_back_from_a_table_as_they_went_in(rows):
    assert came_back(rows, Contributor) == rows


@QUICK
@given(
    st.lists(
        st.builds(
            Place,
            id=names,
            name=words,
            other_names=words,
            municipality=names,
            lat=st.floats(-90, 90),
            lon=st.floats(-180, 180),
            error_km=st.floats(0, 50),
            source=names,
            note=words,
        ),
        min_size=1,
    )
)
def test_valid_places_come_back_to_the_last_bit(rows):
    assert came_back(rows, Place) == rows


@QUICK
@given(st.floats(min_value=1e-300, max_value=2000), st.floats(min_value=1e-300, max_value=3000))
def test_every_length_of_a_road_comes_back_to_the_last_bit(km, minutes):
    link = Link(a="a", b="b", road_km=km, travel_min=minutes, basis="assumed", source="s")
    assert came_back([link], Link) == [link]


def came_back(rows, model):
    """Write rows as a table and read it again."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(model.model_fields))
    writer.writeheader()
    writer.writerows(row.model_dump(mode="json") for row in rows)
    table, faults = read_table("table.csv", out.getvalue(), model)
    assert faults == []
    return [row for _, row in table.rows]
