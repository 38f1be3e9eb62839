"""Crises judged: a table of them read as shocks, a forecast of each, and scores on what came."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import create_model
from scipy.special import expit

from interpose.assess.crises import (
    APART_DAYS,
    CROWD,
    DRAWS,
    FORCE,
    KINDS,
    NAMES,
    RIOT,
    TALKS,
    Fit,
    any_riot,
    fit_of,
    known,
    of_pairs,
    play_crises,
    prior,
)
from interpose.assess.score import skill
from interpose.errors import Fault, InterposeError, ScenarioError, require_known
from interpose.play.theatre import Floats
from interpose.record import Record
from interpose.scenario import Scenario
from interpose.scenario.files import read_table, read_text
from interpose.scenario.phrases import among, shown
from interpose.scenario.tables.mission import Shock, ShockKind
from interpose.scenario.tables.record import Crisis
from interpose.scenario.tables.values import Day, Flag, Identifier, Names, Row

ALWAYS = 0.16
"""The share of all crises with a riot: the forecast of somebody who knows no more."""


class Listed(NamedTuple):
    """Crises to judge: shocks, whether each became a riot if told, and how many came if told."""

    shocks: Sequence[Shock]
    riot: Sequence[bool | None]
    crowds: Sequence[float | None]


# --- a table of crises ---------------------------------------------------------------------------

ACTORS = {
    "none": "", "kfor": "force", "unmik_police": "international_police",
    "eulex": "international_police", "kosovo_police": "local_police",
    "kosovo_special_police": "special_police",
    **{name: name for name in ("force", "international_police", "local_police", "special_police")},
}  # fmt: skip
"""Who acts, as a table may call them -> as ``shocks.csv`` does."""


class CrisisRow(Row):
    """A crisis as a table tells of it; `riot` is read for the scores alone."""

    id: Identifier
    trigger_date: Day
    places: Names
    trigger_kind: ShockKind
    side_mobilised: Names
    authority_acting: Names = "none"
    against: Names = ""
    talks: Flag = False
    crowd_estimate_low: str = ""
    crowd_estimate_high: str = ""
    riot: str = ""


UNREAD = (
    "end_date", "region", "barricades", "armed_attack", "dead", "injured_civil",
    "injured_police", "injured_kfor", "kfor_on_the_spot_before", "riot_trained_on_the_spot",
    "minutes_to_arrival_if_known", "ended_by", "what_happened", "source_title", "source_url",
    "second_source_url", "basis", "confidence", "conflicts_or_gaps",
)  # fmt: skip
"""Columns that may stand in the table too, and that nothing looks at."""

_UNREAD: dict[str, Any] = dict.fromkeys(UNREAD, (str, ""))
WHOLE_ROW = create_model("WHOLE_ROW", __base__=CrisisRow, **_UNREAD)


def read_crises(file: Path, scenario: Scenario, *, given_crowd: bool = False) -> Listed:
    """Read a table of crises; sizes of crowds only if they are `given_crowd`.

    Raises
    ------
    ScenarioError
        With every cell that names a place, kind, side or actor that is not known, by line.
    """
    text = read_text(file.parent, file.name)
    if isinstance(text, Fault):
        raise ScenarioError(str(file.parent), [text], "")
    table, faults = read_table(file.name, text, WHOLE_ROW)
    placed = [(line, row) for line, row in table.rows if isinstance(row, CrisisRow)]
    sides = _largest(scenario)
    for line, row in placed:
        faults += _unknown(file.name, line, row, scenario)
        for field in ("crowd_estimate_low", "crowd_estimate_high") if given_crowd else ():
            if not getattr(row, field).replace(".", "", 1).isdigit() and getattr(row, field):
                found = shown(getattr(row, field))
                faults.append(Fault(file.name, line, field, found, "Must be a number of persons."))
        if not scenario.header.start <= row.trigger_date <= scenario.header.end:
            wanted = (
                f"Must lie within the mission, {scenario.header.start} to {scenario.header.end}."
            )
            faults.append(Fault(file.name, line, "trigger_date", str(row.trigger_date), wanted))
    if not placed and not faults:
        faults = [Fault(file.name, 1, "", "", "There are no rows below the first line; add rows.")]
    if faults:
        raise ScenarioError(str(file.parent), faults, "")
    said = {"y": True, "yes": True, "n": False, "no": False}
    return Listed(
        [_shock(row, sides) for _, row in placed],
        [said.get(row.riot.lower()) for _, row in placed],
        [_crowd(row) for _, row in placed] if given_crowd else [],
    )


def _largest(scenario: Scenario) -> str:
    """Return the two largest communities, which ``both`` means."""
    people = {one.id: 0 for one in scenario.header.communities}
    for row in scenario.people:
        people[row.community] += row.persons
    return ";".join(sorted(sorted(people, key=lambda one: -people[one])[:2]))


def _unknown(file: str, line: int, row: CrisisRow, scenario: Scenario) -> Iterator[Fault]:
    communities = {one.id for one in scenario.header.communities}
    lists = {
        "places": {"all", *(place.id for place in scenario.places)},
        "side_mobilised": {"both", *communities},
        "authority_acting": set(ACTORS),
        "against": {"", "authorities", *communities},
    }
    for field, allowed in lists.items():
        for name in getattr(row, field).split(";"):
            if name not in allowed:
                yield Fault(file, line, field, shown(name), f"Not known.{among(name, allowed)}")


def _shock(row: CrisisRow, sides: str) -> Shock:
    """Return a row as a shock; a death or rumour is laid to the other of the two largest sides."""
    who = sides if row.side_mobilised == "both" else row.side_mobilised
    blamed = row.trigger_kind in ("killing", "rumour")
    meet = row.side_mobilised == "both" and row.trigger_kind == "other"
    other = sides if meet or who == sides else ";".join(s for s in sides.split(";") if s not in who)
    acting = dict.fromkeys(filter(None, (ACTORS[one] for one in row.authority_acting.split(";"))))
    return Shock(
        id=row.id,
        date=row.trigger_date,
        name=row.id,
        kind=row.trigger_kind,
        places=row.places,
        community=who,
        against=row.against or (other if blamed or meet else "authorities"),
        acting=";".join(acting),
        talks=row.talks,
        basis="assumed",
        source="asked",
    )


def _crowd(row: CrisisRow) -> float | None:
    given = [float(cell) for cell in (row.crowd_estimate_low, row.crowd_estimate_high) if cell]
    return sum(given) / len(given) if given else None


# --- forecasts and scores -------------------------------------------------------------------------


def judge_crises(
    scenario: Scenario,
    record: Record,
    listed: Listed | None = None,
    fit_until: int | None = None,
    *,
    play: Collection[str] = (),
) -> dict[str, Any]:
    """Return a forecast of each crisis, the parameters, and scores where outcomes are known.

    Without a list, the shocks that ``record/crises.csv`` has. `fit_until` is the last year that is
    fitted to, and the last one that is not scored; without it all other crises judge each.
    The scenario's note on its crises stands with their scores, not with those of a list.
    `play` are the ids of those to be played from the eve: 500 futures of one, 100 of each of more.
    """
    outcome = {row.shock: row for row in record.crises}
    ours = [shock for shock in scenario.shocks if shock.id in outcome]
    if not listed and not ours:
        msg = f"{scenario.header.name} has no record/crises.csv; name a table of crises to judge."
        raise InterposeError(msg)
    shocks, riot, crowds = listed or Listed(ours, [outcome[s.id].riot for s in ours], [])
    own = [shock for shock in ours if outcome[shock.id].basis != "assumed"]
    require_known("crisis", play, [shock.id for shock in shocks])
    past, asked = known(scenario, record, own), known(scenario, record, shocks, crowds)
    happened = np.array([outcome[s.id].riot for s in own], dtype=np.float64)
    in_time = np.array([s.date.year <= (fit_until or 9999) for s in own], dtype=np.bool_)
    use = in_time & (np.abs(past.day - asked.day[:, None]) > APART_DAYS)
    before = prior(scenario)
    fits: dict[tuple[bytes, int], Floats] = {}
    law: dict[int, Floats] = {}
    crowd, uproar = np.zeros((2, DRAWS, len(asked.crisis)))
    base = np.zeros(len(shocks))
    for i, some in enumerate(use):
        which = some.tobytes(), int(asked.day[i])
        if which not in fits:
            fits[which] = fit_of(before, past, happened, some, which[1]).draws()
        if shocks[i].id in play:
            law[i] = fits[which]
        here = asked.crisis == i
        both = of_pairs(fits[which], asked)
        crowd[:, here], uproar[:, here] = both[0][:, here], both[1][:, here]
        alike = some & (past.kind == asked.kind[i])
        overall = happened[some].mean() if some.any() else ALWAYS
        base[i] = (happened[alike].sum() + 2 * overall) / (alike.sum() + 2)
    chances = any_riot(crowd, uproar, asked)
    played = play_crises(scenario, record, shocks, asked, law) if law else {}
    rows = _rows(shocks, riot, chances, base, outcome, played)
    judged = [
        row
        for row, shock in zip(rows, shocks, strict=True)
        if row["riot"] is not None and shock.date.year > (fit_until or 0)
    ]
    scores = _scores(judged) if judged else None
    if scores and not listed:
        scores["note"] = scenario.header.crises_note
    newest = int(asked.day.max(initial=0))
    every = fit_of(before, past, happened, in_time, newest)
    return {
        "fit_until": fit_until,
        "fitted_to": int(in_time.sum()),
        "crises": rows,
        "parameters": _told(before, every),
        "scores": scores,
    }


def _rows(
    shocks: Sequence[Shock],
    riot: Sequence[bool | None],
    chances: Floats,
    base: Floats,
    outcome: Mapping[str, Crisis],
    played: Mapping[int, Mapping[str, Floats]],
) -> list[dict[str, Any]]:
    """Return the forecast of each crisis, what came of it in its futures, and in the record."""
    return [
        {
            "id": shock.id,
            "date": shock.date.isoformat(),
            "kind": shock.kind,
            "riot_chance": float(chances[:, i].mean()),
            "riot_low": float(np.quantile(chances[:, i], 0.05)),
            "riot_high": float(np.quantile(chances[:, i], 0.95)),
            **_ranges(played.get(i)),
            "recorded": _recorded(outcome.get(shock.id)),
            "base_rate_of_kind": float(base[i]),
            "riot": riot[i],
        }
        for i, shock in enumerate(shocks)
    ]


def _ranges(played: Mapping[str, Floats] | None) -> dict[str, Any]:
    """Return the share of futures with a riot, and 5, 50 and 95 % points of what they have."""
    if played is None:
        return {}
    points = {name: np.quantile(of, [0.05, 0.5, 0.95]) for name, of in played.items()}
    told = {
        "futures": len(played["riots"]),
        "riot_chance_played": float((played["riots"] > 0).mean()),
    }
    return told | {name: of.astype(int).tolist() for name, of in points.items()}


def _recorded(came: Crisis | None) -> dict[str, int | None]:
    """Return what the record counts of a crisis, as far as it does."""
    if came is None:
        return {}
    return {
        "dead": came.dead,
        "hurt_civil": came.injured_civil,
        "hurt_police": came.injured_police,
        "hurt_force": came.injured_force,
    }


def _told(before: Fit, after: Fit) -> list[dict[str, Any]]:
    """Return the 5, 50 and 95 % points of each parameter before and after the fit."""
    told = []
    for i, name in enumerate((*NAMES, *(f"kind {kind}" for kind in KINDS))):
        points = {}
        for word, drawn in (("prior", before.draws()), ("fitted", after.draws())):
            value = expit(drawn[:, i]) if i in (CROWD, RIOT) else np.exp(drawn[:, i])
            points[word] = np.quantile(value, [0.05, 0.5, 0.95]).tolist()
        told.append({"name": name, **points, "is_fitted": i not in (FORCE, TALKS)})
    return told


def _scores(judged: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return Brier and log score of ours and both rivals, and in words who is better."""
    came = np.array([row["riot"] for row in judged], dtype=np.float64)
    ours = np.array([row["riot_chance"] for row in judged])
    rivals = {
        "the base rate by kind": np.array([row["base_rate_of_kind"] for row in judged]),
        f"always {ALWAYS:.0%}": np.full(len(judged), ALWAYS),
    }
    found: dict[str, Any] = {
        "crises": len(judged),
        "riots": int(came.sum()),
        "ours": _both(ours, came),
    }
    found["mean_of_quiet"] = float(ours[came == 0].mean()) if (came == 0).any() else None
    words = []
    for name, rival in rivals.items():
        brier, low, high = skill((ours - came) ** 2, (rival - came) ** 2, block=1)
        found[name] = _both(rival, came) | {"less_brier": [low, brier, high]}
        word = "better than" if brier > 0 else "not better than"
        doubt = "" if low > 0 or brier <= 0 else ", which chance could explain"
        words.append(
            f"Forecasts are {word} {name}: Brier score {found['ours']['brier']:.3f} against "
            f"{found[name]['brier']:.3f}, {abs(brier):.0%} {'less' if brier > 0 else 'more'} "
            f"(90 % interval of what is gained {low:+.0%} to {high:+.0%}{doubt})."
        )
    return found | {"words": words}


def _both(chances: Floats, came: Floats) -> dict[str, float]:
    of_what_came = np.where(came == 1, chances, 1 - chances)
    brier = float(((chances - came) ** 2).mean())
    return {"brier": brier, "log_score": float(-np.log(np.maximum(of_what_came, 1e-9)).mean())}
