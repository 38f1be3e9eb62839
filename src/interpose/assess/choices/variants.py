"""From what a user names to the variants that are played."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interpose.ensemble.paired import Variant
from interpose.errors import InterposeError
from interpose.plan.planning import scenario_with_plan
from interpose.policy import Choice, policy_named
from interpose.scenario import Scenario, load, sound

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
