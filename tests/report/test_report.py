"""The report: self-contained, escaped, the same bytes every time, and its numbers are right."""

import base64
import colorsys
import csv
import datetime as dt
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from importlib.resources import files as files_of
from io import BytesIO, StringIO

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from interpose.ensemble import folder as files
from interpose.ensemble import read_run, run
from interpose.errors import RunError
from interpose.record import load_record
from interpose.record.answers import advise
from interpose.record.figures import published
from interpose.record.record import Comparison
from interpose.record.series import promises
from interpose.report import interactive, write_report
from interpose.report.page import number, of_quantiles
from interpose.scenario import load, new
from interpose.scenario.policies import IN_THEATRE, standing

from . import browser

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&$x^2$"


class Page(HTMLParser):
    """Tags with their attributes, ids, and the text of every table by id."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.tables, self._table, self._cell = [], {}, None, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag == "table":
            self._table = self.tables.setdefault(attrs["id"], [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table is not None:
            self._table[-1].append("")
            self._cell = True

    def handle_endtag(self, tag):
        if tag == "table":
            self._table = None
        elif tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data):
        if self._cell:
            self._table[-1][-1] += data

    def ids(self):
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


BLOCK = (
    "block,2030-05-20,2030-08-02,stonewell,roadblock,hill,presumed,river,,,,,,Logs across the road,"
    "gazette,medium,\n"
)
"""A roadblock of the record that lasts."""

READ = "record,{},0.5,1,1,2030-01-01,,assumed,gazette,\n"
"""Says that the record covers an act."""

LAND = {
    "type": "FeatureCollection", "says": f"Drawn by hand. {EVIL}",
    "bbox": [-30.4, 44.8, -29.7, 45.3],
    "features": [{
        "type": "Feature", "properties": {"kind": "neighbour", "name": EVIL},
        "geometry": {"type": "Point", "coordinates": [-30.38, 44.85]},
    }],
}  # fmt: skip
"""A map whose neighbour has a name that would run, were it markup, and hardly fits."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    valley = new("valley", folder)
    with (valley / "record" / "incidents.csv").open("a", encoding="utf-8") as file:
        file.write(BLOCK)
        file.write(BLOCK.replace("block,2030-05-20,2030-08-02", "late,2031-07-04,2031-07-04"))
    with (valley / "reporting.csv").open("a", encoding="utf-8") as file:
        file.writelines(READ.format(act) for act in ("armed_attack", "harassment", "roadblock"))
    (valley / "map.geojson").write_text(json.dumps(LAND), encoding="utf-8")
    scenario = load(valley)
    done = run(scenario, out=folder / "run", futures=21, seed=4, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    return done, scenario, text, Page(text)


def as_if_played(folder):
    """Give a run the digest of its tables, which a test has written by hand."""
    info = read_run(folder).info
    digest = files.digest_of(folder, -(-info["futures"] // info["chunk"]))
    files.write_info(folder, info | {"digest": digest})


def rewritten(path, column, value):
    """Write a value into a column of every row of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def scripts_of(text):
    """Return what the scripts of a page hold: those that run, and those of data."""
    found = re.findall(r'<script type="([^"]+)"[^>]*>(.*?)</script>', text, re.S)
    assert text.lower().count("<script") == len(found)
    assert {kind for kind, _ in found} <= {"module", "application/json"}
    return [[held for kind, held in found if kind == of] for of in ("module", "application/json")]


def without_library(text):
    for script in scripts_of(text)[0]:
        text = text.replace(script, "")
    return text


def only_our_scripts_run(text, lead=True):
    """Look whether a page has the scripts of ours that its policy names; return its data."""
    running, data = scripts_of(text)
    own = files_of("interpose.report").joinpath("templates", "tables.js").read_text()
    assert running == [own, *([interactive.script()] if lead else [])]
    digests = [hashlib.sha256(script.encode()).digest() for script in running]
    names = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src{names}"
    assert f'content="{policy}"' in text
    assert not set("<>&") & set("".join(data))
    return [json.loads(one) for one in data]


def test_nothing_is_loaded_and_nothing_runs_but_our_scripts(made):
    _, _, text, page = made
    only_our_scripts_run(text)
    text = without_library(text)
    for tag, attrs in page.tags:
        assert tag not in {"link", "iframe", "object", "embed", "img", "base", "form"}
        assert not {"src", "srcset", "poster", "data", "action"} & set(attrs)
        assert not [name for name in attrs if name.startswith("on")]
        if tag != "a":
            assert attrs.get("href", "#").startswith("#")
    assert not re.search(r"@import|url\((?!#)", text)
    assert len(text.encode()) < 3_000_000


def colours_of(text):
    """Return the hues of the colours of a page that are no greys; those of symbols are left out."""
    found = {}
    for colour in set(re.findall(r"[ :](#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3})\b", text)):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
        hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
        if saturation > 0.1:
            found[colour.lower()] = hue
    return found


def takes_no_side(text):
    """Look whether a page has blue alone, and no word for a side as an enemy has one."""
    text = without_library(text)
    blue = {colour: 0.5 < hue < 0.7 for colour, hue in colours_of(text).items()}
    assert len(blue) > 3
    assert [c for c, is_blue in blue.items() if not is_blue] in ([], [interactive.ORANGE])
    assert not re.findall(r"\b(?:hostile|enemy|enemies|terrorists?|rebels?)\b", text, re.I)


def test_no_side_has_a_colour_of_its_own_or_is_called_an_enemy(made):
    _, _, text, _ = made
    takes_no_side(text)
    drawn = "".join(re.findall(r"<svg.*?</svg>", text, re.S))
    assert interactive.ORANGE not in colours_of(drawn)


def test_a_page_that_takes_a_side_would_be_noticed(made):
    _, _, text, _ = made
    for more in ('<p style="color: #c02020">', '<p style="color: #2a2">', "<p>the enemy</p>"):
        with pytest.raises(AssertionError):
            takes_no_side(text + more)


def test_running_text_names_things_by_words_and_not_by_identifiers(made):
    _, scenario, text, _ = made
    running = " ".join(re.findall(r"<(?:p|li|figcaption|h2)\b[^>]*>(.*?)</", text, re.S))
    assert [row.name for row in scenario.parameters.rows() if row.name in running] == []


def test_ids_differ_and_every_inner_link_leads_somewhere(made):
    page = made[3]
    ids = page.ids()
    assert len(ids) == len(set(ids))
    inner = {a["href"][1:] for _, a in page.tags if a.get("href", "").startswith("#")}
    assert inner <= set(ids)


def test_figures_have_words_and_a_table_of_their_numbers(made):
    _, _, text, page = made
    drawn = [attrs for tag, attrs in page.tags if attrs.get("role") == "img"]
    assert len(drawn) >= 6
    assert all(len(attrs["aria-label"]) > 30 for attrs in drawn)
    figures = [tag for tag, _ in page.tags].count("figure")
    assert text.count("<summary>Numbers:") >= figures - 1
    assert ("html", {"lang": "en"}) in page.tags
    headings = [tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}


def test_the_same_run_gives_the_same_bytes(made):
    done, _, text, _ = made
    assert write_report(done.folder).read_text(encoding="utf-8") == text


def test_yearly_numbers_are_those_of_the_tables(made):
    done, _, _, page = made
    series = done.table("series")
    series["year"] = pd.DatetimeIndex(series["month"]).year
    riots = done.table("riots")
    riots["year"] = pd.DatetimeIndex(riots["date"]).year
    riots["deaths"] = riots.filter(regex="^deaths_").sum(axis=1)
    in_riots = riots.groupby(["year", "future"])["deaths"].sum()
    for what in ("incidents", "deaths"):
        by_future = series.groupby(["year", "future"])[what].sum()
        if what == "deaths":
            by_future = by_future.add(in_riots, fill_value=0)
        rows = page.tables[f"table-{what}"][1:]
        assert [row[0] for row in rows] == ["2030", "2031"]
        for row in rows:
            counts = by_future[int(row[0])].to_numpy()
            expected = np.percentile(counts, [5, 25, 50, 75, 95])
            assert row[1:] == [number(value) for value in expected]


def test_the_findings_say_what_the_tables_hold(made):
    done, _, text, _ = made
    totals = np.percentile(done.table("futures")["deaths"], [5, 50, 95])
    low, middle, high = (number(value) for value in totals)
    head = "All dead of all sides, recorded or not, which no record can check: "
    assert f"{head}{middle} (90 % interval: {low} to {high}) from the first day" in text
    r = done.table("reviews")
    last = r[r["date"] == r["date"].max()]["R"]
    row = {name: last.quantile(q) for name, q in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95))}
    assert f"{of_quantiles(row, 2)} at the last" in text


def test_every_published_strength_is_drawn_and_listed_with_its_source(tmp_path):
    scenario = load("kosovo")
    done = run(scenario, out=tmp_path / "run", futures=1, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    takes_no_side(text)
    page = Page(text)
    points = load_record("kosovo").strength()
    rows = page.tables["table-strength-points"][1:]
    assert len(rows) == len(points)
    titles = {source.id: source.title for source in scenario.sources}
    for row, point in zip(rows, points, strict=True):
        assert row[1].startswith(published(point))
        assert row[2:5] == [point.kind, point.includes, titles[point.source]]
    record = load_record("kosovo")
    rows_of = {row.id: row for row in record.incidents}
    for what, of_row in (("incidents", lambda _: 1), ("deaths", lambda row: row.deaths)):
        told = text.partition(f'id="table-recorded-{what}"')[2].partition("</table>")[0]
        years = re.findall(r'row">(\d{4})<.*>([\d–]+)(?:</a>)?</td></tr>', told)
        counted = dict(re.findall(r'row">(\d{4})<.* data-rows="([^"]+)"', told))
        assert len(years) > len(counted) > 10
        for year, number_told in years:
            those = [rows_of[row] for row in counted.get(year, "").split(",") if row]
            assert {row.begins.year for row in those} <= {int(year)}
            assert sum(map(of_row, those)) == int(number_told)
    drawing = text.partition('id="figure-strength"')[2].partition("<figcaption>")[0]
    assert drawing.count("<title>") >= len(points)
    assert len(page.tables["table-sources"]) == len(scenario.sources) + 1
    assert len(page.tables["table-municipalities"]) == 39
    assert len(text.encode()) < 4_000_000
    assert len(page.tables["table-published-acts"]) == len(load_record("kosovo").acts) + 1
    assert "more than 3,700 and about 3,800" in text
    assert {f"row-{row.id}" for row in record.rows} <= set(page.ids())
    verdicts = {one.figure.id: one.verdict for one in advise(Comparison(record), record.figures)}
    for row, point in zip(rows, points, strict=True):
        assert f'href="#row-{point.id}">' in text
        assert row[1].endswith(verdicts[point.id])
    told = text.partition('id="table-promised"')[2].partition("</table>")[0]
    promised = promises(record)
    assert len(promised) > 20
    for one in promised:
        counts = [figure.id for figure in (one.before, one.counted, one.reached) if figure]
        line = told.partition(f'href="#row-{one.act.id}"')[2].partition("</tr>")[0]
        assert re.findall(r'href="#row-([^"]+)"', line) == counts


def test_acts_and_findings_of_the_record_are_told(made):
    from interpose.record import find, load_record

    _, scenario, text, page = made
    record = load_record(scenario.folder)
    rows = page.tables["table-published-acts"][1:]
    assert [row[:4] for row in rows] == [
        ["2030-06-02", "", "", ""],
        ["2030-06-20", "2030-06-21", "", "2030-07-01"],
        ["2030-06-27", "", "", ""],
        ["2031-05-10", "2031-05-24", "2031-06-28", ""],
    ]
    assert "2 acts have dates that differ" in text
    found = find(record)
    counts = {row[0]: int(row[1]) for row in page.tables["table-disagreements"][1:]}
    assert sum(counts.values()) == len(found)
    tables = text.partition('id="table-findings')[2].partition("</table>")[0]
    links = re.findall(r'<td>((?:<a href="#row-[^>]+>[^<]*</a>(?:; )?)+)</td>', tables)
    told = [tuple(re.findall(r'href="#row-([^"]+)"', cell)) for cell in links]
    assert sorted(told) == sorted(finding.rows for finding in found)
    for i, finding in enumerate(found):
        assert f'<tr id="finding-{i}">' in tables
        for row in finding.rows:
            line = text.partition(f'<tr id="row-{row}">')[2].partition("</tr>")[0]
            assert f'href="#finding-{i}"' in line


def test_acts_far_from_the_mission_or_undated_stand_in_the_table(tmp_path):
    folder = new("valley", tmp_path)
    done = run(load(folder), out=tmp_path / "run", futures=2, seed=1, workers=1)
    for column, value in (("decided", "0001-01-01"), ("departed", "9999-12-31"), ("decided", "")):
        rewritten(folder / "record" / "acts.csv", column, value)
        text = write_report(done.folder).read_text(encoding="utf-8")
        assert len(Page(text).tables["table-published-acts"]) == 5


def test_every_parameter_is_listed_with_the_assumed_ones_first(made):
    _, scenario, _, page = made
    rows = page.tables["table-parameters"][1:]
    assert len(rows) == len(scenario.parameters.rows())
    bases = [row[2] for row in rows]
    order = ["assumed", "fitted", "published", "measured"]
    foreign = [basis for basis in bases if basis.endswith(", of Kosovo")]
    assert bases[: len(foreign)] == foreign  # a mission elsewhere: those of Kosovo come first
    own = bases[len(foreign) :]
    assert own == sorted(own, key=order.index)


def test_scenario_text_never_becomes_markup(tmp_path):
    folder = new("valley", tmp_path)
    for file, column in (
        ("places.csv", "name"),
        ("places.csv", "note"),
        ("sources.csv", "title"),
        ("sources.csv", "note"),
        ("parameters.csv", "note"),
        ("record/figures.csv", "includes"),
        ("record/figures.csv", "qualifier"),
        ("record/acts.csv", "actor"),
        ("record/acts.csv", "subject"),
        ("record/acts.csv", "note"),
        ("record/not_mergeable.csv", "why"),
        ("record/figures.csv", "note"),
        ("record/incidents.csv", "summary"),
    ):
        rewritten(folder / file, column, EVIL)
    rewritten(folder / "sources.csv", "url", "javascript:alert(3)")
    settings = (folder / "scenario.toml").read_text(encoding="utf-8")
    for key in ("title", "mandate", "borders"):
        settings = re.sub(
            rf"^{key} = .*$", lambda _, k=key: f"{k} = '''{EVIL}'''", settings, flags=re.M
        )
    settings = settings.replace('name = "Hill people"', f"name = '''{EVIL}'''")
    (folder / "scenario.toml").write_text(settings, encoding="utf-8")
    done = run(load(folder), out=tmp_path / "run", futures=6, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    page = Page(text)
    tags = {tag for tag, _ in page.tags}
    (given,) = only_our_scripts_run(text)
    assert EVIL in given["places"]["datasets"]["places"][0]["name"]
    assert "img" not in tags
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    assert not [a for _, a in page.tags if a.get("href", "").startswith("javascript")]
    assert "&lt;script&gt;" in text


def test_a_scenario_without_a_record_has_a_report_that_says_so(tmp_path):
    folder = new("valley", tmp_path)
    shutil.rmtree(folder / "record")
    done = run(load(folder), out=tmp_path / "run", futures=2, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    assert "The scenario has no record" in text
    assert "no published strengths" in text
    assert "Only 2 futures were played" in text


def test_failed_futures_are_told(tmp_path, monkeypatch):
    from interpose.ensemble import chunks

    play = chunks.play_future

    def fail_at_one(theatre, policy, seed, number, **more):
        if number == 1:
            msg = "ran away <b>"
            raise RuntimeError(msg)
        return play(theatre, policy, seed, number, **more)

    monkeypatch.setattr(chunks, "play_future", fail_at_one)
    scenario = load(new("valley", tmp_path))
    done = run(scenario, out=tmp_path / "run", futures=4, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    assert "1 future failed (25.0 %)" in text
    assert "RuntimeError: ran away &lt;b&gt;" in text


def test_a_run_of_which_nothing_was_played_has_no_report(tmp_path, monkeypatch):
    from interpose.ensemble import chunks

    def fail(*_, **__):
        msg = "no"
        raise RuntimeError(msg)

    monkeypatch.setattr(chunks, "play_future", fail)
    scenario = load(new("valley", tmp_path))
    done = run(scenario, out=tmp_path / "run", futures=2, seed=1, workers=1)
    with pytest.raises(RunError, match="nothing to report"):
        write_report(done.folder)


def test_a_scenario_that_is_gone_or_changed_is_told(tmp_path):
    folder = new("valley", tmp_path)
    done = run(load(folder), out=tmp_path / "run", futures=2, seed=1, workers=1)
    rewritten(folder / "contingents.csv", "note", "changed")
    assert "was changed after this run" in write_report(done.folder).read_text(encoding="utf-8")
    shutil.rmtree(folder)
    with pytest.raises(RunError, match="there is none now"):
        write_report(done.folder)


def test_a_page_is_headed_by_what_was_changed_and_says_how_to_repeat_that(made, tmp_path):
    _, scenario, text, _ = made
    assert "What if:" not in text
    halved = scenario.with_(scale_force=0.5).with_(withdraw="2031-06-01")
    done = run(halved, out=tmp_path / "run", futures=2, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    head = text[text.index("<h1>") : text.index("<main>")]
    for words in halved.changed:
        assert f"What if: {words}" in head
    assert "--scale-force 0.5 --withdraw 2031-06-01" in text
    assert "was changed after this run" not in text
    assert "nothing is scored" in text
    assert "The recorded number of incidents lies" not in text
    by_hand = scenario.with_(drop={"contingents": [scenario.contingents[0].id]})
    done = run(by_hand, out=tmp_path / "other", futures=2, seed=1, workers=1)
    text = write_report(done.folder).read_text(encoding="utf-8")
    assert "interpose.run(...) in Python" in text
    assert by_hand.changed[0] in text


def test_the_command_repeats_the_run(made):
    done, _, text, _ = made
    info = json.loads((done.folder / "run.json").read_text(encoding="utf-8"))
    assert f"--futures {info['futures']} --seed {info['seed']}" in text
    assert info["scenario_digest"] in text
    assert info["digest"] in text
    assert read_run(done.folder).verify()


# --- in a browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(made, tmp_path_factory):
    if not browser.FOUND:
        pytest.skip("no Chromium here: the page was not tried in a browser")
    opened = browser.Browser(tmp_path_factory.mktemp("browser"))
    opened.open(made[0].folder / "report.html")
    opened.run(  # else what is out of sight is neither laid out nor looked at
        "document.querySelectorAll('section').forEach(s => s.style.contentVisibility = 'visible')"
    )
    yield opened
    opened.close()


def test_the_page_lives_without_network_and_without_complaint(shown, made):
    assert shown.requests() == [f"file://{made[0].folder / 'report.html'}"]
    assert shown.complaints() == []
    assert shown.run("[...document.querySelectorAll('.stills')].every(s => !s.offsetHeight)")
    assert shown.run("Object.keys(window).filter(name => /vega/i.test(name)).length") == 0


WHITE = "rgb(255, 255, 255)"
MAP = "document.querySelector('#view-places svg').innerHTML"


def test_the_slider_moves_map_chart_and_list_by_mouse_and_by_key(shown, made):
    record = load_record(made[1].folder)
    of_year = {y: sum(one.begins.year == y for one in record.incidents) for y in (2030, 2031)}
    seen = {}
    for year in (2030, 2031):
        shown.choose(year)
        seen[year] = shown.run(MAP)
        assert f"Where, in {year}" in seen[year]
        assert shown.run("document.getElementById('told').textContent").startswith(f"{year}: ")
        assert shown.run("document.getElementById('listed').children.length") == of_year[year]
    assert seen[2030] != seen[2031]
    shown.run("document.getElementById('time').focus()")
    shown.press("ArrowLeft", 37)
    shown.run(browser.UNTIL % "root.dataset.time == 12 * 2030")
    assert shown.run(MAP) == seen[2030]


STEP = (
    "s = document.getElementById('step'); s.value = '{}'; s.dispatchEvent(new Event('change')); 0"
)
DRAWN = (
    "[...document.querySelectorAll('#view-places path')].filter(p => {}.test(p.__data__.datum?.{}))"
)


def test_the_map_goes_month_by_month_with_force_and_record(shown, made):
    _, scenario, *_ = made
    rows = load_record(scenario.folder).incidents
    shown.choose(2030)
    shown.run(STEP.format("month"))
    shown.run("document.getElementById('time').focus()")
    stood = []
    for month in range(12):
        if month:
            shown.press("ArrowRight", 39)
        shown.run(browser.UNTIL % f"root.dataset.time == 12 * 2030 + {month}")
        now = f"2030-{month + 1:02}"
        here = [
            row.id
            for row in rows
            if f"{row.begins:%Y-%m}" <= now
            and now <= f"{row.ends if row.kind == 'roadblock' else row.begins:%Y-%m}"
        ]
        assert shown.run("document.getElementById('listed').children.length") == len(here)
        assert shown.run(DRAWN.format("/^2030/", "parts") + ".length") == len(here)
        blocks = shown.run(DRAWN.format("/Logs across/", "parts") + ".length")
        assert blocks == here.count("block")
        stood += [month + 1] * blocks
        if month == 6:
            assert "Where, in July 2030" in shown.run(MAP)
            told = shown.run("document.getElementById('force-now').textContent")
    assert stood == [5, 6, 7, 8]  # from 20 May to 2 August
    there = standing(scenario.contingents, dt.date(2030, 7, 15), IN_THEATRE)
    counts = re.findall(r": ([\d,]+) soldiers", told)
    assert sum(int(n.replace(",", "")) for n in counts) == sum(row.strength for row in there) > 0
    shown.run(STEP.format("year"))
    shown.run(browser.UNTIL % "root.dataset.time == 12 * 2030")


def test_a_mark_of_the_map_opens_by_key_and_by_click_and_says_whose_word_it_is(shown, made):
    _, scenario, _, page = made
    shown.choose(2030)
    card, focus = "document.getElementById('opened')", "document.activeElement"
    opens, mark = f"{card}.matches(':popover-open')", f"{focus}.tagName + {focus}.ariaLabel"
    shown.run("document.getElementById('view-places').focus()")
    shown.press("ArrowRight", 39)
    told = shown.run(f"{focus}.ariaLabel")
    assert told.startswith("2030-03-14, Stonewell: Shots at two barns")
    assert shown.run("document.getElementById('marks').textContent") == told
    assert not shown.run(opens)
    shown.press("Enter", 13)
    assert shown.run(opens)
    assert "3 injured" in shown.run(f"{card}.innerText")
    assert shown.run("document.querySelectorAll('.chosen').length") == 1
    link = shown.run(f"{card}.querySelector('a').getAttribute('href')")
    assert link == "#source-gazette"
    assert link[1:] in page.ids()
    shown.press("Escape", 27)
    assert not shown.run(opens)
    assert shown.run("document.querySelectorAll('.chosen').length") == 0
    assert shown.run(f"{focus}.ariaLabel") == told
    shown.press("ArrowRight", 39)
    assert shown.run(f"{focus}.ariaLabel") != told
    shown.press("ArrowLeft", 37)
    assert shown.run(mark) == "path" + told
    place = next(one for one in scenario.places if one.id == "saltbridge")
    spot = shown.run(
        f"(() => {{ const one = {DRAWN.format(f'/^{place.name}/', 'head')}[0];"
        " one.scrollIntoView({block: 'center'}); const box = one.getBoundingClientRect();"
        " return [box.left + 2, (box.top + box.bottom) / 2]; })()"
    )
    for kind in ("mousePressed", "mouseReleased"):
        shown("Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left",
              clickCount=1)  # fmt: skip
    assert shown.run(opens)
    rows = shown.run(f"[...{card}.querySelectorAll('tr')].map(row => row.innerText.split('\\t'))")
    assert rows == [  # of 21,000 and 6,000 in the municipality, by shares.csv
        ["River people", "13,650", "71.7 %"], ["Hill people", "5,400", "28.3 %"],
    ]  # fmt: skip
    shown.press("Escape", 27)


def test_the_map_shows_where_each_community_lives_all_in_one_grey(shown, made):
    _, scenario, *_ = made
    shown.choose(2030)
    names = [one.name for one in scenario.header.communities]
    title = "document.querySelector('#view-places svg').textContent.includes({!r})"
    wide = DRAWN.format("/^{}/", "head") + "[0].getBBox().width"
    seen = {}
    for i, name in enumerate(names):
        choose = f"d = document.getElementById('discs'); d.value = {i};"
        shown.run(f"{choose} d.dispatchEvent(new Event('change')); 0")
        shown.run(browser.UNTIL % title.format(f"{name} living there, in 2030"))
        seen[name] = [shown.run(wide.format(place)) for place in ("Saltbridge", "Highfold")]
        fill = DRAWN.format("/^Saltbridge/", "head") + "[0].getAttribute('fill')"
        assert shown.run(fill) == "#777777"
    assert seen["River people"][0] > seen["River people"][1]
    assert seen["Hill people"][0] < seen["Hill people"][1]
    shown.run("d.value = -1; d.dispatchEvent(new Event('change')); 0")
    shown.run(browser.UNTIL % title.format("Where, in 2030"))


def test_a_neighbour_whose_name_is_a_script_is_written_short_and_does_not_run(shown):
    assert EVIL[:20] in shown.run("document.querySelector('#view-places svg').textContent")
    assert EVIL in shown.run("document.querySelector('figcaption').textContent")
    assert shown.run("document.querySelectorAll('img, script:not([type])').length") == 0
    for wide in (390, 1400):
        shown.size(wide, 844)
        shown.run("new Promise(requestAnimationFrame)")
        assert shown.run(
            "[...document.querySelectorAll('#view-places text')].every(text => {"
            " const one = text.getBoundingClientRect();"
            " const all = document.getElementById('view-places').getBoundingClientRect();"
            " return all.left <= one.left && one.right <= all.right; })"
        )


def test_a_link_to_a_row_opens_the_record_there_whatever_was_searched(shown):
    row, table = (
        "document.getElementById('row-goat_night')",
        "document.getElementById('table-record')",
    )
    bar = f"{table}.closest('.wide').previousElementSibling"
    shown.run(
        f"i = {bar}.querySelector('input'); i.value = 'gazette 2031';"
        " i.dispatchEvent(new Event('input')); 0"
    )
    assert shown.run(f"{row}.hidden && !{table}.closest('details').open")
    link = "[...document.querySelectorAll('#listed a')].find(a => a.hash === '#row-goat_night')"
    shown.choose(2030)
    shown.run(f"{link}.click()")
    shown.run(browser.UNTIL % f"{row}.checkVisibility()")
    assert "Shots at two barns" in shown.run(f"{row}.innerText")
    assert "not judged" in shown.run(f"{row}.innerText")
    shown.run(
        f"i.value = ''; i.dispatchEvent(new Event('input'));"
        f" {table}.closest('details').open = false"
    )


def test_a_recorded_number_leads_to_the_rows_that_are_counted_and_to_no_others(shown, made):
    shown.choose(2030)
    held = [row.id for row in load_record(made[1].folder).incidents if row.begins.year == 2030]
    rows = "[...document.getElementById('table-record').tBodies[0].rows]"
    told = "document.getElementById('told')"
    recorded = int(re.search(r"recorded (\d+)", shown.run(f"{told}.innerText"))[1])
    shown.run(f"{told}.querySelector('a').click()")
    shown.run(browser.UNTIL % f"{rows}.some(row => row.checkVisibility())")
    found = shown.run(f"{rows}.filter(row => !row.hidden).map(row => row.id.slice(4))")
    assert len(found) == recorded > 0
    assert set(found) <= set(held)
    assert shown.run(f"{rows}.every(row => row.hidden || /counted$/.test(row.cells[7].innerText))")
    bar = "document.getElementById('table-record').closest('.wide').previousElementSibling"
    assert shown.run(f"{bar}.querySelector('output').textContent").startswith(f"{recorded} of ")
    shown.run(f"{bar}.querySelector('button').click()")
    assert shown.run(f"{rows}.every(row => !row.hidden)")


def test_what_the_figure_shows_can_be_chosen(shown):
    shown.choose(2031)
    told = [
        shown.run(
            f"(async () => {{ const m = document.getElementById('measure'); m.value = {i};"
            " m.dispatchEvent(new Event('change')); return m.selectedOptions[0].text; })()"
        )
        for i in (0, 1)
    ]
    assert told[0] != told[1]
    title = "document.querySelector('#view-years svg').textContent"
    shown.run(browser.UNTIL % f"{title}.includes({told[1]!r})")


@pytest.mark.parametrize("wide", [390, 1400])
def test_no_width_needs_sideways_scrolling(shown, wide):
    shown.size(wide, 844)
    assert shown.run("document.documentElement.scrollWidth") <= wide
    small = "[...document.querySelectorAll('figure svg text')].filter(t => t.checkVisibility())"
    small += ".map(t => parseFloat(getComputedStyle(t).fontSize) * Math.hypot(t.getScreenCTM().a,"
    small += " t.getScreenCTM().b)).filter(px => px < 10.95)"
    assert shown.run(small) == []


def test_a_table_is_searched_sorted_and_kept(shown, made):
    page = made[3]
    told = [" ".join(row).lower() for row in page.tables["table-parameters"][1:]]
    table = "document.getElementById('table-parameters')"
    rows = f"[...{table}.tBodies[0].rows].filter(row => !row.hidden)"
    bar = f"{table}.closest('.wide').previousElementSibling"
    assert shown.run(f"{rows}.length") == len(told)
    search = f"i = {bar}.querySelector('input'); i.value = 'Police share';"
    shown.run(f"{search} i.dispatchEvent(new Event('input')); 0")
    found = sum("police" in row and "share" in row for row in told)
    assert 0 < shown.run(f"{rows}.length") == found < len(told)
    for way in ("ascending", "descending"):
        shown.run(f"{table}.tHead.querySelectorAll('button')[2].click(); 0")
        assert shown.run(f"{table}.tHead.rows[0].cells[2].ariaSort") == way
        bases = shown.run(f"{rows}.map(row => row.cells[2].textContent)")
        assert bases == sorted(bases, reverse=way == "descending")
    shown.run("URL.createObjectURL = blob => { window.kept = blob; return '#'; }; 0")
    shown.run(f"{bar}.querySelectorAll('button')[1].click(); 0")
    kept = list(csv.reader(StringIO(shown.run("window.kept.text()").lstrip("\ufeff"))))
    assert kept[0][:3] == ["Parameter", "Value", "Basis"]
    assert [row[2] for row in kept[1:]] == bases


def printed(shown):
    """Return the text of every page of paper."""
    done = shown("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
    return [page.extract_text() for page in PdfReader(BytesIO(base64.b64decode(done))).pages]


@pytest.mark.slow
def test_a_mission_of_26_years_has_room_on_ten_pages_of_paper(shown, tmp_path):
    done = run(load("kosovo"), out=tmp_path / "run", futures=20, seed=1, workers=1)
    other = browser.Browser(tmp_path / "browser")
    other.open(write_report(done.folder))
    assert len(printed(other)) <= 10
    other.close()


def test_paper_has_the_answer_and_figures_on_at_most_ten_pages(shown):
    assert "For paper, print it" in shown.run("document.querySelector('footer').innerText")
    pages = printed(shown)
    assert len(pages) <= 10
    assert "How much violence" in pages[0]
    text = " ".join(" ".join(pages).split())
    assert "What was assumed" in text
    assert "On paper stand the answer" in text
    assert "Sources of the scenario" not in text


def test_axe_finds_nothing_wrong_on_a_phone_by_day_or_night_and_paper_is_light(shown):
    shown.size(390, 844)
    shown.run(files_of("axe_core_python").joinpath("axe.min.js").read_text() + "; 0")
    found = "found.violations.map(v => [v.id, v.nodes.map(node => node.html)])"
    ground = "getComputedStyle({}).backgroundColor"
    drawn = ["document.querySelector('.pair > div')", "document.querySelector('.keys')"]
    for value, rules, light in (
        ("light", "{}", True),
        ("dark", "{runOnly: ['color-contrast']}", False),
    ):
        scheme = [{"name": "prefers-color-scheme", "value": value}]
        shown("Emulation.setEmulatedMedia", features=scheme)
        parts = "'header, #answer, nav, #force, #r, footer'"
        assert shown.run(f"axe.run({parts}, {rules}).then(found => {found})") == []
        assert (shown.run(ground.format("document.body")) == WHITE) == light
    assert [shown.run(ground.format(one)) for one in drawn] == [WHITE, WHITE]
    shown("Emulation.setEmulatedMedia", media="print", features=scheme)
    assert shown.run(ground.format("document.body")) == WHITE
    shown("Emulation.setEmulatedMedia")
