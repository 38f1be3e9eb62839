"""What UN troops do to events by GED and Geo-PKO, as decision 0039 planned it.

::

    python benchmarks/presence_effect.py FOLDER [--one-degree]

FOLDER holds ``events/ucdp_ged_v21_1_global_prec12.parquet`` and, in ``presence/``,
``geopko_v2_1_map_month.csv.gz`` and ``un_mission_start_end.csv.gz``. Prints every model run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from interpose.fit.effect import designs_of, drift_of, judge

FIRST, LAST, MARGIN = 1994, 2020, 24
OBSERVERS = ("UNMOGIP", "UNDOF", "UNTSO")
CLOSED = ("ONUB", "UNMIS", "MINURCAT", "UNOCI", "UNMIL", "UNAMSIL", "UNMISET")
GED_NAMES = {
    "Bosnia and Herzegovina": "Bosnia-Herzegovina",
    "DRC": "DR Congo (Zaire)",
    "North Macedonia": "Macedonia, FYR",
    "Timor-Leste": "Indonesia",
    "Western Sahara": "Morocco",
}
MONTHS = 12 * (LAST - FIRST + 1)


def read(folder: Path, size: float):
    """Return events by type, thousand soldiers, what is seen, and closures by (cell, month)."""
    bases = pd.read_csv(folder / "presence/geopko_v2_1_map_month.csv.gz", low_memory=False)
    bases = bases[~bases.mission.isin(OBSERVERS) & bases.lat.notna()]
    print(f"{bases.no_troops_num.isna().sum()} strengths are unknown and left out")
    bases = bases.assign(month=12 * (bases.year - FIRST) + bases.month - 1)
    ended = pd.read_csv(folder / "presence/un_mission_start_end.csv.gz").set_index("acronym").end
    some = bases[bases.no_troops_num > 0]
    some = some.assign(
        country=some.country.replace("Ethiopia/Eritrea", "Eritrea").replace(GED_NAMES)
    )
    events = pd.read_parquet(folder / "events/ucdp_ged_v21_1_global_prec12.parquet")
    when = pd.to_datetime(events.date_start)
    events = events.assign(month=12 * (when.dt.year - FIRST) + when.dt.month - 1)
    window = some.groupby("country").month.agg(["min", "max"])
    window["max"] = [
        max(_end(ended, bases, mission) for mission in some[some.country == name].mission.unique())
        for name in window.index
    ]
    events = events[events.country.isin(window.index) & events.month.between(0, MONTHS - 1)]
    place = {}
    for frame in (events, some):
        cells = zip(
            np.floor(frame.lat / size), np.floor(frame.lon / size), frame.country, strict=True
        )
        for cell in cells:
            place.setdefault(cell, len(place))
    seen = np.zeros((len(place), MONTHS), dtype=bool)
    for (_, _, country), i in place.items():
        first, last = window.loc[country]
        seen[i, max(first - MARGIN, 0) : last + MARGIN + 1] = True
    number = lambda frame: [  # noqa: E731
        place[c]
        for c in zip(
            np.floor(frame.lat / size), np.floor(frame.lon / size), frame.country, strict=True
        )
    ]
    counts = {}
    for kind in ("all", "state-based", "non-state", "one-sided"):
        own = events if kind == "all" else events[events.type == kind]
        counts[kind] = np.zeros((len(place), MONTHS))
        np.add.at(counts[kind], (number(own), own.month.to_numpy(int)), 1)
    troops, closed = np.zeros((len(place), MONTHS)), np.zeros((len(place), MONTHS), dtype=bool)
    for mission, own in some.groupby("mission"):
        dates = np.sort(bases[bases.mission == mission].month.unique())
        until = np.append(dates[1:], max(_end(ended, bases, mission), dates[-1] + 1))
        for begins, ends in zip(dates, until, strict=True):
            rows = own[own.month == begins]
            for i, strength in zip(number(rows), rows.no_troops_num, strict=True):
                troops[i, max(begins, 0) : ends] += strength / 1000
                if mission in CLOSED and begins == dates[-1] and ends < MONTHS:
                    closed[i, ends] = True
    return counts, troops, seen, closed


def _end(ended, bases, mission: str) -> int:
    """Return the month in which a mission was gone."""
    text = ended.get(mission, "Present")
    if not isinstance(text, str) or "Present" in text:
        last = bases[bases.mission == mission].month.max()
        return MONTHS if last >= MONTHS - 18 else int(last) + 6
    when = pd.to_datetime(text)
    return 12 * (when.year - FIRST) + when.month


def tell(name: str, y, x, seen, elsewhere=None) -> None:
    """Print every design and the verdict."""
    found = designs_of(y, x, elsewhere, seen)
    said = judge(found, drift_of(x), elsewhere=elsewhere is not None)
    print(f"\n{name}: {int(y[seen].sum()):,} events, {len(y):,} cells, drift {drift_of(x):.2f}")
    for one in found:
        three = one.interval or (np.nan,) * 3
        p = np.nan if one.leads_p is None else one.leads_p
        print(
            f"  {one.name:12} {one.places:5}  {three[1]:+.2f} ({three[0]:+.2f} to {three[2]:+.2f})"
            f"  leads p {p:.3f}"
        )
    print(f"  identified: {said.identified}. {said.why}", flush=True)


def main() -> None:
    """Run the plan."""
    folder, size = Path(sys.argv[1]), 1.0 if "--one-degree" in sys.argv else 0.5
    counts, troops, seen, closed = read(folder, size)
    for kind, y in counts.items():
        tell(kind, y, troops, seen)
    if size == 0.5:
        tell("closed missions alone", counts["all"], troops, seen, closed)
        other = np.random.default_rng(1).permutation(len(troops))
        tell("shuffled between cells", counts["all"], troops[other], seen)
        late = np.zeros(troops.shape)
        late[:, 24:] = troops[:, :-24]
        tell("two years late", counts["all"], late, seen)


if __name__ == "__main__":
    main()
