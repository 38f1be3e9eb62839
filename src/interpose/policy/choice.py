"""Which policy is meant: a name, a file, a class or a function; and what it says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from interpose.errors import InterposeError, ScenarioError, UnknownNameError
from interpose.policy.rules import Conditions, OfFile, Policy, Replay, Required, Timetable
from interpose.scenario import Scenario
from interpose.scenario.checks.policies import too_soon
from interpose.scenario.loading import policy_at
from interpose.scenario.phrases import listed
from interpose.scenario.policies import KINDS

MAKERS: dict[str, Callable[..., Policy]] = {
    "replay": OfFile,
    "timetable": Timetable,
    "conditions": Conditions,
    "required": Required,
}
"""Word in ``kind`` of a policy's file -> its class."""

Asked = str | Path | Callable[[], Policy]
"""How a policy may be asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A policy that was found; called, it makes a fresh one, one a future.

    Attributes
    ----------
    name : str
    rules : mapping
        What its file says, as JSON has it; empty for `replay`; ``{"python": name}`` for a class.
    make : callable
        Makes a policy that has seen nothing yet.
    file : str
        The file, where one was asked for by its path.
    """

    name: str
    rules: Mapping[str, Any] = field(default_factory=dict)
    make: Callable[[], Policy] = field(default=Replay, compare=False)
    file: str = ""

    def __call__(self) -> Policy:
        """Return a policy that has seen nothing yet."""
        return self.make()


def policy_named(asked: Asked | Choice, scenario: Scenario) -> Choice:
    """Return the policy that is meant, set up for `scenario`.

    Parameters
    ----------
    asked : str, Path, class or callable
        ``replay``; the name of a file in ``policies/`` of the scenario, or a kind that only one of
        them has; the path of such a file; a class or function that makes a policy when called with
        nothing.
    scenario : Scenario

    Raises
    ------
    UnknownNameError
        If there is no policy of that name.
    ScenarioError
        With every fault of its file.
    InterposeError
        If it is one policy, and not what makes policies.
    """
    if isinstance(asked, Choice) or asked == "replay":
        return asked if isinstance(asked, Choice) else Choice("replay")
    if callable(asked):
        name = getattr(asked, "__qualname__", type(asked).__name__)
        module = getattr(asked, "__module__", "")
        return Choice(name.rpartition(".")[2], {"python": f"{module}.{name}"}, asked)
    if not isinstance(asked, str | Path):
        msg = "policy: give the class, or a function that makes one: each future has its own."
        raise InterposeError(msg)
    own = Path(scenario.folder or ".") / "policies"
    path = Path(asked)
    is_path = path.suffix == ".toml" or len(path.parts) > 1
    if not is_path:
        path = own / f"{asked}.toml"
    if is_path and not path.is_file():
        msg = f"policy: there is no file {str(asked)!r}; a policy of the scenario is asked by name."
        raise InterposeError(msg)
    if not path.is_file():
        there = sorted(own.glob("*.toml")) if scenario.folder else []
        kinds = {file: _kind_of(file, scenario) for file in there}
        many = Counter(kinds.values())
        alone = {kind: file for file, kind in kinds.items() if kind and many[kind] == 1}
        if str(asked) not in alone:
            names = dict.fromkeys(("replay", *(file.stem for file in there), *alone))
            what = "policy"
            raise UnknownNameError(what, str(asked), names)
        path = alone[str(asked)]
    rules = policy_at(path, scenario).model_dump(mode="json", exclude_defaults=True)
    return choice_of(path.stem, rules, scenario, str(path) if is_path else "")


def _kind_of(path: Path, scenario: Scenario) -> str:
    try:
        return policy_at(path, scenario).kind
    except ScenarioError:  # its faults are told when it is asked for by its name
        return ""


def choice_of(name: str, rules: Mapping[str, Any], scenario: Scenario, file: str = "") -> Choice:
    """Return the policy that a run has kept, or that a file describes.

    Raises
    ------
    InterposeError
        If it was made in Python.
    """
    if "python" in rules:
        msg = f"The policy {rules['python']} was made in Python: go on there, with interpose.run."
        raise InterposeError(msg)
    if not rules:
        return Choice(name)
    read = KINDS[rules["kind"]].model_validate(rules)
    return Choice(name, rules, partial(MAKERS[read.kind], read, scenario), file)


def hasty(choice: Choice, scenario: Scenario) -> str:
    """Say that a policy reviews before violence settles; nothing if it does not."""
    if "begins" not in choice.rules:
        return ""

    def largest(name: str) -> float:
        rows = scenario.parameters.rows()
        return max(row.value for row in rows if row.name.partition("[")[0] == name)

    usual = scenario.header.policy.review_interval_days
    every = choice.rules.get("review_interval_days", usual)
    offspring = largest("retaliation.campaign") + largest("retaliation.revenge")
    why = too_soon(every, largest("retaliation.memory_days"), offspring)
    return why and f"{choice.name} reviews every {every} days. {why}"


def said(rules: Mapping[str, Any]) -> list[str]:
    """Say a policy and its thresholds in plain sentences.

    Examples
    --------
    >>> said({})
    ["contingents come and go as in the scenario's own table"]
    """
    if not rules:
        return ["contingents come and go as in the scenario's own table"]
    if "python" in rules:
        return [f"made in Python, {rules['python']}"]
    sentences = [rules["title"]]
    if rules["kind"] == "timetable":
        sentences += [
            f"{level['strength']:,} soldiers{_part(level)} from {level['date']} on"
            for level in rules["levels"]
        ]
    if rules["kind"] == "conditions":
        steps = listed(f"{level:,}" for level in rules["levels"])
        sentences.append(
            f"from {rules['begins']} on steps down to {steps} when at"
            f" {rules['reviews_in_a_row']} reviews in a row all conditions hold"
        )
        sentences += [_condition(one) for one in rules["conditions"]]
    if rules["kind"] == "required":
        sentences.append(
            f"from {rules['begins']} on the smallest force from {rules['least']:,} to"
            f" {rules['most']:,} with a chance of {rules['measure']} within"
            f" {rules['horizon_months']} months under {rules['target']:g}, by what was reported in"
            f" {rules['months']} months"
        )
    if "begins" in rules:
        sentences.append(
            f"{rules.get('notice_days', 90)} days from an order to fewer,"
            f" {rules.get('back_notice_days', 30)} to more; at least"
            f" {rules.get('minimum_dwell_days', 365)} days at a level before the next step down"
        )
    if reserve := rules.get("reserve"):
        which = listed(name.replace("_", " ") for name in reserve["contingents"])
        sentences.append(
            f"a riot of {reserve['crowd']:,} calls the reserve ({which}), there after"
            f" {reserve['notice_days']} days"
        )
    sentences += [
        f"from {loss['date']} on {loss.get('share', 0.0):.0%} of"
        f" {loss.get('contributor') or 'the force'} stays"
        + (f": {loss['reason']}" if loss.get("reason") else "")
        for loss in rules.get("losses", ())
    ]
    return sentences


def _part(level: Mapping[str, Any]) -> str:
    parts = [level[name].replace("_", " ") for name in ("kind", "area") if level.get(name)]
    return f" ({', '.join(parts)})" if parts else ""


def _condition(one: Mapping[str, Any]) -> str:
    met = [f"{word} {one[name]:g}" for name, word in _SIGNS.items() if name in one]
    which = f" ({', '.join(one['acts'])})" if one.get("acts") else ""
    return f"{one['measure']}{which} a month, mean of {one['months']} months: {', '.join(met)}"


_SIGNS = {
    "at_most": "at most",
    "at_least": "at least",
    "back_above": "back up above",
    "back_below": "back up below",
}
