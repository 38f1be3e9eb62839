"""Pages on parts of the mission: what they say is what the tables hold, beside the record."""

import csv
import datetime as dt
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from interpose.ensemble import read_run, run
from interpose.play import Theatre
from interpose.report import write_report
from interpose.report.page import number, percent
from interpose.report.run_page.riots import Measure
from interpose.scenario import load, new
from police_tables import HOMICIDES

from .test_report import Page, as_if_played

RIOTS = {
    "feast": ("stonewell", "", 2, 30, 400, "Riots on the day of the bell in both towns"),
    "feast_bridge": ("saltbridge", "feast", "", "", "", "A crowd at the bridge"),
}


def added(path, rows):
    """Add rows to a CSV file; what they do not name stays empty. Make the file if need be."""
    if not path.exists():
        path.write_text(",".join(rows[0]) + "\n", encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writerows(rows)


def valley_with_everything(folder):
    """Return the example with a recorded wave of riots, a walk-out and posts of the force."""
    made = new("valley", folder)
    with (made / "people.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    added(made / "people.csv", [{**row, "year": "2031"} for row in people])  # a later census
    added(
        made / "record" / "incidents.csv",
        [
            {
                "id": name, "begins": "2030-09-07", "ends": "2030-09-08", "place": place,
                "kind": "riot", "instigator": "hill", "certainty": "presumed", "target": "river",
                "deaths": deaths, "injured": injured, "crowd": crowd, "part_of": whole,
                "summary": words, "source": "gazette", "confidence": "medium",
            }
            for name, (place, whole, deaths, injured, crowd, words) in RIOTS.items()
        ],
    )  # fmt: skip
    added(
        made / "walkouts.csv",
        [
            {
                "id": "bells", "date": "2031-03-05", "municipalities": "highfold", "share": "0.8",
                "returns": "", "basis": "assumed", "source": "gazette", "note": "",
            }
        ],
    )  # fmt: skip
    added(
        made / "responsibilities.csv",
        [
            {
                "id": f"post_{place}", "task": "border", "place": place,
                "date": date, "platoons": platoons,
                "basis": "assumed", "source": "gazette", "note": "",
            }
            for place, date, platoons in (("stonewell", "2030-06-01", 1), ("highfold", "", 2))
        ],
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    scenario = load(valley_with_everything(folder))
    done = run(scenario, out=folder / "run", futures=17, seed=4, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    return done, scenario, text, Page(text)


def week(done):
    riots = done.table("riots")
    days = riots["date"].dt.date
    return riots[(days >= dt.date(2030, 9, 5)) & (days <= dt.date(2030, 9, 9))]


def row_of(page, table, name):
    return next(row for row in page.tables[table] if row[0].startswith(name))


def test_a_recorded_wave_of_riots_gets_a_page_with_its_numbers(made):
    done, _, text, page = made
    assert 'id="riots-2030-09"' in text
    assert "5 to 9 September 2030: riots" in text
    rows = week(done)
    assert len(rows)
    counts = rows.groupby("future").size().reindex(range(17), fill_value=0)
    expected = [number(v) for v in np.percentile(counts, [5, 25, 50, 75, 95])]
    assert row_of(page, "table-riot-measures", "Riots")[3:8] == expected
    crowd = rows.groupby("future")["crowd"].sum().reindex(range(17), fill_value=0)
    found = row_of(page, "table-riot-measures", "People in riots")
    assert found[5] == number(crowd.median())
    assert row_of(page, "table-riot-measures", "Dead")[8] == "2"
    assert row_of(page, "table-riot-measures", "Injured")[8] == "30"


def test_places_of_riots_say_in_how_many_futures_they_burn(made):
    done, scenario, _, page = made
    rows = week(done)
    share = rows[rows["place"] == "saltbridge"]["future"].nunique() / 17
    names = {place.id: place.name for place in scenario.places}
    found = row_of(page, "table-riot-places", names["saltbridge"])
    assert found[1:3] == ["A crowd at the bridge", f"{100 * share:.0f} %"]


def test_a_walk_out_gets_a_page_of_the_months_around_it(made):
    done, _, text, page = made
    assert "January 2031 to December 2031: the police walk out" in text
    rows = page.tables["table-walkout-incidents"][1:]
    assert [row[0] for row in rows][::11] == ["January 2031", "December 2031"]
    incidents = done.table("incidents")
    june = incidents[incidents["date"].dt.strftime("%Y-%m") == "2031-06"]
    here = june[june["place"].isin(_places_of(made[1], "highfold"))]
    counts = here.groupby("future").size().reindex(range(17), fill_value=0)
    assert rows[5][1].split(" ")[0] == number(counts.median())
    police = page.tables["table-walkout-police"]
    assert police[0] == ["Review", "Here", "The rest"]
    assert len(police) >= 5
    officers = done.table("municipalities")
    scene = Theatre(made[1])
    last = officers[officers["date"] == officers["date"].max()].set_index("municipality")
    people = dict(zip(scene.municipalities, scene.municipality_population[-1], strict=True))
    here = last.loc[["highfold"], "local_police"] * people["highfold"] / 1000.0
    assert float(police[-1][1].split(" ")[0]) == pytest.approx(here.median(), abs=1.0)


PAGES = """
import sys
from pathlib import Path
tests, run = Path(sys.argv[1]), sys.argv[2]
sys.path[:0] = [str(tests), str(tests / "plan"), str(tests.parent)]
from interpose.ensemble import run as play
from interpose.report import write_report
from interpose.report.plan_page.contents import plan_page
from interpose.scenario import load, new
from tests.report.test_plan_page import plan_data
print(play(load(new("valley", Path("."))), out="run", futures=2, seed=1, workers=1).info["digest"])
sys.stdout.write(plan_page(plan_data()) + write_report(run).read_text(encoding="utf-8"))
"""


def test_a_run_and_its_pages_are_the_same_bytes_under_any_hash_seed_and_from_any_folder(
    made, tmp_path
):
    done, _, _, _ = made
    told = set()
    for seed in ("0", "12345"):
        here = tmp_path / seed
        here.mkdir()
        command = [sys.executable, "-c", PAGES, str(Path(__file__).parents[1]), str(done.folder)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        made_there = subprocess.run(
            command, env=environment, cwd=here, check=True, capture_output=True
        )
        told.add(made_there.stdout)
    assert len(told) == 1
    assert b"In short" in told.pop()


def _places_of(scenario, seat):
    return [place.id for place in scenario.places if place.municipality == seat]


def test_movement_says_the_share_of_trips_and_what_the_rule_reads(made):
    done, scenario, _, page = made
    rows = page.tables["table-trips"]
    assert rows[0] == ["Year", *(c.name for c in scenario.header.communities)]
    assert [row[0] for row in rows[1:]] == ["2030", "2031"]
    why = page.tables["table-trips-why"][1:]
    barricades = done.table("barricades")
    days = barricades[barricades["date"].dt.year == 2031]["days"].sum() / 17
    assert why[1][4] == number(days)


def test_posts_are_listed_by_the_day_on_which_they_pass(made):
    _, scenario, text, page = made
    names = {place.id: place.name for place in scenario.places}
    rows = page.tables["table-handover"][1:]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("1 June 2030", names["stonewell"], "1"),
        ("never", names["highfold"], "2"),
    ]
    assert "2 posts of the force bind 3 platoons" in text


def test_what_a_scenario_lacks_is_left_out_in_words(tmp_path):
    done = run(load(new("valley", tmp_path)), out=tmp_path / "run", futures=3, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    assert 'id="riots-' not in text
    assert 'id="walkout-' not in text
    assert "no tasks that pass from the force to the police" in text


def with_people(done, folder):
    """Return a copy of a run with tables of people made by hand: 900 hill people, 90 of them out.

    Future f has f more people abroad and as many fewer at home.
    """
    shutil.copytree(done.folder, folder)
    months = pd.date_range("2030-01-01", "2031-12-01", freq="MS").date
    for chunk in done.chunks:
        part = f"{chunk:05d}.parquet"
        futures = pq.read_table(folder / "futures" / part, columns=["future"])["future"].to_pylist()
        people = [
            (f, m, c, 900 - f, 60, 30 + f, 7, 5)
            for f, m, c in itertools.product(futures, months, ("hill",))
        ]
        names = ["future", "month", "community", "home", "inside", "abroad", "fled", "returned"]
        residents = [
            (f, dt.date(year, 1, 1), seat, "hill", 400, 30)
            for f, year, seat in itertools.product(
                futures, (2030, 2031), ("highfold", "saltbridge")
            )
        ]
        seats = ["future", "year", "municipality", "community", "persons", "hosted"]
        for table, rows, columns in (("people", people, names), ("residents", residents, seats)):
            (folder / table).mkdir(exist_ok=True)
            frame = pd.DataFrame(rows, columns=columns)
            for column in {"community", "municipality"} & set(columns):
                frame[column] = frame[column].astype("category")
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / table / part)
    as_if_played(folder)
    return read_run(folder)


def test_people_are_drawn_and_counted_where_the_run_has_them(made, tmp_path):
    done, scenario, _, _ = made
    added(
        Path(scenario.folder) / "record" / "figures.csv",
        [
            {
                "id": "fled.2030", "quantity": "displaced", "community": "hill", "value": "20",
                "unit": "persons", "begins": "2030-03-01", "ends": "2030-05-31", "precision": "day",
                "kind": "reported", "includes": "not stated", "source": "gazette",
                "confidence": "low",
            }
        ],
    )  # fmt: skip
    text = write_report(with_people(done, tmp_path / "copy").folder).read_text(encoding="utf-8")
    page = Page(text)
    rows = page.tables["table-people-hill"][1:]
    assert [row[0] for row in rows] == ["January 2030", "December 2030", "December 2031"]
    assert rows[-1] == ["December 2031", "892 (885 to 899)", "60", "38 (31 to 45)"]
    hill = next(c.name for c in scenario.header.communities if c.id == "hill")
    assert f"{hill}: most away in January 2030 (98), 98 at the end" in text
    flows = page.tables["table-people-flows"][1:]
    assert flows[0] == ["2030", "84", "60"]
    assert page.tables["table-residents-hill"][1][1:] == ["400", "30", "400", "30"]
    told = sum(
        row.persons for row in scenario.people if (row.community, row.year) == ("hill", 2031)
    )
    off = ["2031", hill, "800", number(told), percent(800 / told - 1)]
    assert page.tables["table-people-off"][1:] == [off]
    (row,) = page.tables["table-people-record"][1:]
    assert row[3:5] == ["20" + "do not print", "21"]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (10.0, "within the middle half"),
        (2.0, "within the 90 % interval"),
        (0.5, "below the 90 % interval"),
        (40.0, "above the 90 % interval"),
    ],
)
def test_a_measure_says_where_the_record_lies(value, verdict):
    row = pd.Series({"q05": 1.0, "q25": 5.0, "q50": 10.0, "q75": 20.0, "q95": 30.0})
    assert Measure("Riots", row, ((value, "gazette", "row"),)).verdict() == verdict
    assert Measure("Riots", row).verdict() == "not recorded"


# --- ordinary crime -------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_leads_to_a_page_that_tells_ordinary_crime_apart(tmp_path):
    made = new("valley", tmp_path)
    ran = [sys.executable, "-m", "interpose", "run", made, "--futures", "9", "--workers", "1"]
    subprocess.run([*ran, "--out", tmp_path / "without"], check=True, capture_output=True)
    (made / "homicides.csv").write_text(HOMICIDES)
    subprocess.run([*ran, "--out", tmp_path / "with"], check=True, capture_output=True)
    without, done = read_run(tmp_path / "without"), read_run(tmp_path / "with")
    text = (done.folder / "report.html").read_text(encoding="utf-8")
    assert 'id="homicides"' not in (without.folder / "report.html").read_text(encoding="utf-8")
    assert "Ordinary crime, told apart" in text
    found = done.table("homicides").groupby(["future", done.table("homicides")["month"].dt.year])
    by_year = found["homicides"].sum().unstack("month")
    rows = Page(text).tables["table-homicides"]
    for row, year in zip(rows[1:], (2030, 2031), strict=True):
        expected = [number(v) for v in np.percentile(by_year[year], [5, 25, 50, 75, 95])]
        assert row[:6] == [str(year), *expected]
    assert rows[1][6:] == ["–", "–", "6"]  # no figure for half of 2030
    assert rows[2][6:] == ["30", "60", ""]
    murders = Page(text).tables["table-murders"]
    assert [row[1:3] for row in murders[1:]] == [["40", "4"], ["60", "0"], ["30", "0"]]
    # It is in no headline: all else is the same to the last dead.
    headline = ["incidents", "riots", "deaths", "injured"]
    pd.testing.assert_frame_equal(done.futures[headline], without.futures[headline])


def test_more_of_a_known_motive_than_murders_is_refused_by_line(tmp_path):
    made = new("valley", tmp_path)
    (made / "homicides.csv").write_text(HOMICIDES.replace("40,4,", "40,44,"))
    told = subprocess.run(
        [sys.executable, "-m", "interpose", "check", made], capture_output=True, text=True
    )
    assert told.returncode == 2
    assert "homicides.csv line 2" in told.stdout + told.stderr
    assert "Must not be more than murders, 40" in told.stdout + told.stderr
