"""The record: every row stays, nothing is counted twice, nothing is averaged."""

import ast
import datetime as dt
from pathlib import Path

import interpose.record
from interpose.record import Record, load_record
from interpose.scenario import new
from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Casualties, Figure, RecordedIncident


def incident(name, kind="armed_attack", year=2000, deaths=None, part_of=""):
    date = dt.date(year, 5, 1)
    return RecordedIncident(
        id=name,
        begins=date,
        ends=date,
        place="p",
        kind=kind,
        deaths=deaths,
        part_of=part_of,
        summary=name,
        source="s",
        confidence="high",
    )


def strength(name, value, date, kind="reported"):
    return Figure(
        id=name,
        quantity="force.strength",
        value=value,
        unit="persons",
        begins=date,
        kind=kind,
        source="s",
        confidence="high",
    )


def record(incidents=(), figures=(), casualties=()):
    source = Source(id="s", title="a source")
    return Record(tuple(figures), tuple(incidents), tuple(casualties), (source,))


def test_conflicting_strengths_of_one_day_all_stay_as_published():
    day = dt.date(1999, 9, 8)
    figures = [
        strength("later", 28_000, dt.date(2002, 12, 31)),
        strength("a", 49_000, day),
        strength("b", 41_000, day),
        strength("plan", 50_000, day, kind="planned"),
    ]
    points = record(figures=figures).strength()
    assert [p.value for p in points] == [49_000, 41_000, 50_000, 28_000]
    assert {p.kind for p in points} == {"reported", "planned"}


def test_figures_of_another_community_are_not_mixed_in():
    one = strength("a", 1, dt.date(2000, 1, 1))
    other = one.model_copy(update={"id": "b", "community": "serb"})
    assert record(figures=[one, other]).figures_of("force.strength", "serb") == (other,)


def test_a_part_of_a_counted_incident_is_not_counted_again():
    rows = [incident("whole"), incident("part", "bombing", part_of="whole")]
    table = record(rows).yearly_incidents()
    assert table.loc[2000, "armed_attack"] == 1
    assert table.to_numpy().sum() == 1


def test_parts_of_a_riot_are_counted_by_their_own_kind():
    rows = [
        incident("riot", "riot", deaths=19),
        incident("a", "armed_attack", deaths=3, part_of="riot"),
        incident("b", "roadblock", part_of="riot"),
        incident("of_a", "bombing", part_of="a"),
    ]
    found = record(rows)
    counts = found.yearly_incidents().loc[2000]
    assert (counts["armed_attack"], counts["roadblock"], counts["bombing"]) == (1, 1, 0)
    assert found.yearly_deaths().loc[2000, "total"] == 19
    assert found.yearly_deaths(six_acts=True).loc[2000, "total"] == 3


def test_quiet_years_between_are_zero_and_years_outside_are_absent():
    table = record([incident("a", year=2001), incident("b", year=2004)]).yearly_incidents()
    assert list(table.index) == [2001, 2002, 2003, 2004]
    assert list(table.sum(axis=1)) == [1, 0, 0, 1]


def test_the_dead_of_all_sides_are_counted_and_not_those_of_parts():
    rows = [incident("a", deaths=5), incident("part", deaths=2, part_of="a")]
    dead = [
        Casualties(incident="a", side="hill", deaths=3),
        Casualties(incident="a", side="river", deaths=2),
        Casualties(incident="part", side="hill", deaths=2),
    ]
    table = record(rows, casualties=dead).yearly_deaths()
    assert dict(table.loc[2000]) == {"total": 5, "hill": 3, "river": 2}


def test_a_ring_of_parts_ends():
    rows = [incident("a", "riot", part_of="b"), incident("b", "riot", part_of="a")]
    assert record(rows).yearly_incidents().to_numpy().sum() == 0


def test_an_empty_record_has_no_years():
    assert record().is_empty
    assert len(record().yearly_incidents()) == len(record().yearly_deaths()) == 0


def test_the_example_is_read_with_its_sources(tmp_path):
    found = load_record(new("valley", tmp_path))
    assert {row.id for row in found.incidents} == {"goat_night", "goat_answer"}
    titles = {source.id: source.title for source in found.sources}
    assert titles[found.figures[0].source] == "The Ormel Gazette"
    assert list(found.yearly_incidents().loc[2030, ["armed_attack", "harassment"]]) == [1, 1]


def test_the_record_of_kosovo_keeps_every_published_strength():
    found = load_record("kosovo")
    assert len(found.strength()) == sum(f.quantity == "force.strength" for f in found.figures)
    assert len(found.strength()) > 50
    assert {point.source for point in found.strength()} <= {source.id for source in found.sources}


def test_the_record_is_read_without_the_reading_of_pages():
    folder = Path(interpose.record.__file__).parent
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        assert not [name for name in modules if name.startswith("interpose.record.pages")], path
