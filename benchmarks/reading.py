"""Measure the reading of pages: precision and recall per kind against hand-made rows, and speed.

Run: ``python benchmarks/reading.py [--folder ../shared/seeds] [--web FOLDER]``. The gold lists
stand in ``tests/record/pages/``: facts only (numbers, dates, offices, lines), no sentences. A
proposal is right if it stands on the line of a gold row and says the same: the value of a figure
(for casualties also outcome and side), the date, the destination (or host, or months) of a
deployment, the kind of an act, the office of a speaker. Rows with ``need`` no are true but told
elsewhere on the page too: they count neither for nor against.

``--web`` reads pages of the open web, which are not kept here (``tests/record/pages/README.md``). A
proposal is right there if it means the same: who, what, where and which kind.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interpose.record.pages import Page, Proposal, read_page, read_pages
from interpose.record.pages.accepting import MUST_SAY

HERE = Path(__file__).resolve().parents[1]
GOLD = HERE / "tests" / "record" / "pages"
COUNTS = ("strength", "nations", "displacement", "change", "request")
WEB_PARTS = {
    "d": "open web, 11 pages that the rules were written on",
    "h": "open web, 11 pages held out at first, then read too",
    "f": "open web, 8 pages held out at first, then read too",
    "g": "open web, 8 pages held out at first, then read too",
}
WEB_KINDS = (*COUNTS, "casualties", "deployment", "act")


@dataclass
class Score:
    """Counts of one kind."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the proposals that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the gold rows that are proposed."""
        return self.right / max(1, self.right + self.missed)


def gold_rows(name: str) -> list[dict[str, str]]:
    """Read a gold list."""
    return list(csv.DictReader((GOLD / name).read_text("utf-8").splitlines()))


def line_of(one: Proposal, text: str) -> int:
    """Return the line of the file on which a proposal begins, from 1."""
    at = one.file_span[0] if one.file_span else one.span[0]
    return text.count("\n", 0, at) + 1


def says_the_same(one: Proposal, gold: dict[str, str]) -> bool:
    """Whether a proposal says what a gold row says."""
    row, wanted = one.row, gold["value"].split("|")
    if one.kind in COUNTS:
        return row["value"] == gold["value"]
    if one.kind == "measure":
        return f"{row['value']} {row['unit']}" == gold["value"]
    if one.kind == "casualties":
        outcome, _, side = gold["detail"].partition(":")
        same = row["value"] == gold["value"] and row["quantity"] == outcome
        return same and side in ("", row["community"])
    if one.kind == "date":
        return row["date"] in wanted
    if one.kind == "act":
        return row["kind"] in wanted
    if one.kind == "deployment":
        return _same_move(one, gold)
    return any(_same_role(row["speaker"], role) for role in wanted)


def _same_move(one: Proposal, gold: dict[str, str]) -> bool:
    found, wanted = one.details, gold["value"].split("|")
    if gold["value"] and found["destination"] not in wanted:
        return False
    told = f"{found['host']} {found['tour_months']} {found['from']}"
    return not gold["detail"] or gold["detail"] in told


def _same_role(said: str, wanted: str) -> bool:
    if "private" in wanted:
        kept = set(re.findall(r"\w+", wanted.lower())) <= set(re.findall(r"\w+", said.lower()))
        return kept
    one, two = (
        {w for w in re.findall(r"[\w.]+", text.lower()) if w not in ("the", "of", "at", "s")}
        for text in (said, wanted)
    )
    return len(one & two) >= 0.6 * max(len(one), len(two), 1)


def means_the_same(one: Proposal, gold: dict[str, str]) -> bool:
    """Whether a proposal of a page of the open web means what a gold row says, wherever it stands.

    Cells of the gold row are patterns, empty where anything will do.
    """
    row, details, whole = one.row, one.details, ""
    if one.kind == "act":
        kind, who, where, status = row["kind"], row["actor"], one.sentence, row["status"]
        is_what = kind in gold["what"].split("|")
    elif one.kind == "deployment":
        who, status = details["from"], row["status"]
        where = f"{details['destination']} {details['host']}"
        is_what = gold["what"] in ("", details["size"])
    else:
        who = f"{row['quantity']} {row['community']} {details.get('whose', '')}"
        whole = r"\b"
        who += " kfor" * bool(re.match(r"force\b", who))  # as the record of Kosovo names it
        where, status = row["quantity"], row["kind"]
        is_what = gold["what"] == "-".join(filter(None, (row["low"] or row["value"], row["high"])))
    return (
        is_what
        and one.kind in gold["kind"].split("|")
        and bool(re.search(rf"(?:\b|^)(?:{gold['who']}){whole}", who, re.IGNORECASE))
        and bool(re.search(gold["where"], where))
        and (not gold["status"] or status in gold["status"].split("|"))
    )


def score_web(
    pages: Iterable[tuple[Page, Sequence[Proposal]]], gold: Sequence[dict[str, str]],
    show: bool = False,
) -> dict[str, Score]:  # fmt: skip
    """Compare what pages assert with gold rows, one to one; doubted proposals count as silence."""
    scores = {kind: Score() for kind in WEB_KINDS}
    for page, proposals in pages:
        left = [row for row in gold if row["page"] == Path(page.file).stem]
        left.sort(key=lambda row: row["need"] != "yes")
        for one in proposals:
            is_doubted = one.table in MUST_SAY and not one.row[MUST_SAY[one.table]]
            if one.kind not in WEB_KINDS or is_doubted:
                continue
            match = next((row for row in left if means_the_same(one, row)), None)
            if match is not None:
                left.remove(match)
                scores[one.kind].right += match["need"] == "yes"
                continue
            scores[one.kind].wrong += 1
            if show:
                cells = {k: v for k, v in {**one.row, **one.details}.items() if v}
                print("  wrong ", Path(page.file).stem, one.kind, repr(one.text), cells)
        for row in left:
            if row["need"] == "yes":
                scores[row["kind"].partition("|")[0]].missed += 1
                if show:
                    print("  missed", *row.values())
    return scores


def score(
    pages: Iterable[tuple[Page, Sequence[Proposal]]], gold: Sequence[dict[str, str]],
    show: bool = False,
) -> dict[str, Score]:  # fmt: skip
    """Compare proposals with gold rows, one to one."""
    scores: dict[str, Score] = {}
    for page, proposals in pages:
        name = Path(page.file).name
        text = Path(page.file).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        left = [row for row in gold if name.startswith(row["file"])]
        left.sort(key=lambda row: row["need"] != "yes")
        for one in proposals:
            if one.kind == "source":
                continue
            kind = scores.setdefault(one.kind, Score())
            line = line_of(one, text)
            match = next(
                (g for g in left
                 if g["kind"] == one.kind and int(g["line"]) == line and says_the_same(one, g)),
                None,
            )  # fmt: skip
            if match is None:
                kind.wrong += 1
                if show:
                    print("  wrong ", name[:12], line, one.kind, repr(one.text[:50]), one.row)
                continue
            left.remove(match)
            kind.right += match["need"] == "yes"
        for row in left:
            if row["need"] == "yes":
                scores.setdefault(row["kind"], Score()).missed += 1
                if show:
                    print("  missed", row["file"], row["line"], row["kind"], row["value"])
    return scores


def tell(title: str, scores: dict[str, Score]) -> None:
    """Print the table of one measurement."""
    print(
        f"\n{title}\n{'kind':14}{'right':>7}{'wrong':>7}{'missed':>7}{'precision':>11}{'recall':>9}"
    )
    total = Score()
    for kind, one in sorted(scores.items()):
        print(_line(kind, one))
        total.right += one.right
        total.wrong += one.wrong
        total.missed += one.missed
    print(_line("all", total))


def _line(kind: str, one: Score) -> str:
    return (
        f"{kind:14}{one.right:7}{one.wrong:7}{one.missed:7}{one.precision:11.2f}{one.recall:9.2f}"
    )


def speed(files: Sequence[Path], pages: int = 200) -> None:
    """Time one warm page, and many on two cores."""
    read_page(files[0])
    start = time.perf_counter()
    for file in files:
        read_page(file)
    size = sum(file.stat().st_size for file in files)
    each = (time.perf_counter() - start) / len(files)
    print(f"\none page, warm: {1000 * each:.0f} ms ({size / len(files) / 1000:.1f} kB of text)")
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for number in range(pages):
            file = files[number % len(files)]
            body = "".join(f"<p>{p}</p>" for p in file.read_text("utf-8").split("\n\n"))
            head = "<head><title>A page</title></head>"
            copy = Path(folder) / f"{number}.html"
            copy.write_text(f"<html>{head}<body><article>{body}</article></body></html>", "utf-8")
            copies.append(copy)
        start = time.perf_counter()
        read_page(copies[0])
        start = time.perf_counter()
        read_page(copies[1])
        print(f"one HTML page, warm: {1000 * (time.perf_counter() - start):.0f} ms")
        start = time.perf_counter()
        read_pages(copies, workers=2)
        rate = pages / (time.perf_counter() - start) * 60
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(exist_ok=True)
    print(f"{pages} HTML pages, two processes: {rate:.0f} pages a minute")


def main() -> None:
    """Measure the five seeds, where they are, and the articles of the tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=HERE.parent / "shared" / "seeds")
    parser.add_argument("--web", type=Path, help="folder of the pages of gold_web.csv")
    parser.add_argument("--show", action="store_true", help="list what is wrong and missed")
    parser.add_argument("--no-speed", action="store_true")
    chosen = parser.parse_args()
    seeds = sorted(chosen.folder.glob("*.txt"))
    if seeds:
        tell("the five reports", score(read_pages(seeds), gold_rows("gold_seeds.csv"), chosen.show))
    else:
        print(f"{chosen.folder} is not here: the five reports are not measured.")
    if chosen.web is not None:
        gold = gold_rows("gold_web.csv")
        for part, title in WEB_PARTS.items():
            files = sorted(chosen.web.glob(f"{part}*.txt"))
            tell(title, score_web(read_pages(files), gold, chosen.show))
    own = sorted(p for p in GOLD.glob("article_*") if p.suffix in (".txt", ".html"))
    if own:
        gold = gold_rows("gold_articles.csv")
        tell("articles written for the tests", score(read_pages(own), gold, chosen.show))
    if not chosen.no_speed:
        speed(seeds or own)


if __name__ == "__main__":
    main()
