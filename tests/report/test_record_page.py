"""The record as a page: from the command to every row, its conflicts, its verdict, its CSV."""

import csv
import re
from html import unescape
from importlib.resources import files as files_of
from io import StringIO

import pytest
from typer.testing import CliRunner

from interpose.cli import app
from interpose.record import find, load_record
from interpose.record.answers import advise
from interpose.record.record import Comparison
from interpose.scenario import new

from . import browser

SMUGGLED = "<script>alert(1)</script>"


def ask(*words):
    return CliRunner().invoke(app, ["record", *map(str, words)])


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    """Return a scenario with a conflict, a formula, markup in cells, and a promise."""
    folder = new("valley", tmp_path_factory.mktemp("scenarios"))
    with (folder / "record" / "figures.csv").open("a") as table:
        table.write(
            "other,force.strength,all,300,,,,persons,2030-06-15,,day,reported,"
            f"soldiers without the reserve,orders,high,{SMUGGLED}\n"
        )
    acts = folder / "record" / "acts.csv"
    head, *rows = acts.read_text().splitlines()
    rows = [row + ",,,," for row in rows]
    rows.append(
        f'down,drawdown,Ormel force,"=1+1 ""half"" {SMUGGLED}",2030-05-01,,,,day,planned,,,orders,'
        "text,high,,force.strength,480,2031-06-29,date"
    )
    acts.write_text("\n".join([head + ",quantity,level,due,basis", *rows]) + "\n")
    return folder


@pytest.fixture(scope="module")
def page(valley, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "valley.html"
    told = ask(valley, "--page", path)
    assert told.exit_code == 0, told.output
    assert str(path) in told.stdout
    return path


def test_every_row_stands_there_with_its_source_and_whether_it_may_be_printed(page, valley):
    record, text = load_record(valley), page.read_text()
    lines = re.findall(r'<tr id="row-(.+?)"(.*?)</tr>', text, re.DOTALL)
    assert [name for name, _ in lines] == [row.id for row in record.rows]
    verdicts = {a.figure.id: a.verdict for a in advise(Comparison(record), record.figures)}
    for row, (name, line) in zip(record.rows, lines, strict=True):
        assert f"<b>{verdicts.get(name, 'not judged')}</b>" in line
        assert f'<a href="#source-{row.source}">' in line
        assert f'<tr id="source-{row.source}">' in text
    assert not re.search(r"@import|url\(|src=", text)


def test_rows_that_disagree_stand_beside_each_other_and_lead_to_each_other(page, valley):
    text, record = page.read_text(), load_record(valley)
    findings = find(record)
    assert {"between_sources", "not_mergeable"} <= {finding.kind for finding in findings}
    for i, finding in enumerate(findings):
        shown = re.search(rf'<tbody id="finding-{i}">(.*?)</tbody>', text, re.DOTALL)[1]
        assert finding.why in unescape(shown)
        assert re.findall(r'href="#row-(.+?)"', shown) == list(finding.rows)
        for row in finding.rows:
            assert (
                f'href="#finding-{i}"'
                in re.search(rf'<tr id="row-{row}".*?</tr>', text, re.DOTALL)[0]
            )


def test_what_was_announced_stands_beside_what_was_reached(page):
    promised = page.read_text().partition('<table id="table-promised">')[2].partition("</table>")[0]
    line = next(line for line in promised.splitlines() if "#row-down" in line)
    assert 'href="#row-strength_2031_07">480</a>' in line
    assert "to 480" in line
    assert "due 29 June 2031" in line
    assert line.endswith('<td class="n">5</td></tr>')


def test_what_comes_from_a_record_is_text_and_the_same_bytes_come_twice(page, valley, tmp_path):
    text = page.read_text()
    assert "&lt;script&gt;alert(1)" in text
    assert len(re.findall("<script", text)) == 1
    ask(valley, "--page", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


@pytest.mark.parametrize("words", [("page.txt",), ("a.html", "--json"), ("a.html", "--conflicts")])
def test_a_page_is_refused_under_another_name_or_with_another_answer(words, valley, tmp_path):
    told = ask(valley, "--page", tmp_path / words[0], *words[1:])
    assert told.exit_code == 2
    assert "--page" in told.stderr
    assert not list(tmp_path.iterdir())


# --- in a browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(page, tmp_path_factory):
    if not browser.FOUND:
        pytest.skip("no Chromium here: the page was not tried in a browser")
    opened = browser.Browser(tmp_path_factory.mktemp("browser"))
    opened.open(page)
    opened.run(
        "window.set = (id, value) => { const one = document.getElementById(id); one.value = value;"
        " one.dispatchEvent(new Event('input', {bubbles: true})); };"
        "window.seen = () => [...document.querySelectorAll('#rows tbody tr:not([hidden])')]"
        ".map(row => row.id.slice(4)); 0"
    )
    yield opened
    assert opened.complaints() == []
    opened.close()


ALL = "document.getElementById('all').click(); seen()"


def test_rows_are_found_by_words_kind_source_day_verdict_and_disagreement(shown, valley):
    record = load_record(valley)
    against = {row for one in find(record) if one.kind == "between_sources" for row in one.rows}
    assert {"strength_2030_06", "other"} < against
    everything = shown.run("seen()")
    assert everything == [row.id for row in record.rows]
    asked = {
        ("words", "BARNS night"): ["goat_night"],
        ("kind", "incident"): [row.id for row in record.incidents],
        ("kind", "figure force.on_patrol"): ["patrol_2030_06"],
        ("source", "orders"): [row.id for row in record.rows if row.source == "orders"],
        ("from", "2031-07-04"): ["strength_2031_07"],
        ("to", "2030-03-14"): ["goat_night"],
        ("odd", "between_sources"): [row.id for row in record.rows if row.id in against],
        ("words", SMUGGLED): ["other", "down"],
    }
    for (field, value), ids in asked.items():
        shown.run(f"set({field!r}, {value!r})")
        assert shown.run("seen()") == ids, field
        told = shown.run("document.getElementById('shown').textContent")
        assert told == f"{len(ids)} of {len(everything)} rows"
        assert shown.run(ALL) == everything
    shown.run("set('verdict', 'do not print')")
    judged = advise(Comparison(record), record.figures)
    assert set(shown.run("seen()")) == {a.figure.id for a in judged if a.verdict == "do not print"}
    shown.run(ALL)


def test_a_disagreement_shows_its_rows_alone_and_a_link_to_another_row_shows_all(shown, valley):
    found = [finding.rows for finding in find(load_record(valley))]
    i = found.index(("other", "strength_2030_06"))
    shown.run(f"document.querySelector('#finding-{i} button').click()")
    assert shown.run("seen()") == ["strength_2030_06", "other"]
    shown.run("location.hash = '#row-goat_night'")
    shown.run(browser.UNTIL % "seen().length > 2")


def test_a_key_on_a_heading_sorts_both_ways_and_what_is_shown_is_saved(shown):
    heads = "[...document.querySelectorAll('#rows thead th')]"
    number = f"{heads}.find(head => head.textContent === 'Number')"
    shown.run("set('kind', 'figure')")
    for way, ids in (
        ("ascending", ["patrol_2030_06", "other", "strength_2031_07", "strength_2030_06"]),
        ("descending", ["strength_2030_06", "strength_2031_07", "other", "patrol_2030_06"]),
    ):
        shown.run(f"{number}.firstElementChild.focus()")
        shown("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r",
              windowsVirtualKeyCode=13)  # fmt: skip
        assert shown.run("seen()") == ids
        assert shown.run(f"{heads}.map(head => head.ariaSort)").count(way) == 1
    assert saved(shown)[1][0] == "strength_2030_06"
    shown.run("set('kind', 'act'); set('words', 'half')")
    (head, row) = saved(shown)
    cells = dict(zip(head, row, strict=True))
    assert cells["Row"] == "down"
    assert cells["In words"].startswith(f'\'=1+1 "half" {SMUGGLED}')
    assert (cells["First day"], cells["Value"]) == ("2030-05-01", "480")
    shown.run(ALL)


def saved(shown):
    """Return the rows of the file that the button saves."""
    text = shown.run(
        "(async () => { let file; const old = URL.createObjectURL;"
        " URL.createObjectURL = (one) => old.call(URL, file = one);"
        " document.getElementById('save').click(); URL.createObjectURL = old;"
        " return await file.text(); })()"
    )
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_phone_scrolls_no_page_sideways_and_axe_finds_nothing_wrong_by_day_or_night(shown):
    shown.size(390, 844)
    assert shown.run("document.documentElement.scrollWidth") <= 390
    shown.run(files_of("axe_core_python").joinpath("axe.min.js").read_text() + "; 0")
    found = "found.violations.map(v => [v.id, v.nodes.map(node => node.html)])"
    for value, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        scheme = {"name": "prefers-color-scheme", "value": value}
        shown("Emulation.setEmulatedMedia", features=[scheme])
        assert shown.run(f"axe.run(document, {rules}).then(found => {found})") == []
