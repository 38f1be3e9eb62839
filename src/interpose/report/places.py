"""Maps: where incidents are expected, where the force stands, and the roads between."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from numpy.typing import NDArray

from interpose.report import drawing
from interpose.report.material import Material
from interpose.report.parts import Figure, Section, Table, words
from interpose.report.wording import day, number, short, shortened

EARTH_KM = 6371.0
LABELS = 7
"""Places with a name on each map."""

RECENT_YEARS = 5
MOST_POINTS = 330.0
"""Area of the largest mark, square points."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Period:
    """A span of years on a map.

    Attributes
    ----------
    words : str
    rate : (place,) float, incidents
        In the span, or in a year of it where it is longer.
    troops : (base,) float, soldiers
        In theatre in the middle of the span, by the scenario's table.
    """

    words: str
    rate: Floats
    troops: Floats


def section(material: Material) -> Section:
    """Return the section with the maps."""
    periods = _periods(material)
    errors = np.array([place.error_km for place in material.scenario.places])
    blocks = (
        words(
            "Round marks are places; their area grows with the incidents to expect there"
            " (mean over futures). Squares are bases; their area grows with the soldiers that the"
            " scenario's table puts there. Thin lines are roads. Each map has its own scale, which"
            " stands under it. The marks say where incidents are expected, not by whom."
        ),
        _figure(material, periods),
        words(
            material.scenario.header.borders,
            f"Coordinates are good to about {short(float(np.median(errors)))} km,"
            f" the worst of them to {short(float(errors.max()))} km.",
            "Equal-area projection (Lambert) around the middle of the places.",
        ),
    )
    return Section("places", "Where", blocks)


def _periods(material: Material) -> list[Period]:
    """Return the first year and the last few, each as a rate a year."""
    years = material.years.years
    days = np.bincount(material.theatre.year_of_day, minlength=len(years))
    recent = min(RECENT_YEARS, max(1, len(years) - 1))
    spans = [slice(0, 1), slice(len(years) - recent, len(years))]
    found = []
    for span in spans if len(years) > 1 else spans[:1]:
        first, last = int(years[span][0]), int(years[span][-1])
        start = int(days[: span.start].sum())
        dates = material.theatre.dates[start : start + int(days[span].sum())].astype(dt.date)
        title = f"{first} to {last}, mean of a year"
        if first == last:
            title = str(first) if len(dates) > 364 else f"{day(dates[0])} to {day(dates[-1])}"
        rate = material.years.at_place[span].mean(axis=0)
        found.append(Period(title, rate, _troops(material, dates[len(dates) // 2])))
    return found


def _troops(material: Material, date: dt.date) -> Floats:
    bases = {base.id: i for i, base in enumerate(material.scenario.bases)}
    total = np.zeros(len(bases))
    for row in material.scenario.contingents:
        gone = row.departs is not None and row.departs <= date
        if row.stock == "in_theatre" and row.arrives <= date and not gone:
            total[bases[row.base]] += row.strength
    return total


def project(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Project places on a plane that keeps areas (Lambert's azimuthal projection), in km.

    Parameters
    ----------
    lat, lon : (place,) float, degrees

    Returns
    -------
    east, north : (place,) float, km
        From the middle of the places.

    Examples
    --------
    >>> east, north = project(np.array([0.0, 0.0]), np.array([-0.5, 0.5]))
    >>> east.round(1), north.round(1)
    (array([-55.6,  55.6]), array([0., 0.]))
    """
    phi, middle = np.radians(lat), math.radians(float(lat.mean()))
    turn = np.angle(np.exp(1j * np.radians(lon)).mean())  # right across the date line too
    lam = np.radians(lon) - turn
    cosine = math.sin(middle) * np.sin(phi) + math.cos(middle) * np.cos(phi) * np.cos(lam)
    k = EARTH_KM * np.sqrt(2.0 / (1.0 + cosine))
    east = k * np.cos(phi) * np.sin(lam)
    north = k * (math.cos(middle) * np.sin(phi) - math.sin(middle) * np.cos(phi) * np.cos(lam))
    return np.asarray(east), np.asarray(north)


def _figure(material: Material, periods: Sequence[Period]) -> Figure:
    places = material.scenario.places
    east, north = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    wide = max(float(np.ptp(east)), 1.0)
    height = map_height((east, north), len(periods))
    figure, axes = drawing.canvas(1, len(periods), height=height)
    for ax, period in zip(axes, periods, strict=True):
        _draw_map(ax, material, (east, north), period)
        _draw_scale(ax, wide)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # labels must not move what they were fitted to
    for ax, period in zip(axes, periods, strict=True):
        label_places(ax, [p.name for p in places], (east, north), period.rate)
    alt = "; ".join(
        f"{p.words}: {number(p.rate.sum())} incidents in all, most at "
        f"{places[int(p.rate.argmax())].name} ({short(float(p.rate.max()))})"
        for p in periods
    )
    caption = "Incidents to expect at each place, bases of the force, and roads."
    svg = drawing.to_svg(figure, "map")
    return Figure("map", svg, caption, f"{alt}.", [_table(material, periods)])


def map_height(where: tuple[Floats, Floats], maps: int) -> float:
    """Return the height in inches of a figure with some maps side by side and their words."""
    wide, tall = (max(float(np.ptp(axis)), 1.0) for axis in where)
    return min(max(drawing.WIDTH / maps * tall / wide, 2.2), 5.2) + 1.1


def _draw_map(
    ax: Axes,
    material: Material,
    where: tuple[Floats, Floats],
    period: Period,
) -> None:
    east, north = where
    dot = MOST_POINTS / max(period.rate.max(), 1e-9)
    square = 0.6 * MOST_POINTS / max(period.troops.max(initial=0), 1.0)
    draw_roads(ax, material, where)
    size = np.maximum(period.rate * dot, 1.0)
    ax.scatter(east, north, size, color=drawing.MIDDLE, ec=drawing.BLUE, lw=0.6, zorder=2)
    at = material.theatre.base_place
    open_ = period.troops > 0
    ax.scatter(
        east[at][open_],
        north[at][open_],
        np.maximum(period.troops[open_] * square, 6.0),
        marker="s",
        fc="none",
        ec="black",
        lw=1.0,
        zorder=3,
    )
    ax.set_title(period.words)
    ax.set_aspect("equal")
    ax.margins(0.08)
    ax.axis("off")
    _explain_sizes(ax, period, dot, square)


def draw_roads(ax: Axes, material: Material, where: tuple[Floats, Floats]) -> None:
    """Draw the roads of the scenario as thin lines."""
    east, north = where
    index = material.theatre.place_index
    ends = np.array([(index[link.a], index[link.b]) for link in material.scenario.links])
    if len(ends):  # one line with gaps: a path each would make the page far larger
        gap = np.full(len(ends), np.nan)
        along = [np.column_stack([axis[ends], gap]).ravel() for axis in (east, north)]
        ax.plot(*along, color="#bbbbbb", lw=0.6, zorder=1, solid_capstyle="round")


def _explain_sizes(ax: Axes, period: Period, dot: float, square: float) -> None:
    most, troops = _round(float(period.rate.max())), _round(float(period.troops.max(initial=0)))
    style: Any = {"ls": "none", "mew": 0.8}
    circle = ax.plot(
        [], [], "o", ms=math.sqrt(max(most * dot, 1)), mfc=drawing.MIDDLE, mec=drawing.BLUE, **style
    )
    handles, labels = [*circle], [f"{short(most)} incidents"]
    if troops:
        side = math.sqrt(max(troops * square, 6))
        handles += ax.plot([], [], "s", ms=side, mfc="none", mec="black", **style)
        labels.append(f"{short(troops)} soldiers")
    ax.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=2,
        fontsize=8,
        handletextpad=0.6,
    )


def _round(value: float) -> float:
    """Return the largest of 1, 2, 5, 10, ... that is not above a value."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return float(max(step * power for step in (1, 2, 5) if step * power <= value))


def label_places(
    ax: Axes,
    names: Sequence[str],
    where: tuple[Floats, Floats],
    rate: Floats,
    most_points: float = MOST_POINTS,
) -> None:
    """Name the places with the largest marks, where a name covers no other name.

    Parameters
    ----------
    ax : Axes
        Already drawn, so that texts have a size.
    names : sequence of str
    where : (place,) float, (place,) float, km
    rate : (place,) float
        The area of a mark grows with it.
    most_points : float
        Area of the largest mark, square points.
    """
    frame = ax.get_window_extent()
    taken: list[Text] = []
    spots = [(1, 0, "left"), (-1, 0, "right"), (0.7, 0.8, "left"), (0.7, -0.8, "left")]
    spots += [(-0.7, 0.8, "right"), (-0.7, -0.8, "right"), (0, 1.6, "center"), (0, -1.6, "center")]
    reach = np.sqrt(rate * most_points / max(rate.max(), 1e-9) / math.pi)
    for i in np.argsort(-rate, kind="stable")[: 2 * LABELS]:
        for across, up, side in spots:
            text = ax.annotate(
                _label_text(names[i]),
                (where[0][i], where[1][i]),
                xytext=(across * (reach[i] + 2.5), up * (reach[i] + 2.5)),
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=7.5,
                linespacing=0.95,
                zorder=5,
                bbox={"fc": (1, 1, 1, 0.6), "ec": "none", "pad": 0.6},
            )
            box = text.get_window_extent()
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1
            if inside and not any(box.overlaps(t.get_window_extent()) for t in taken):
                taken.append(text)
                break
            text.remove()
        if len(taken) == LABELS:
            return


def _label_text(name: str) -> str:
    """Return a name for a map; a long one in two languages takes two lines."""
    parts = name.split("/") if len(name) > 20 else [name]
    return "/\n".join(shortened(part, 26) for part in parts[:2])


def _draw_scale(ax: Axes, wide: float) -> None:
    """Draw a bar of round length and the way north."""
    length = _round(wide / 3.0)
    x0, y0 = ax.get_xlim()[0], ax.get_ylim()[0]
    left, low = x0 + 0.02 * wide, y0 + 0.03 * (ax.get_ylim()[1] - y0)
    ax.plot([left, left + length], [low, low], color="black", lw=1.4, solid_capstyle="butt")
    middle = (left + length / 2.0, low)
    ax.annotate(
        f"{short(length)} km",
        middle,
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=8,
    )
    style = {"arrowstyle": "-|>", "lw": 1.0, "fc": "black"}
    ax.annotate(
        "",
        (0.04, 0.95),
        xytext=(0.04, 0.85),
        xycoords="axes fraction",
        arrowprops=style,
    )
    ax.annotate("N", (0.04, 0.96), xycoords="axes fraction", ha="center", va="bottom", fontsize=8)


def _table(material: Material, periods: Sequence[Period]) -> Table:
    """Return incidents and guard of every municipality."""
    seats = material.theatre.municipalities
    of_place = material.theatre.municipality_of_place
    rates = [np.bincount(of_place, p.rate, len(seats)) for p in periods]
    columns = [f"Incidents, {p.words}" for p in periods]
    reviews = material.municipal.index.get_level_values("date")
    shown = [reviews.min(), reviews.max()] if len(reviews) else []
    columns += [f"Soldiers outside a 1,000 people, {d.date():%Y-%m}" for d in shown]
    rows = []
    for i in np.argsort(-rates[-1], kind="stable"):
        guard = [material.municipal.loc[(date, seats[i]), "troops"] for date in shown]
        cells = [*(short(rate[i]) for rate in rates), *(number(g, 1) for g in guard)]
        rows.append((material.place_name(seats[i]), *cells))
    caption = (
        "Municipalities: incidents to expect a year, and soldiers available outside their camps,"
        " weighted by their reach on the roads"
    )
    return Table("places", caption, ("Municipality", *columns), rows)
