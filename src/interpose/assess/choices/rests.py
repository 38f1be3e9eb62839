"""What is compared, from what a user names; and what a comparison rests on, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from interpose.assess.choices.differences import is_told
from interpose.ensemble.counted import named
from interpose.ensemble.paired import Variant
from interpose.errors import InterposeError
from interpose.plan.planning import scenario_with_plan
from interpose.policy import Choice, policy_named
from interpose.scenario import Scenario, load, sound
from interpose.scenario.phrases import listed, plural

Given = Any
"""A Scenario, a policy (name, file as text, class or function), the Path of a plan, or a dict."""


def variants_of(
    given: Mapping[str, Given], scenario: Scenario | str | Path | None
) -> list[Variant]:
    """Return what is to be compared, checked.

    Raises
    ------
    InterposeError
        If it cannot be told what is meant.
    """
    parted = {name: _parted(name, one) for name, one in given.items()}
    if scenario is None:
        scenario = next((one["scenario"] for one in parted.values() if "scenario" in one), None)
    if scenario is None:
        msg = "compare: no scenario is given; say scenario=..., a name, a folder or what load gave."
        raise InterposeError(msg)
    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    known: dict[int, Scenario] = {}
    found = []
    for name, one in parted.items():
        own = one.get("scenario", base)
        own = own if isinstance(own, Scenario) else load(own)
        own = known.setdefault(id(own), sound(own))
        if "plan" in one:
            own = scenario_with_plan(own, Path(one["plan"]))
        found.append(Variant(name, own, policy_named(one.get("policy", "replay"), own)))
    return found


def day_of(value: dt.date | str, option: str, scenario: Scenario) -> dt.date:
    """Return a day that is given as such, or in words.

    Raises
    ------
    InterposeError
        If it is none.
    """
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except ValueError as error:
        msg = f"{option} {value!r}: must be a day, such as {scenario.header.start}."
        raise InterposeError(msg) from error


def _parted(name: str, one: Given) -> dict[str, Any]:
    if isinstance(one, Scenario):
        return {"scenario": one}
    is_file = isinstance(one, Path) and one.suffix == ".toml"
    if is_file or isinstance(one, str | Choice) or callable(one):
        return {"policy": one}
    if isinstance(one, Path):
        return {"plan": one}
    if isinstance(one, Mapping) and one.keys() <= {"scenario", "policy", "plan"}:
        return dict(one)
    msg = (
        f"compare: {name} is {type(one).__name__}. Must be a Scenario; the name of a policy, its "
        "file, its class or a function that makes one; the Path of a plan; or a dict of these: "
        "{'scenario': ..., 'policy': ..., 'plan': ...}."
    )
    raise InterposeError(msg)


# --- what is compared -----------------------------------------------------------------------------

CARRIES = 0.1
"""Share of a mean that one future has, from which on it is named."""


def said(document: Mapping[str, Any], pairs: Mapping[str, int]) -> Iterator[str]:
    """Yield what a comparison rests on, in sentences."""
    for pair, variant in pairs.items():
        if len(pairs) > 1:
            yield f"{pair}:"
        found = document["differences"].items()
        ones = {named(name): one[pair] if len(pairs) > 1 else one for name, one in found}
        ones = {name: one for name, one in ones.items() if one["mean"] and "null" in one}
        told = {name: one for name, one in ones.items() if is_told(one)}
        if len(told) < len(ones):
            yield f"Not told from zero: {listed(name for name in ones if name not in told)}."
        yield from _flips(ones, told, document["policies"][variant])
        yield from _gone(told)
        yield from _carried(told)
    yield _null_run(document["null_run"])
    helps = document["force_helps"]
    chances = [f"{a.replace('_', ' ')} {p:.0%}" for a, p in helps.items() if p is not None]
    if chances:
        yield f"Chance that soldiers prevent more than they provoke, by act: {', '.join(chances)}."
    if None in helps.values():
        yield "Along the line soldiers are assumed never to provoke, so no chance of that is known."


def _flips(ones: Mapping[str, Any], told: Mapping[str, Any], variant: str) -> Iterator[str]:
    """Yield whether another effect of soldiers turns the order of each measure."""
    turned = {name: one["flips_at"] for name, one in ones.items() if one["flips_at"]}
    for name, one in turned.items():
        if one["flips"]:
            first, last = (one["by_effect"][end]["mean"] for end in (0, -1))
            below, above = ("lower", "higher") if first < last else ("higher", "lower")
            effect = f"{one['effect']:.2g} (95 %: {one['low']:.2g} to {one['high']:.2g})"
            yield (
                f"{name[0].upper()}{name[1:]}: {below} with “{variant}” if the effect of soldiers "
                f"on {acts_of(one['parameter'])} is below {effect}, {above} if it is above; "
                f"the table has {one['table']:.2g}."
            )
    if any(one["flips"] for one in turned.values()):
        yield "An effect below nil: soldiers provoke more of such acts than they prevent."
    same, open_still = (
        [name for name, one in turned.items() if name in told and one["flips"] is kind]
        for kind in (False, None)
    )
    if same:
        yield f"No effect of soldiers that was drawn turns the order of {listed(same)}."
    if open_still:
        yield (
            f"Whether another effect of soldiers turns the order of {listed(open_still)}, these "
            "futures cannot tell."
        )


def _gone(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of the differences is gone without assumed effects of the force."""
    gone, more, unknown = list[str](), list[str](), list[str]()
    for name, one in told.items():
        if one["null"]["is_zero"]:
            ends = (one[f"rests_on_assumed{end}"] for end in ("", "_from", "_to"))
            share, low, high = (np.nan if end is None else end for end in ends)
            if low > 0.0:
                gone.append(f"{name} {share:.0%} ({low:.0%} to {high:.0%})")
            elif high < 0.0:
                more.append(f"{name} {-share:.0%} ({-high:.0%} to {-low:.0%})")
            else:
                unknown.append(name)
    rests = "rests on effects of the force that are assumed, not measured"
    if gone:
        yield f"Share of the difference that {rests}: {', '.join(gone)}."
    if more:
        yield f"Larger without the assumed effects of the force: {', '.join(more)}."
    if unknown:
        yield f"Whether that of {listed(unknown)} {rests}, these futures cannot tell."


def _carried(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield the futures that carry much of a mean difference."""
    for name, one in told.items():
        if one["top_share"] is not None and abs(one["top_share"]) > CARRIES:
            month = one["parted"][0]["month"]
            when = f"; its events part in {month_in_words(month)}" if month else ""
            share = f"{one['top_share']:.0%} of the difference in {name}"
            yield f"Future {one['top_future']} alone carries {share}{when}."


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
