"""Counts by sector of a line: from what is expected or was counted at a place to the page."""

from __future__ import annotations

import re

import numpy as np
import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.assess.posterior.field import sectors_of
from interpose.assess.posterior.vectors import prepare
from interpose.cli import app
from interpose.record import load_record

ASKED = {"ford": 6, "ridge": 12, "gap": 42}
HEAD = "id,quantity,place,value,unit,begins,ends,kind,source,confidence"
YEAR = "count,2030-01-01,2030-12-31,reported,survey,high"


@pytest.fixture
def folder(tmp_path):
    """The invented line."""
    return ip.new("ridge", tmp_path, like="line")


def calibrate(folder, *counts):
    return CliRunner().invoke(app, ["calibrate", str(folder), *(f"--expect={c}" for c in counts)])


def replace_rows(folder, rows):
    names = {row.split(",")[0] for row in rows}
    table = folder / "parameters.csv"
    kept = [r for r in table.read_text().splitlines() if r.split(",")[0] not in names]
    table.write_text("\n".join([*kept, *rows]) + "\n")


def test_expected_counts_by_sector_come_true_in_futures_and_on_the_page(folder, tmp_path):
    counts = [f"{place}={count}" for place, count in ASKED.items()]
    told = calibrate(folder, "violation_by_fire=60", *counts)
    assert told.exit_code == 0, told.output
    rows = [r.replace("SOURCE", "authors") for r in told.stdout.splitlines() if ",assumed," in r]
    replace_rows(folder, rows)
    out = tmp_path / "run"
    words = ["run", str(folder), "--futures", "60", "--fixed-parameters", "--out", str(out)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    acts = ip.read_run(out).table("incidents")
    fires = acts[acts["type"].astype(str).str.startswith("violation_by_fire")]
    each = np.array([
        [((fires["future"] == n) & (fires["place"] == place)).sum() / 3.0 for place in ASKED]
        for n in range(60)
    ])  # fmt: skip
    error = each.std(axis=0) / np.sqrt(60)
    assert (np.abs(each.mean(axis=0) - [*ASKED.values()]) < 4 * error).all(), (each.mean(0), error)
    assert (error < 0.1 * each.mean(axis=0)).all()
    page = (out / "report.html").read_text(encoding="utf-8")
    table = page[page.index("Sectors of the line") :]
    happened = [
        float(re.findall(r"<td[^>]*>([^<]*)</td>", table[table.index(f"({name})") :])[4].split()[0])
        for name in ("The Ford", "The Ridge", "The Gap")
    ]
    assert happened[2] > 2 * happened[1] > 2 * happened[0] > 0


@pytest.mark.parametrize(
    ("counts", "code", "said"),
    [
        (("gapp=5",), 2, "Did you mean 'gap'"),
        (("violation_by_fire=60", "gap=66"), 2, "the places have 66 a year together"),
        (("gap=many",), 2, "an act, type or place and a count a year"),
        (("violation_by_fire=60", "ford=1", "gap=57"), 0, "ford: 1 a year cannot be"),
        (("violation_by_fire=60", "uptown=5"), 0, "Nothing that was asked for happens there"),
    ],
)
def test_what_cannot_be_is_said(folder, counts, code, said):
    told = calibrate(folder, *counts)
    assert told.exit_code == code, told.output
    assert said in " ".join(told.stderr.replace("│", " ").split())


def test_counts_by_sector_of_the_record_are_fitted(folder):
    rows = [
        f"fire_{place},violation_by_fire,{place},{count},{YEAR}"
        for place, count in {**ASKED, "": sum(ASKED.values())}.items()
    ]
    (folder / "record").mkdir()
    (folder / "record" / "figures.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    table = folder / "parameters.csv"
    head, *kept = (r for r in table.read_text().splitlines() if "violation_by_fire]" not in r)
    kept = [r + "," for r in kept if "background.place" not in r]
    fitted = "background.rate[violation_by_fire],40,20,60,fitted,authors,,40"
    table.write_text("\n".join([head + ",prior", *kept, fitted]) + "\n")
    record = load_record(folder)
    known = prepare(ip.load(folder), record, vectors=20).known
    (one,) = sectors_of(known.theatre, record, known.parameters)
    share, counted = one.means / one.means.sum(), one.counts / one.counts.sum()
    np.testing.assert_allclose(share, counted, atol=0.05)
