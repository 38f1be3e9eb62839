"""The page of a comparison: what it says, what is only chance, and the futures that part."""

import json
import shlex

import numpy as np
import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.report.compare_figure import interval
from interpose.report.compare_first import how_sure

from . import browser
from .test_report import Page

HALF = "half: --scale-force 0.5 --since 2031-01-01"
FUTURES = 48
CHOOSE = """{
    const measure = document.getElementById("measure");
    measure.value = [...measure.options].find((one) => one.textContent == "%s").value;
    measure.dispatchEvent(new Event("change"));
}"""


def ask(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    valley = ip.new("valley", folder)
    words = ["compare", valley, "--with", HALF, "--futures", FUTURES, "--out", folder / "out"]
    found = json.loads(ask(*words, "--json"))
    return found, folder / "out" / "report.html", words


def test_the_first_screen_says_what_is_only_chance(made):
    found, path, words = made
    text = path.read_text(encoding="utf-8")
    screen = text.partition("<nav")[0]
    assert "What changes with “half” instead of “as it is” from 1 January 2031 on" in screen
    assert f"{FUTURES} futures" in screen
    for name in ("political_deaths", "riots", "soldier_months"):
        one = found["differences"][name]
        assert how_sure(one) in screen
        holds_zero = one["low"] <= 0.0 <= one["high"] and one["low"] < one["high"]
        assert ("only chance" in how_sure(one)) == holds_zero
    assert "A week like March 2004" in screen
    assert "riot_week" not in text.partition("<script")[0]
    ask(*words)
    assert path.read_text(encoding="utf-8") == text


def test_the_last_difference_of_the_figure_is_that_of_the_answer(made):
    found, path, _ = made
    text = path.read_text(encoding="utf-8")
    given = json.loads(text.partition('id="given">')[2].partition("</script>")[0])
    rows = given["so_far"]["datasets"]["years"]
    shown = [(i, one) for i, one in enumerate(found["differences"].values())]
    parts = [one for axis in ("by_community", "by_municipality") for one in found[axis].values()]
    titles = [" ".join(title) for title in given["so_far"]["params"][0]["value"]]
    for part in parts:
        riots = f"{part['name']}: riots difference so far"
        shown += [(titles.index(riots), part["differences"]["riots"])] if riots in titles else []
    assert len(shown) == len(found["differences"]) + len(found["by_municipality"])
    for i, one in shown:
        last = [row for row in rows if row["measure"] == i][-1]
        assert last["mean"] == pytest.approx(one["mean"])
        assert last["low"] == pytest.approx(one["low"])
        assert last["year"] == 2031
    assert len(titles) == len(found["differences"]) + 3 * len(parts)
    colours = {one["middle"] for one in given["years"]["params"][2]["value"]}
    assert len(colours) == len(found["policies"])


@pytest.mark.parametrize(
    ("low", "high", "pairs", "said"),
    [
        (-1.0, 2.0, 40, "May be only chance"),
        (0.0, 2.0, 40, "May be only chance"),
        (0.5, 2.0, 40, "Told from chance: worse in 60 %"),
        (0.5, 2.0, 29, "Too few futures"),
        (None, None, 1, "Too few futures"),
        (1.0, 1.0, 1, "The same in every future"),
    ],
)
def test_a_difference_is_told_from_chance_only_if_its_interval_leaves_out_zero(
    low, high, pairs, said
):
    one = {"mean": 1.0, "low": low, "high": high, "pairs": pairs, "share_worse": 0.6}
    assert how_sure(one).startswith(said)


def test_a_future_that_parts_is_played_again_by_the_command_on_the_page(made, tmp_path):
    found, path, _ = made
    page = Page(path.read_text(encoding="utf-8"))
    rows = page.tables["table-parted-incidents-half"][1:]
    top = found["differences"]["incidents"]["parted"]
    assert [int(row[0]) for row in rows] == [one["future"] for one in top]
    whole, half = found["again"]
    assert "--scale-force 0.5 --since 2031-01-01" in half
    assert "--scale-force" not in whole
    words = shlex.split(half)[1:]
    words[words.index("--out") + 1] = str(tmp_path / "run")
    ask(*words, "--no-report")
    table = ip.read_run(tmp_path / "run").table("incidents")
    counted = np.bincount(table["future"], minlength=FUTURES)
    for row in rows:
        assert float(row[3].replace(",", "")) == pytest.approx(counted[int(row[0])], abs=0.06)


def test_what_a_municipality_has_is_marked_as_chance_in_its_table(made):
    found, path, _ = made
    page = Page(path.read_text(encoding="utf-8"))
    rows = {row[0]: row for row in page.tables["table-municipality-incidents-half"][1:]}
    for part in found["by_municipality"].values():
        one = part["differences"]["incidents"]
        row = next(row for name, row in rows.items() if name.startswith(part["name"]))
        assert row[0].endswith(how_sure(one).partition(":")[0])
        assert row[3] == interval(one)


def test_a_parameter_is_named_in_words_and_its_name_stands_below(made):
    found, path, _ = made
    named = {p["name"] for one in found["differences"].values() for p in one.get("parameters", ())}
    assert named
    text = path.read_text(encoding="utf-8")
    cells = text.partition('id="table-parameters"')[2].partition("</table>")[0]
    for name in named:
        assert f"{name}</" in cells
    assert "Trips beyond the neighbourhood that a person would make" in cells


def test_the_figure_answers_when_one_chooses_a_measure(made, tmp_path):
    if not browser.FOUND:
        pytest.skip("no Chromium here: the page was not tried in a browser")
    shown = browser.Browser(tmp_path)
    try:
        shown.size(390, 844)
        shown.open(made[1])
        assert shown.complaints() == []
        assert shown.requests() == [f"file://{made[1]}"]
        assert shown.run("document.documentElement.scrollWidth") <= 390
        part = next(iter(made[0]["by_municipality"].values()))
        local = f"{part['name']}: riots"
        for title in ("Riots", local):
            shown.run(CHOOSE % title)
            text = "document.querySelector('#view-so_far svg').textContent"
            shown.run(browser.UNTIL % f"{text}.includes('{title}')")
            told = shown.run("document.getElementById('told').textContent")
            assert told.startswith("2031: as it is ")
            assert "Difference so far: half " in told
        assert f"half {interval(part['differences']['riots'])}" in told
        assert shown.run("document.querySelector('#measure :checked').parentNode.label") == (
            "By municipality: riots"
        )
    finally:
        shown.close()
