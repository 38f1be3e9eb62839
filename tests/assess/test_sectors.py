"""Counts by sector of a line: from what is expected or was counted at a place to the page."""

from __future__ import annotations

import re

import numpy as np
import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.assess.posterior.expectation import Emulator
from interpose.assess.posterior.sampling import Model, draw
from interpose.assess.posterior.targets import evidence_of, expected
from interpose.assess.posterior.vectors import prepare, targets_of
from interpose.cli import app
from interpose.play.expected import expected_incidents
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
    wide = "background.rate[overmanning],20,2,200,assumed,authors,"
    replace_rows(folder, [*rows, wide])
    out = tmp_path / "run"
    words = ["run", str(folder), "--futures", "60", "--out", str(out)]
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
    assert (error < 0.15 * each.mean(axis=0)).all()
    page = (out / "report.html").read_text(encoding="utf-8")
    table = page[page.index("Sectors of the line") :]
    happened = [
        float(re.findall(r"<td[^>]*>([^<]*)</td>", table[table.index(f"({name})") :])[4].split()[0])
        for name in ("The Ford", "The Ridge", "The Gap")
    ]
    why = page[page.index("Why overmanning span so much: most is made by") :]
    assert "(assumed, 2 to 200)" in why[:200]
    assert "Why violations by fire" not in page
    half = re.search(
        r"Half of the posts would see (\d+) % .* and not (\d+) %.*?([\d.]+) % more", page
    )
    fewer, as_is, more = (float(found) for found in half.groups())
    assert 50 < fewer < as_is < 90  # patrols see the rest
    assert 0 < more < 5
    assert happened[2] > 2 * happened[1] > 2 * happened[0] > 0


@pytest.mark.parametrize(
    ("counts", "code", "said"),
    [
        (("gapp=5",), 2, "Did you mean 'gap'"),
        (("violation_by_fire=60", "gap=66"), 2, "the places have 66 a year together"),
        (("gap=many",), 2, "an act, type or place and a count a year"),
        (("violation_by_fire=60", "ford=0.1", "gap=59"), 0, "ford: 0.1 a year cannot be"),
        (("violation_by_fire=60", "uptown=5"), 0, "Nothing that was asked for happens there"),
    ],
)
def test_what_cannot_be_is_said(folder, counts, code, said):
    told = calibrate(folder, *counts)
    assert told.exit_code == code, told.output
    assert said in " ".join(told.stderr.replace("│", " ").split())


@pytest.mark.parametrize("dated", [False, True])
def test_counts_by_sector_of_the_record_are_fitted(folder, dated):
    (folder / "record").mkdir()
    if dated:  # nobody knows who fired
        head = "id,begins,ends,place,kind,deaths,summary,source,confidence"
        places = [place for place, count in ASKED.items() for _ in range(count)]
        days = [f"2030-0{1 + n % 9}-1{n % 7}" for n in range(len(places))]
        rows = [
            f"f{n},{day},{day},{place},violation_by_fire,0,fire {n},survey,high"
            for n, (day, place) in enumerate(zip(days, places, strict=True))
        ]
        (folder / "record" / "incidents.csv").write_text("\n".join([head, *rows]) + "\n")
        reporting = folder / "reporting.csv"
        fire = "record,violation_by_fire,0.9,0.9,2,2030-01-01,,no,assumed,survey,\n"
        reporting.write_text(reporting.read_text() + fire)
    else:
        rows = [
            f"fire_{place},violation_by_fire,{place},{count},{YEAR}"
            for place, count in {**ASKED, "": sum(ASKED.values())}.items()
        ]
        (folder / "record" / "figures.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    table = folder / "parameters.csv"
    head, *kept = (
        r for r in table.read_text().splitlines() if "background.rate[violation_by_fire]" not in r
    )
    kept = [r + "," for r in kept if "background.place" not in r]
    fitted = "background.rate[violation_by_fire],40,20,60,fitted,authors,,40"
    table.write_text("\n".join([head + ",prior", *kept, fitted]) + "\n")
    scenario, record = ip.load(folder), load_record(folder)
    known = prepare(scenario, record, vectors=20).known
    where = np.array([[place.id == name for place in scenario.places] for name in ASKED])
    fires = [kind.act == "violation_by_fire" for kind in scenario.incident_types]
    means = expected_incidents(known.theatre, known.parameters, 365, where)[..., fires].sum((1, 2))
    counted = np.array([*ASKED.values()])
    np.testing.assert_allclose(means / means.sum(), counted / counted.sum(), atol=0.06)


@pytest.mark.parametrize("campaign", [0.2, 0.3, 0.45])
def test_what_one_act_provokes_can_be_fitted_though_thrice_as_much_would_never_end(
    folder, campaign
):
    (folder / "record").mkdir()
    fires = f"fires,violation_by_fire,,60,{YEAR}"
    (folder / "record" / "figures.csv").write_text(f"{HEAD}\n{fires}\n")
    table = folder / "parameters.csv"
    head, *kept = table.read_text().splitlines()
    kept = [r + "," for r in kept if "retaliation.campaign[violation_by_fire]" not in r]
    fitted = "retaliation.campaign[violation_by_fire],0.3,0.1,0.5,fitted,authors,,0.3"
    table.write_text("\n".join([head + ",prior", *kept, fitted]) + "\n")
    scenario = ip.load(folder)
    known = prepare(scenario, load_record(folder), vectors=0, places=False).known
    targets = targets_of(known.theatre, load_record(folder))
    emulator = Emulator(known, evidence_of(known.theatre, targets).wanted)
    there = known.parameters.placed({known.free.names[0]: campaign})
    exact, _ = expected(known.theatre, there, targets, int(known.segments[-1]))
    np.testing.assert_allclose(emulator(np.array([[campaign]]))[0], exact, rtol=0.08)


def test_many_exact_counts_of_one_source_leave_open_how_far_it_is_off(folder):
    (folder / "record").mkdir()
    acts = ("violation_by_fire", "violation_by_movement", "overmanning")
    rows = [
        f"{act}_{month},{act},,{100 + month},count,2030-{month:02}-01,2030-{month:02}-28,reported,"
        "survey,medium"
        for act in acts
        for month in range(1, 13)
    ]
    (folder / "record" / "figures.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    table = folder / "parameters.csv"
    head, *kept = table.read_text().splitlines()
    kept = [
        f"{row}," for row in kept if not row.startswith(tuple(f"background.rate[{a}" for a in acts))
    ]
    fitted = [f"background.rate[{act}],500,250,900,fitted,authors,,400" for act in acts]
    table.write_text("\n".join([f"{head},prior", *kept, *fitted]) + "\n")
    scenario, record = ip.load(folder), load_record(folder)
    known = prepare(scenario, record, vectors=1, places=False).known
    evidence = evidence_of(known.theatre, targets_of(known.theatre, record))
    model = Model(known, evidence, Emulator(known, evidence.wanted))
    sets = draw(model, 1, steps=300, burn=200).sets
    counted = sum(one.recorded for one in evidence.wholes)
    assert model.means(sets).sum(axis=1).mean() == pytest.approx(counted, rel=0.2)
    low, high = np.quantile(model.values(sets)[0], (0.05, 0.95), axis=0)
    assert (high / low > 2.0).all()  # 30 % either way makes 2.7
    assert (high / low < 3.4).all()
