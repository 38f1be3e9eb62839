"""Reading measured against hand-made rows: the invented articles always, the five reports where
they are. The floors lie below what was measured (docs/reading.md), so that they catch a fall."""

import importlib.util
import sys
from pathlib import Path

import pytest

from interpose.record import load_record
from interpose.record.pages import read_pages

ROOT = Path(__file__).resolve().parents[2]
SEEDS = next((p for p in (ROOT.parent / "shared" / "seeds",) if p.is_dir()), None)
PRECISION, RECALL = 0.9, 0.8
FEW = 12  # below this many gold rows one miss is more than the floor allows

_spec = importlib.util.spec_from_file_location("reading", ROOT / "benchmarks" / "reading.py")
reading = importlib.util.module_from_spec(_spec)
sys.modules["reading"] = reading  # a dataclass looks its module up
_spec.loader.exec_module(reading)


def check(scores):
    total = reading.Score()
    for kind, one in scores.items():
        total.right += one.right
        total.wrong += one.wrong
        total.missed += one.missed
        if one.right + one.missed >= FEW:
            assert one.precision >= PRECISION, kind
            assert one.recall >= RECALL - 0.1, kind
    assert total.precision >= PRECISION
    assert total.recall >= RECALL


def test_the_invented_articles_are_read():
    own = sorted(reading.GOLD.glob("article_*"))
    assert len(own) == 8
    check(reading.score(read_pages(own), reading.gold_rows("gold_articles.csv")))


@pytest.mark.skipif(SEEDS is None, reason="../shared/seeds is not here")
def test_the_five_reports_are_read():
    pages = read_pages(sorted(SEEDS.glob("*.txt")))
    assert [page.status for page, _ in pages] == ["read"] * 5
    check(reading.score(pages, reading.gold_rows("gold_seeds.csv")))


def test_the_gold_list_holds_every_figure_and_act_of_the_reports_in_the_record():
    record = load_record("kosovo")
    seeds = {source.id: source.file[:3] for source in record.sources if source.file}
    gold = reading.gold_rows("gold_seeds.csv")
    told = {(row["file"], name) for row in gold for name in row["row"].split(";")}
    lacking = [
        (seeds[act.source], act.id)
        for act in record.acts
        if act.source in seeds
        and act.kind != "statement"
        and (seeds[act.source], act.id) not in told
    ]
    assert lacking == []
    values = {(row["file"], row["value"].partition(" ")[0]) for row in gold}
    figures = {
        (seeds[figure.source], f"{figure.value:g}")
        for figure in record.figures
        if figure.source in seeds
    }
    assert sorted({(f, v) for f, v in figures if "e+" not in v} - values) == []
