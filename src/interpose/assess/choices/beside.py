"""Beside the size of a force: rules of thumb, prices of caveats and tasks; the answer in words."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from interpose.ensemble.counted import named
from interpose.plan.requirement import force_requirement
from interpose.scenario import Scenario, read_plan_tables
from interpose.scenario.policies import trained_share
from interpose.scenario.tables.mission import Contingent


def rules_of_thumb(size: float, per: str) -> list[dict[str, Any]]:
    """Return missions, their soldiers `per` inhabitants or km and here, and what followed."""
    text = (files("interpose.assess.choices") / "rules_of_thumb.csv").read_text(encoding="utf-8")
    rows = ((float(row["ratio"]), row) for row in csv.DictReader(text.splitlines()))
    return [
        {**row, "ratio": n, "strength": round(n * size)} for n, row in rows if row["per"] == per
    ]


def prices_of_caveats(rows: Sequence[Contingent], saved: int | None) -> list[dict[str, Any]]:
    """Return what caveats against riots cost: the soldiers saved without them, by nation."""
    barred: dict[str, float] = defaultdict(float)
    for row in rows:
        barred[row.contributor] += row.strength * (1.0 - row.riot_capable)
    total = sum(barred.values())
    share = 1.0 - trained_share(rows)
    what = f"against crowds, or no training for them: {share:.0%} of the soldiers"
    found: list[dict[str, Any]] = [
        {"kind": "caveat", "what": what, "soldiers": saved, "basis": "played without"}
    ]
    for nation, n in sorted(barred.items(), key=lambda one: (-one[1], one[0])):
        if saved is not None and n:
            basis = f"its part, by {n:,.0f} soldiers"
            price = round(saved * n / total)
            found.append({"kind": "caveat", "what": nation, "soldiers": price, "basis": basis})
    return found


def prices_of_tasks(scenario: Scenario, day: dt.date) -> list[dict[str, Any]]:
    """Return what each task binds on the day, in soldiers."""
    if not scenario.folder:
        return []
    persons: dict[str, float] = defaultdict(float)
    for need in force_requirement(scenario, read_plan_tables(scenario), day).needs:
        persons[need.row.task] += float(need.persons)
    basis = "bound on that day, by plan requirement"
    return [
        {"kind": "task", "what": task, "soldiers": math.ceil(n - 1e-9), "basis": basis}
        for task, n in persons.items()
    ]


# --- in sentences ---------------------------------------------------------------------------------


def mean_in_words(counted: str) -> str:
    """Return what the mean of what a target counts is that of."""
    return "riots in the worst week" if counted == "riot_week" else named(counted)


def sentences_of(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what an answer says of itself, and what it rests on."""
    return {"answer": [*_answer(document)], "minds": [*_minds(document)]}


def _answer(document: Mapping[str, Any]) -> Iterator[str]:
    answer, curve, nearest = document["answer"], document["curve"], document["nearest"]
    yield f"The event: {document['event']}; its chance must be under {document['limit']:g}."
    if answer["met_without_force"]:
        yield (
            "The target does not bind: it is met with nobody in theatre, with a chance of "
            f"{_chance(curve[0])}."
        )
    elif answer["strength"] is None:
        yield (
            f"No force does it: with {curve[-1]['strength']:,} soldiers, three times what stood "
            f"there, the chance is still {curve[-1]['chance']:.3f}."
        )
    else:
        yield f"Smallest force: {_size(answer, curve)}; {document['stood']:,} stood there."
        yield f"Laid out where it counts most, its chance is {_chance(document['laid_out'])}."
    if nearest is not None:
        does = "binds" if answer["met_without_force"] else "some force played meets"
        size = nearest["strength"]
        about = "no force played meets it" if size is None else f"about {size:,} soldiers do"
        yield f'The nearest target that {does}: "{nearest["target"]}"; {about}.'
    chance = _chance(document["as_it_stands"])
    yield f"The {document['stood']:,} who stood there, as the table goes on: {chance}."


def _minds(document: Mapping[str, Any]) -> Iterator[str]:
    for end, words in (("low", "least"), ("high", "most")):
        there = _size(document["effects"][end], document["curve"])
        yield f"If soldiers prevent the {words} of their interval: {there}."


def _chance(row: Mapping[str, float]) -> str:
    return f"{row['chance']:.3f} (95 %: {row['low']:.3f} to {row['high']:.3f})"


def _size(answer: Mapping[str, Any], curve: Sequence[Mapping[str, Any]]) -> str:
    if answer["strength"] is None:
        return f"no force does it ({answer['sure']:.0%} of resamples find one)"
    most = f"more than {curve[-1]['strength']:,}"
    low, high = (most if answer[end] is None else f"{answer[end]:,}" for end in ("low", "high"))
    words = f"{answer['strength']:,} soldiers" if answer["strength"] else "met with nobody there"
    return words if answer["high"] == 0 else f"{words} (95 %: {low} to {high})"
