"""Policies, plans and changed scenarios compared on the same futures, and what the answer rests on.

A difference is that of one future under two variants: the draws are the same, so it is nothing but
what the variants do. Each is shown with the interval of its mean, its distribution, the futures
that make it, the **null run** (no effect of the force: nothing may be left of it), and the shares
of its variance that assumed, fitted and published parameters and mere chance have.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.assess.choices.differences import (
    SPAN,
    by_parameter,
    by_part,
    flip,
    is_told,
    is_zero,
    mean_of,
    share_gone,
    shares_of_variance,
    spread_of,
)
from interpose.assess.choices.rests import Given, day_of, said, variants_of
from interpose.ensemble.counted import MEASURES, WEEK_RIOTS, parts_of
from interpose.ensemble.paired import Plan, Played, play_each
from interpose.ensemble.running import Progress
from interpose.errors import InterposeError
from interpose.fit import chance_that_force_helps
from interpose.play.roads_and_lines import is_along
from interpose.policy import hasty
from interpose.scenario import Scenario
from interpose.scenario.phrases import plural
from interpose.scenario.steps import PLAYED

Floats = NDArray[np.float64]

NULL_FUTURES = {True: 20, False: 50}
"""Futures of a null run, of all effects (nothing differs in it) and of the assumed ones."""

FEW = 30
"""Futures below which an answer is not to be relied on."""

TOP = 5
"""Futures named that make a difference."""

NIL = {
    "effect.troops.background": 0.0,
    "effect.troops.retaliation": 0.0,
    "response.reduction": 0.0,
    "riot.force": 1.0,
    "riot.houses_per_1000": 0.0,
    "riot.sites_per_1000": 0.0,
    "barricades.operation_per_day": 0.0,
    "movement.escort_most_share": 0.0,
    "movement.half_presence": 1e30,
    "return.guard_weight": 0.0,
    "targets.enough_per_1000": 0.0,
    "line.effect.background": 0.0,
    "line.effect.retaliation": 0.0,
    "line.watched.background": 0.0,
    "line.watched.retaliation": 0.0,
    "line.liaison": 0.0,
    "line.enough_per_km": 0.0,
}
"""What the force does -> the value at which it does nothing. Houses and sites burn in as far as
nobody holds the crowd, so that in the null run none burns; and as many acts strike a force that is
gone as one that stays, for that they cannot is an effect of its being there, too."""

EFFECTS = ("effect.troops.", "line.effect.", "line.watched.")
"""Rows that say what soldiers prevent by being there: among inhabitants, and along a line."""

BACKGROUND = "effect.troops.background"
"""Of them those of violence that no other brought about; retaliation is cut at nil."""

FORCE = ("areas", "bases", "contingents", "contributors", "lines", "sources")
"""Tables that change nothing where the force has no effect."""

NOT_BY_EFFECT = ("soldier_months", "money")
"""Measures that differ even if the force does nothing."""


def compare(
    variants: Mapping[str, Given],
    scenario: Scenario | str | Path | None = None,
    *,
    futures: int = 500,
    seed: int = 1,
    since: dt.date | str | None = None,
    draw: bool = True,
    workers: int | None = None,
    out: Path | str | None = None,
    fresh: bool = False,
    cost: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Comparison:
    """Play variants on the same futures and compare them with the first.

    Parameters
    ----------
    variants : mapping
        Name -> a changed ``Scenario``, the name of a policy, the Path of a plan, or a dict of
        ``scenario``, ``policy`` and ``plan``.
    scenario : Scenario, str or Path, optional
        For variants that bring none; default: that of the first variant with one.
    futures : int
        How many; each is played once for every variant.
    since : date, optional
        The variants share their past up to this day, and sums count from it. Without it they are
        parted on the first day on which they may differ, and sums count from the first.
    out : Path, optional
        Folder in which the plays are kept; killed, the same call resumes them.
    fresh : bool
        Play again what is in the folder.
    cost : float, optional
        Of a soldier for a month, in any money: adds the measure ``money``.

    Raises
    ------
    InterposeError
        If there are fewer than two variants, or a value is out of range.
    UnknownNameError
        If there is no such policy.
    """
    if not isinstance(variants, Mapping) or len(variants) < 2:
        msg = "compare: name two variants or more, {'half': ...}; all are compared with the first."
        raise InterposeError(msg)
    if cost is not None and not 0.0 <= cost < math.inf:
        msg = f"compare: a soldier-month costs {cost:g}. Must be a number, 0 or more."
        raise InterposeError(msg)
    named = tuple(variants_of(variants, scenario))
    day = None if since is None else day_of(since, "--from", named[0].scenario)
    plan = Plan(named, seed, futures, draw, day)
    folder = None if out is None else Path(out)

    nulls = [
        replace(one, values=_nil(plan, every=every), futures=min(futures, NULL_FUTURES[every]))
        for every in (True, False)
        for one in plan.variants
    ]
    whole = replace(plan, variants=(*plan.variants, *nulls), by_part=len(plan.variants))
    found = play_each(whole, folder, workers=workers, fresh=fresh, progress=progress)
    many = len(variants)
    played, null, assumed = (found.of(range(k * many, (k + 1) * many)) for k in range(3))
    if not len(played.number):
        msg = f"compare: every future failed; the first: {next(iter(played.failed.values()))}"
        raise InterposeError(msg)
    return Comparison(plan, played, null, assumed, cost)


def _nil(plan: Plan, *, every: bool) -> dict[str, float]:
    """Return the rows of a null run: all that the force does, or what is assumed of it."""
    rows = plan.variants[0].scenario.parameters.rows()
    named = [(row.name, row.name.partition("[")[0], row.basis) for row in rows]
    return {full: NIL[n] for full, n, basis in named if n in NIL and (every or basis == "assumed")}


@dataclass(frozen=True)
class Comparison:
    """Variants on the same futures.

    Attributes
    ----------
    plan : Plan
    played, null, null_assumed : Played
        As they are; with no effect of the force; with none of its assumed effects.
    cost : float, optional
        Of a soldier-month.
    """

    plan: Plan
    played: Played
    null: Played
    null_assumed: Played
    cost: float | None = None

    @property
    def names(self) -> list[str]:
        """Of the variants; the others are compared with the first."""
        return [one.name for one in self.plan.variants]

    def sums(self, played: Played | None = None) -> dict[str, Floats]:
        """Return measure -> (future, variant) its sum over the days that count."""
        counts = (played or self.played).counts
        found = {name: counts[:, :, m] for m, name in enumerate(MEASURES)}
        found["riot_week"] = (found["riot_week"] >= WEEK_RIOTS).astype(float)
        if self.cost is not None:
            found["money"] = self.cost * found["soldier_months"]
        return found

    def document(self) -> dict[str, Any]:
        """Return the answer as JSON has it; nothing in it is NaN, and what is unknown is null."""
        sums, null, assumed = (self.sums(p) for p in (self.played, self.null, self.null_assumed))
        pairs = self._pairs()
        shares = {
            v: shares_of_variance(
                {n: d[:, v] - d[:, 0] for n, d in sums.items()}, self.played.drawn, self._bases()
            )
            for v in pairs.values()
        }
        differences: dict[str, Any] = {}
        for name, values in sums.items():
            by_pair = {
                pair: self._difference(name, v, values, null[name], assumed[name], shares[v][name])
                for pair, v in pairs.items()
            }
            differences[name] = by_pair if len(pairs) > 1 else next(iter(by_pair.values()))
        header = self.plan.variants[0].scenario.header
        same = min(self.plan.day, self.plan.theatres[0].days)
        found = {
            "scenario": header.name,
            "policies": self.names,
            "baseline": self.names[0],
            "pairs": len(self.played.number),
            "seed": self.plan.seed,
            "counted_from": str(self.plan.since or header.start),
            "same_until": str(header.start + dt.timedelta(same)),
            "failed": {str(n): why for n, why in self.played.failed.items()},
            "units": {n: self.unit(n) for n in sums},
            "measures": {
                name: {v: mean_of(values[:, i]) for i, v in enumerate(self.names)}
                for name, values in sums.items()
            },
            "differences": differences,
            "force_helps": self.helps(),
            "null_run": self._null_run(null),
            "warnings": self.warnings(),
        }
        split = by_part(self.played.parts, parts_of(self.plan.theatres[0]), self.names, [*pairs])
        return {**found, **split, "said": list(said(found, pairs))}

    def _null_run(self, null: Mapping[str, Floats]) -> dict[str, Any]:
        through = [d - d[:, :1] for name, d in null.items() if name not in NOT_BY_EFFECT]
        return {
            "pairs": len(self.null.number),
            "nil": _nil(self.plan, every=True),
            "failed": len(self.null.failed),
            "is_zero": all(is_zero(d[:, v]) for d in through for v in self._pairs().values()),
            "differ_in": list(self._differ_in()),
        }

    def _differ_in(self) -> Iterator[str]:
        """Yield the tables, but for those of the force, in which the variants differ."""
        for name in (*PLAYED, "header"):
            given = [getattr(one.scenario, name) for one in self.plan.variants]
            if name not in FORCE and any(one != given[0] for one in given):
                yield "settings" if name == "header" else name

    def _pairs(self) -> dict[str, int]:
        return {f"{self.names[v]} against {self.names[0]}": v for v in range(1, len(self.names))}

    def warnings(self) -> list[str]:
        """Return what is to be known before the numbers are believed."""
        found = [
            f"{self.names[v]} plays as {self.names[0]} does: nothing differs in any future."
            for v in range(1, len(self.names))
            if (self.played.totals[:, v] == self.played.totals[:, 0]).all()
        ]
        found += filter(None, (hasty(one.policy, one.scenario) for one in self.plan.variants))
        if self.played.failed:
            number, why = next(iter(self.played.failed.items()))
            found.append(
                f"{len(self.played.failed)} of {self.plan.futures} futures failed under a variant "
                f"and are left out of all of them; the first, {number}: {why}"
            )
        if len(self.played.number) < FEW:
            found.append(
                f"Only {plural(len(self.played.number), 'future')}: no difference is told from "
                "chance."
            )
        return found

    def unit(self, name: str) -> str:
        """Return the unit of a measure."""
        return MEASURES[name][0] if name in MEASURES else "money"

    def _difference(
        self, name: str, v: int, values: Floats, null: Floats, assumed: Floats, shares: object
    ) -> dict[str, Any]:
        d = values[:, v] - values[:, 0]
        nil = null[:, v] - null[:, 0]
        found = {
            **mean_of(d),
            "share_better": float((d < 0).mean()),
            "share_worse": float((d > 0).mean()),
            **spread_of(d, self.played.number),
            "parted": self._parted_on(d, v),
        }
        if name in NOT_BY_EFFECT:
            return found
        return {
            **found,
            "null": {**mean_of(nil), "is_zero": is_zero(nil)},
            **self._rest(d, assumed[:, v] - assumed[:, 0], found),
            "flips_at": self._flip(d),
            "variance": shares,
            "parameters": by_parameter(d, self.played.drawn, self.played.names)[:TOP],
        }

    def _rest(self, d: Floats, left: Floats, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return the share of a mean difference that is gone without assumed effects.

        None where the difference is not told from zero: it would be a share of nothing.
        """
        both = np.isin(self.played.number, self.null_assumed.number)
        kept = np.isin(self.null_assumed.number, self.played.number)
        share = share_gone(d[both], left[kept]) if is_told(one) else dict.fromkeys(SPAN)
        return {
            "rests_on_assumed": share["mean"],
            "rests_on_assumed_from": share["low"],
            "rests_on_assumed_to": share["high"],
        }

    def _parted_on(self, d: Floats, v: int) -> list[dict[str, Any]]:
        """Return the futures that make the difference, and the months in which they part."""
        months = self.plan.theatres[0].month_starts
        order = np.argsort(-np.abs(d), kind="stable")[:TOP]
        return [
            {
                "future": int(self.played.number[i]),
                "difference": float(d[i]),
                "month": str(months[month])[:7]
                if (month := self.played.parted[i, v]) >= 0
                else None,
            }
            for i in order
            if d[i] != 0
        ]

    def _bases(self) -> list[str]:
        rows = {row.name: row.basis for row in self.plan.variants[0].scenario.parameters.rows()}
        return [rows[name] for name in self.played.names]

    def _flip(self, d: Floats) -> dict[str, Any] | None:
        names, drawn = self.played.names, self.played.drawn
        found = flip(d, {n: drawn[:, i] for i, n in enumerate(names) if n.startswith(EFFECTS)})
        rows = self.plan.variants[0].scenario.parameters.rows()
        of = {row.name: row.value for row in rows}
        return found and {**found, "table": of[found["parameter"]]}

    def helps(self) -> dict[str, float | None]:
        """Return act -> the chance that presence prevents more of it than it provokes.

        Acts without an effect of their own are called ``other acts``. Of acts along a line the
        format allows no effect below nil, so the chance is not known.
        """
        scenario, forces = self.plan.variants[0].scenario, self.plan.theatres[0].lines.forces
        kinds, rows = scenario.incident_types, scenario.parameters
        known = {row.name for row in rows.rows()}
        acts = dict.fromkeys(str(one.act) for one in kinds if not is_along(one, forces))
        own = {act: act for act in acts if f"{BACKGROUND}[{act}]" in known}
        others = {"other acts": ""} if len(own) < len(acts) else {}
        named = {**own, **others}
        along = ["acts along the line"] if any(is_along(one, forces) for one in kinds) else []
        unknown = dict.fromkeys(along)
        return {name: chance_that_force_helps(rows, act) for name, act in named.items()} | unknown
