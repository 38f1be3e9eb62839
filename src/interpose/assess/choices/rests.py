"""What a comparison rests on, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from interpose.assess.choices.differences import is_told
from interpose.ensemble.counted import named
from interpose.scenario.phrases import listed, plural

PARTS = {"monte_carlo": "chance"}
"""The part that no parameter explains, in a word."""


def said(document: Mapping[str, Any], pairs: Mapping[str, int]) -> Iterator[str]:
    """Yield what a comparison rests on, in sentences."""
    for pair in pairs:
        if len(pairs) > 1:
            yield f"{pair}:"
        for name, one in document["differences"].items():
            one = one[pair] if len(pairs) > 1 else one
            if one["mean"] and "null" in one:
                rests = list(_rests_on(one)) if is_told(one) else _untold(one)
                yield f"{named(name)}: {'; '.join(rests)}."
    yield _null_run(document["null_run"])
    helps = document["force_helps"]
    chances = [f"{a.replace('_', ' ')} {p:.0%}" for a, p in helps.items() if p is not None]
    if chances:
        yield f"Chance that soldiers prevent more than they provoke, by act: {', '.join(chances)}."
    if None in helps.values():
        yield "Along the line soldiers are assumed never to provoke, so no chance of that is known."


def _null_run(null: Mapping[str, Any]) -> str:
    """Say what is left of the differences where the force has no effect."""
    left = "a difference is left; see null in --json"
    if not null["pairs"]:
        left = "every one failed, so nothing is known of it"
    elif null["is_zero"]:
        left = "no difference is left"
    elif null["differ_in"]:
        others = listed(name.replace("_", " ") for name in null["differ_in"])
        left = f"a difference is left, for the variants differ in more than the force: in {others}"
    return f"Null run, {plural(null['pairs'], 'future')} in which the force has no effect: {left}."


def month_in_words(month: str) -> str:
    """Return a month of a document as a page says it.

    Examples
    --------
    >>> month_in_words("2011-01")
    'January 2011'
    """
    return f"{dt.date.fromisoformat(month + '-01'):%B %Y}"


def _rests_on(one: Mapping[str, Any]) -> Iterator[str]:
    if one["rests_on_assumed"] is not None and one["null"]["is_zero"]:
        yield _gone(*(one[f"rests_on_assumed{end}"] for end in ("", "_from", "_to")))
    if one["variance"] is not None:
        parts = (f"{PARTS.get(n, n)} {s['share']:.0%}" for n, s in one["variance"].items())
        yield "its variance is " + ", ".join(parts)
    yield from _flips(one["flips_at"])
    if one["top_share"] is not None and abs(one["top_share"]) > 0.1:
        month = one["parted"][0]["month"]
        when = f", and parts in {month_in_words(month)}" if month else ""
        yield f"future {one['top_future']} carries {one['top_share']:.0%} of the mean{when}"


def _gone(share: float, low: float, high: float) -> str:
    """Return what of a difference is gone without assumed effects of the force."""
    effects = "without assumed effects of the force"
    if low > 0.0:
        return f"{share:.0%} of it ({low:.0%} to {high:.0%}) is gone {effects}"
    if high < 0.0:
        return f"it is {-share:.0%} larger ({-high:.0%} to {-low:.0%}) {effects}"
    return f"what of it is gone {effects} cannot be told from nothing ({low:.0%} to {high:.0%})"


def _untold(one: Mapping[str, Any]) -> list[str]:
    flips = one["flips_at"]
    return ["not told from zero", *(_flips(flips) if flips and flips["flips"] else ())]


def _flips(flips: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield whether another effect of soldiers turns the order; nothing if none was drawn."""
    if flips is None:
        return
    if flips["flips"]:
        acts, span = acts_of(flips["parameter"]), f"95 %: {flips['low']:.2g} to {flips['high']:.2g}"
        yield (
            f"the order flips where the effect of soldiers on {acts} is {flips['effect']:.2g} "
            f"({span}), and the table has {flips['table']:.2g}; below nil they provoke"
        )
    elif flips["flips"] is None:
        yield "whether another effect of soldiers flips the order cannot be told"
    else:
        yield "no effect of soldiers that was drawn flips the order"


def acts_of(parameter: str) -> str:
    """Return what the effect of a parameter is on.

    Examples
    --------
    >>> acts_of("effect.troops.background[armed_attack]"), acts_of("effect.troops.retaliation")
    ('armed attack', 'retaliation by other acts')
    """
    name, _, of = parameter.rstrip("]").partition("[")
    act = of.replace("_", " ").replace(".", ", ") or "other acts"
    act = f"{act} along the line" if name.startswith("line.") else act
    return f"retaliation by {act}" if name.endswith(".retaliation") else act
