"""The map of a run: places, force, incidents of the record, and barricades, month by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from interpose.assess.accounting import RIOT, collected
from interpose.assess.totals import mean_totals
from interpose.report.interactive import Spec
from interpose.report.map_view import LONGEST, month_of, over_places, spread
from interpose.report.page import day_as_precise, number, shortened
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import listed
from interpose.scenario.policies import IN_THEATRE

LABELS = 7
"""Places with a name on the map."""

ROAD = "roadblock"
"""Kind of the record's incidents that block a road; the map shows them as long as they last."""

SHOWN_DAYS = 0.05
"""Fewer days with a barricade in a month, on average, are left out of the page."""


def map_of(data: RunData) -> Spec:
    """Return the map of the first screen."""
    header = data.scenario.header
    return over_places(
        data.scenario,
        [int(year) for year in data.years.years],
        (month_of(header.start), month_of(header.end)),
        _places(data),
        list(_force(data)),
        list(_incidents(data)),
        barricades=list(_barricades(data)),
        what_if=data.is_what_if,
        labels=LABELS,
        communities=data.community_names,
    )


def _places(data: RunData) -> list[Spec]:
    rates = data.years.at_place
    return [
        {
            "name": place.name, "lon": round(place.lon, 4), "lat": round(place.lat, 4),
            "n": [round(float(rate), 2) for rate in rates[:, i]],
            "label": "/".join(shortened(one, LONGEST) for one in place.name.split("/")),
            "rank": float(rates[:, i].sum()),
            "people": data.theatre.people[:, i].round().astype(int).tolist(),
        }
        for i, place in enumerate(data.scenario.places)
    ]  # fmt: skip


def _force(data: RunData) -> Iterator[Spec]:
    """Yield who stands where from which month on, by the scenario's table; the 15th counts."""
    places = data.scenario.places
    nations = {row.id: row.name for row in data.scenario.contributors}
    at = {
        base.id: (base.name, places[index])
        for base, index in zip(data.scenario.bases, data.theatre.base_place, strict=True)
    }

    end = 12 * (int(data.years.years[-1]) + 1)
    for row in data.scenario.contingents:
        begins = month_of(row.arrives, half=True)
        ends = month_of(row.departs, half=True) if row.departs else end
        if row.stock in IN_THEATRE and begins < ends:
            name, place = at[row.base]
            yield {
                "name": name, "lon": place.lon, "lat": place.lat, "n": row.strength,
                "nation": nations.get(row.contributor, row.contributor),
                "from": begins, "to": ends,
            }  # fmt: skip


def _incidents(data: RunData) -> Iterator[Spec]:
    """Yield the incidents of the record by date, those of one place beside each other."""
    index = data.theatre.place_index
    doubts = {row: finding.why for finding in data.disagreements for row in finding.rows}
    why_not = collected(data.scenario, data.record).why_not if data.held else {}
    apart = {
        row: "riots are compared apart" if why == RIOT else why.rstrip(".").replace("_", " ")
        for row, why in why_not.items()
    }
    beside: Counter[tuple[int, str]] = Counter()
    for row in sorted(data.record.incidents, key=lambda one: (one.begins, one.id)):
        if row.place not in index:
            continue
        place = data.scenario.places[index[row.place]]
        key = row.begins.year, row.place
        lon, lat = spread(place.lon, place.lat, beside[key])
        beside[key] += 1
        counts = [
            f"{number(count)} {what}"
            for what, count in (("dead", row.deaths), ("injured", row.injured))
            if count
        ]
        told = [
            f"{day_as_precise(row.begins, row.precision)}, {place.name}: {row.summary.rstrip('.')}",
            listed(counts),
            f"Before use: {doubts[row.id].rstrip('.')}" if row.id in doubts else "",
            f"Not among the incidents that are compared: {apart[row.id]}"
            if row.id in apart
            else "",
        ]
        lasts = row.kind == ROAD and row.ends is not None
        first, last = month_of(row.begins), month_of(row.ends if lasts else row.begins)
        if row.precision == "year":  # in no month, but within the year
            first, last = 12 * row.begins.year + 11, 12 * row.begins.year
        yield {
            "from": first, "last": last,
            **({"road": True} if row.kind == ROAD else {}),
            "lon": round(lon, 4), "lat": round(lat, 4), "source": row.source, "row": row.id,
            "title": data.source_title(row.source), "parts": [f"{one}." for one in told if one],
        }  # fmt: skip


def _barricades(data: RunData) -> Iterator[Spec]:
    """Yield where the futures have barricades, by the month in which they go up."""
    theatre = data.theatre
    axes = {"date": theatre.month_starts, "place": theatre.place_ids}
    days = mean_totals(data.run, "barricades", axes, ("days",))["days"]
    year_of = np.asarray(theatre.month_starts).astype("datetime64[Y]").astype(int) + 1970
    first = int(data.years.years[0])
    for i, place in enumerate(data.scenario.places):
        if (days[:, i] >= SHOWN_DAYS).any():
            years = np.bincount(year_of - first, days[:, i], len(data.years.years))
            yield {
                "name": place.name, "lon": round(place.lon, 4), "lat": round(place.lat, 4),
                "years": years.round(1).tolist(), "months": days[:, i].round(1).tolist(),
            }  # fmt: skip
