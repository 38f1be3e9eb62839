"""The first screen of a plan: is it filled, in three numbers, and the force by month on a map."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from interpose.plan.generate.gap_table import summary
from interpose.plan.offer.eligibility import ceiling
from interpose.plan.result import GapState
from interpose.plan.tell.shortfalls import kept_up
from interpose.report import interactive
from interpose.report.interactive import Spec
from interpose.report.map_view import month_of, words_of_map
from interpose.report.page import Lead, Table, day, number
from interpose.report.plan_page import laydown
from interpose.report.plan_page.plan_data import PlanData
from interpose.report.plan_page.rotation import handovers
from interpose.report.quantiles import Floats, columns_table
from interpose.scenario.phrases import listed, plural

MOST_BANDS = 6
"""Nations with a band of their own; the rest share one."""

BANDS = (
    ("#00334f", "#0c0747"), ("#cfe3f0", "#cccaed"), ("#2f7fb0", "#4f46b8"),
    ("#eef5fa", "#f0effb"), ("#86b8d8", "#7d76cc"), ("#0a5583", "#241d85"),
    ("#e4e4e4", "#e4e4e4"), ("#ffffff", "#ffffff"),
)  # fmt: skip
"""Shades of a nation in a plan and in a what-if, then of other nations and of the reserve at home:
neighbours differ in lightness."""

MOST_NAMED = 3
"""Open lines named in the sentence on a month, critical ones first."""

STATES: Mapping[GapState, tuple[int, str]] = {
    "filled": (1, "filled"),
    "caveat": (4, "filled, but a caveat bites or it is the reserve"),
    "accepted": (6, "open, risk accepted"),
    "open": (-1, "open"),
}
"""Shade of the lines in a state, and what it is called."""

TITLES = (
    ("Persons by nation", "line: asked for; dashed: ceilings"),
    ("Persons who arrive and leave", "up: arrive; down: leave"),
    ("Lines by state", "in the middle of the month"),
)


class Band(NamedTuple):
    """One part of the bars of every month."""

    name: str
    shade: int
    values: Floats


def lead(data: PlanData) -> Lead:
    """Return the first screen; in a what-if the plan without the change stands beside it."""
    without = data.without
    nations = _order(data, *([without] if without else []))
    plans = {**({"before": without} if without else {}), "years": data}
    bands = {view: _bands(each, nations) for view, each in plans.items()}
    lines = {view: list(_lines(each)) for view, each in plans.items()}
    ends = _ends(bands.values(), [row for rows in lines.values() for row in rows])
    what_if = bool(data.what_ifs)
    heads = {"before": "Without the change", "years": "With the change" if without else ""}
    specs = {
        view: interactive.over_months(
            [[head for head in (heads[view], *title) if head] for title in TITLES],
            [month_of(month) for month in data.months],
            list(_rows(each, bands[view], what_if=what_if and view == "years")),
            lines[view],
            ends,
            what_if=what_if,
        )
        for view, each in plans.items()
    }
    alts = {view: f"{heads[view]}: {lacking(each)}".lstrip(": ") for view, each in plans.items()}
    now, views = month_of(data.day), list(specs)
    still = {"year": now // 12, "month": now % 12}
    stills = [(view, {"measure": m, "year": 0}, alts[view]) for m in (0, 2) for view in views]
    if data.laydowns:
        alts["places"] = laydown.in_words(data)
        specs["places"] = laydown.on_map(data, what_if=what_if)
        stills.append(("places", still, alts["places"]))
    return interactive.first_screen(
        specs, alts, stills,
        (month_of(data.months[0]), month_of(data.months[-1]), now, 1),
        question=_question(data), numbers=list(_numbers(data)), notes=data.shortfalls,
        lines=list(_verdict(data)), titles=[first for first, _ in TITLES],
        keys=list(_keys(bands, places=bool(data.laydowns))), what_if=what_if,
        caption=_caption(data), tables=[_table(data)],
    )  # fmt: skip


# --- words ----------------------------------------------------------------------------------


def _question(data: PlanData) -> str:
    names = {row.id: row.name for row in data.inputs.missions}
    span = f"from {data.plan.begins:%B %Y} to {data.months[-1]:%B %Y}"
    asked = f"Who fills {names.get(data.plan.mission, data.plan.mission)} {span}"
    if not data.without:
        return f"{asked}, and what stays open?"
    return f"{asked}, and what differs from the plan {data.against}?"


def _verdict(data: PlanData) -> Iterator[str]:
    last = summary(data.inputs, data.plan, data.name_of).rpartition("\n")[2]
    short = kept_up(data.inputs, data.plan, data.name_of)
    kept = "Every pool of units can keep what it offers there for ever."
    if short:
        many = plural(len(short), "pool")
        kept = f"{many} of units cannot keep all that they offer there for ever: see rotation."
    yield f"{last} {kept}"


def _numbers(data: PlanData, month: dt.date | None = None) -> Iterator[dict[str, str]]:
    """Yield three numbers, each beside what it is without the change."""
    month = month or (data.day.replace(day=1) if data.without else data.peak)
    before = [one["value"] for one in _numbers(data.without, month)] if data.without else []
    found = _persons_asked(data, month), _lines_filled(data), _worst_place(data)
    for i, (value, interval, text) in enumerate(found):
        same = before and before[i] == value
        seen = f"Without the change: {'the same' if same else before[i]}." if before else ""
        yield {"value": value, "interval": interval, "words": text, "seen": seen}


def _persons_asked(data: PlanData, month: dt.date) -> tuple[str, str, str]:
    home = data.at_home(month)
    most = ", when most are asked for" * (month == data.peak)
    text = f"in {month:%B %Y}{most}, each unit at its usual strength."
    text += f" {number(home)} of them are in reserve at home." if home else ""
    value = f"{number(_found(data, month))} of {number(data.needed_persons(month))}"
    return value, "persons asked for are found", text


def _lines_filled(data: PlanData) -> tuple[str, str, str]:
    opened = {line for line, own in data.by_line.items() if any(c.state == "open" for c in own)}
    critical = [
        cell
        for cell in data.cells
        if data.lines[cell.requirement].critical and cell.state != "not_needed"
    ]
    short = len(data.open_critical())
    is_open = "is open" if short == 1 else "are open"
    text = f"{number(short)} of {plural(len(critical), 'month')} of critical lines {is_open}."
    value = f"{len(data.by_line) - len(opened)} of {len(data.by_line)}"
    return value, "lines are filled in every month", text


def _worst_place(data: PlanData) -> tuple[str, str, str]:
    made = data.laydown
    if made is None:
        why = "There are no platoons to lay down."
        return "–", "How soon a place is reached is not known.", why
    wanted = [r for r in made.responses if r.protected] or list(made.responses)
    which = "protected places" if wanted[0].protected else "places"
    kept = [r for r in wanted if np.isfinite(r.first_min)]
    if not kept:
        return f"0 of {len(wanted)}", f"{which} are reached", "No road leads there from a base."
    worst = max(kept, key=lambda r: (r.first_min, r.place))
    soon = sum(r.first_min <= data.reach_min for r in kept)
    text = (
        f"on {day(data.day)}, by the first platoon. Last is {data.place_name(worst.place)}, after"
        f" {number(worst.first_min)} minutes by road from {data.place_name(worst.base)}."
    )
    if made.unreached:
        text += f" {plural(len(made.unreached), 'place')} cannot be reached by road."
    within = f"{which} are reached within {number(data.reach_min)} minutes"
    return f"{soon} of {len(wanted)}", within, text


def lacking(data: PlanData) -> str:
    """Say in which month most persons are lacking."""
    lack = [(data.needed_persons(m) - _found(data, m), m) for m in data.months]
    most, month = max(lack, key=lambda one: (one[0], -one[1].toordinal()))
    if most <= 0:
        return "In every month at least as many persons are there as are asked for."
    return (
        f"Most is lacking in {month:%B %Y}: {number(_found(data, month))} persons for"
        f" {number(data.needed_persons(month))} asked for."
    )


def _found(data: PlanData, month: dt.date) -> int:
    return sum(row.persons for row in data.counted(month)) + data.at_home(month)


def _caption(data: PlanData) -> str:
    text = (
        "Persons count as offered in plan/offers.csv, those asked for at the usual strength of"
        " plan/capabilities.csv. Dashed: the ceilings of nations that have one, the others as"
        " planned. On the map a frame beside each base has the size mark of APP-6 for its soldiers,"
        " crossed lines if most are infantry; a place is marked by how many platoons reach it by"
        f" road within {number(data.reach_min)} minutes; larger ones are protected. "
    )
    text += "A thick edge: sooner or later than without the change. " * bool(data.without)
    links = data.scenario.links
    if guessed := sum(link.basis == "assumed" for link in links):
        text += f"Of {plural(len(links), 'road')}, {number(guessed)} have a time that was assumed. "
    return text + _conditions(data) + words_of_map(data.scenario)


def _conditions(data: PlanData) -> str:
    if data.laydown is None:
        return ""
    terrain = data.laydown.terrain
    text = "" if data.laydown.may_cross_boundary else "Platoons stay in their areas. "
    if terrain.winter_factor != 1.0:
        text += f"Winter: every time {terrain.winter_factor:g} times as long. "
    if terrain.closed_roads:
        shut = [" to ".join(data.place_name(end) for end in road) for road in terrain.closed_roads]
        text += f"Closed by barricades (dotted): {listed(shut)}. "
    return text


def _keys(bands: Mapping[str, list[list[Band]]], *, places: bool) -> Iterator[tuple[str, ...]]:
    """Yield colour and name of every band; those of two plans share one key."""
    both = "before" in bands
    for measure, parts in enumerate(bands["years"]):
        for band in dict.fromkeys((one.name, one.shade) for one in parts):
            plain, other = (_shade(band[1], what_if=kind) for kind in (False, True))
            yield (
                (f"linear-gradient(90deg, {plain} 50%, {other} 50%)" if both else plain),
                band[0],
                str(measure),
            )
    if places:
        yield from ((f"at {state}", text) for state, text in laydown.PLACES.items())
        yield "unit", "soldiers at a base, crossed if most are infantry"


def _shade(shade: int, *, what_if: bool) -> str:
    return interactive.ORANGE if shade < 0 else BANDS[shade][what_if]


# --- by month -------------------------------------------------------------------------------


def _order(*plans: PlanData) -> list[str]:
    """Return the nations with a band, the largest first."""
    months: Counter[str] = Counter()
    for data in plans:
        for month in data.months:
            for row in data.counted(month):
                months[row.offer.contributor] += row.persons
    return sorted(months, key=lambda n: (-months[n], n))[:MOST_BANDS]


def _bands(data: PlanData, nations: Sequence[str]) -> list[list[Band]]:
    """Return of each measure its bands, from below."""
    own = {name: np.zeros(len(data.months)) for name in (*nations, "others", "home")}
    states = {state: np.zeros(len(data.months)) for state in STATES}
    for i, month in enumerate(data.months):
        for row in data.counted(month):
            nation = row.offer.contributor
            own[nation if nation in own else "others"][i] += row.persons
        own["home"][i] = data.at_home(month)
        for state in STATES:
            states[state][i] = sum(c.month == month and c.state == state for c in data.cells)
    named = {n: (i, data.name_of.nation(n)) for i, n in enumerate(nations)}
    named |= {"others": (6, "other nations"), "home": (7, "reserve at home")}
    persons = [Band(named[n][1], named[n][0], values) for n, values in own.items() if values.any()]
    return [
        persons,
        list(_moves(data)),
        [Band(STATES[s][1], STATES[s][0], values) for s, values in states.items() if values.any()],
    ]


def _moves(data: PlanData) -> Iterator[Band]:
    """Yield persons that arrive (up) and leave (down) in each month, in a relief or not."""
    pairs = handovers(data)
    reliefs = {row.assignment for _, row in pairs}, {row.assignment for row, _ in pairs}
    for sign, ends in enumerate((False, True)):
        found = {True: np.zeros(len(data.months)), False: np.zeros(len(data.months))}
        for row in data.rows:
            when = (row.assignment.ends if ends else row.assignment.begins).replace(day=1)
            if not row.offer.reserve and when in data.months:
                relief = row.assignment in reliefs[sign]
                found[relief][data.months.index(when)] += -row.persons if ends else row.persons
        kind = "leave" if ends else "arrive"
        yield Band(f"{kind} {'relieved' if ends else 'as a relief'}", 1, found[True])
        yield Band(f"{kind}, nobody in turn in that line", 2 if ends else 0, found[False])


def _lines(data: PlanData) -> Iterator[Spec]:
    """Yield persons asked for, and the most that national ceilings allow."""
    limits = _ceilings(data)
    for i, month in enumerate(data.months):
        at = {"measure": 0, "year": month.year, "month": month.month - 1}
        yield {**at, "value": data.needed_persons(month), "dashed": False}
        if limits is not None:
            yield {**at, "value": float(limits[i]), "dashed": True}


def _ceilings(data: PlanData) -> Floats | None:
    """Return the ceilings of nations that have one, with the others as planned."""
    total, limited = np.zeros(len(data.months)), False
    nations = {row.offer.contributor for row in data.rows}
    for i, month in enumerate(data.months):
        there: Counter[str] = Counter()
        for row in data.counted(month):
            there[row.offer.contributor] += row.persons
        for nation in nations:
            most = ceiling(data.inputs, nation, data.plan.mission, month.replace(day=15))
            limited = limited or most is not None
            total[i] += there[nation] if most is None else most
    return total if limited else None


def _ends(plans: Iterable[list[list[Band]]], lines: Sequence[Spec]) -> list[tuple[float, float]]:
    """Return the ends of the scale of each measure, shared by all plans."""
    found = [[0.0, 1.0] for _ in TITLES]
    for bands in plans:
        for m, parts in enumerate(bands):
            for each in zip(*(band.values for band in parts), strict=True):
                found[m][0] = min(found[m][0], sum(v for v in each if v < 0))
                found[m][1] = max(found[m][1], sum(v for v in each if v > 0))
    found[0][1] = max(found[0][1], *(row["value"] for row in lines))
    return [(1.05 * low, 1.05 * high) for low, high in found]


def _rows(data: PlanData, bands: list[list[Band]], *, what_if: bool) -> Iterator[Spec]:
    """Yield the bars of every month, bands on each other, and the words for the month."""
    for i, month in enumerate(data.months):
        at = {"year": month.year, "month": month.month - 1}
        for m, parts in enumerate(bands):
            yield {"measure": m, **at, "from": 0, "to": 0, "words": _month(data, bands, i)}
            foot = {True: 0.0, False: 0.0}
            for band in parts:
                value = float(band.values[i])
                if value:
                    start = foot[value < 0]
                    foot[value < 0] += value
                    colour = _shade(band.shade, what_if=what_if)
                    ends = {"from": start, "to": start + value, "colour": colour}
                    yield {"measure": m, **at, **ends}


def _month(data: PlanData, bands: list[list[Band]], i: int) -> str:
    """Return the sentence on a month."""
    month, home = data.months[i], data.at_home(data.months[i])
    there = _found(data, month) - home
    text = f"{month:%B %Y}: {number(there)} persons in the theatre"
    text += f", {number(home)} in reserve at home" if home else ""
    text += f", {number(data.needed_persons(month))} asked for."
    moves = [abs(band.values[i]) for band in bands[1]]
    for (relief, new), what, how in zip(
        (moves[:2], moves[2:]), ("arrive", "leave"), ("as a relief", "relieved"), strict=True
    ):
        if relief + new:
            text += f" {number(relief + new)} {what}, {number(relief)} of them {how}."
    opened = [
        f"{data.labels[cell.requirement]} ({cell.needed - cell.present} of {cell.needed})"
        for cell in sorted(data.cells, key=lambda c: not data.lines[c.requirement].critical)
        if cell.month == month and cell.state == "open"
    ]
    if len(opened) > MOST_NAMED:
        more = plural(len(opened) - MOST_NAMED, "more line")
        opened = [*opened[:MOST_NAMED], more]
    return f"{text} {'Open: ' + listed(opened) if opened else 'No line is open'}."


def _table(data: PlanData) -> Table:
    """Return the numbers of the first measure, with what arrives and leaves."""
    arrive, leave = (
        np.sum([np.abs(band.values) for band in parts], axis=0)
        for parts in zip(*[iter(_moves(data))] * 2, strict=True)
    )
    some = [i for i, m in enumerate(data.months) if data.needed_persons(m) or _found(data, m)]
    rows = [
        (
            data.needed_persons(month),
            _found(data, month) - data.at_home(month),
            data.at_home(month),
            _found(data, month) - data.needed_persons(month),
            arrive[i],
            leave[i],
            *([_found(data.without, month)] if data.without else []),
        )
        for i, month in enumerate(data.months)
    ]
    heads = ["Asked for", "In place", "Reserve at home", "Difference", "Arrive", "Leave"]
    heads += ["There and at home without the change"] if data.without else []
    return columns_table(
        "flow",
        "Persons asked for and in place, middle of each month",
        [
            ("Month", [f"{data.months[i]:%Y-%m}" for i in some]),
            *((head, [number(rows[i][k]) for i in some]) for k, head in enumerate(heads)),
        ],
    )
