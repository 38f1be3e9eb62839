"""What every map has: the projection, roads, round marks, a scale and names that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from interpose.report import drawing
from interpose.report.drawing import Floats
from interpose.report.page import short, shortened
from interpose.scenario import Scenario

EARTH_KM = 6371.0

LABELS = 7
"""Places with a name on each map."""

Where = tuple[Floats, Floats]
"""East and north of places, km."""


def project(lat: Floats, lon: Floats) -> Where:
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


def map_axes(scenario: Scenario, maps: int) -> tuple[Canvas, list[Axes], Where]:
    """Return maps side by side with the roads of a scenario, and where its places are on them."""
    places = scenario.places
    where = project(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    wide, tall = (max(float(np.ptp(axis)), 1.0) for axis in where)
    tall = min(max(drawing.WIDTH / maps * tall / wide, 2.2), 5.2)
    figure, axes = drawing.canvas(maps, maps, each=tall, left=0.1, right=0.1)
    index = {place.id: i for i, place in enumerate(places)}
    ends = np.array([(index[link.a], index[link.b]) for link in scenario.links])
    for ax in axes:
        ax.set_aspect("equal")
        ax.margins(0.08)
        ax.axis("off")
        if len(ends):  # one line with gaps: a path each would make the page far larger
            gap = np.full(len(ends), np.nan)
            along = [np.column_stack([axis[ends], gap]).ravel() for axis in where]
            ax.plot(*along, color="#bbbbbb", lw=0.6, zorder=1, solid_capstyle="round")
    return figure, axes, where


def draw_marks(
    ax: Axes, where: Where, area: Floats, label: str, labelled: float, *, hollow: bool = False
) -> None:
    """Draw discs of some areas, square points, or hollow squares; the legend has a `labelled`."""
    some = area > 0
    style: Any = {"fc": drawing.MIDDLE, "ec": drawing.BLUE, "lw": 0.6, "zorder": 2}
    if hollow:
        style = {"fc": "none", "ec": "black", "lw": 1.1, "marker": "s", "zorder": 3}
    ax.scatter(where[0][some], where[1][some], np.maximum(area[some], 1.0), **style)
    ax.scatter([], [], labelled, label=label, **style)


def legend_below(ax: Axes) -> None:
    """Say what the labelled marks are, below a map."""
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, handletextpad=0.6)


def name_largest(ax: Axes, names: Sequence[str], where: Where, area: Floats) -> None:
    """Name the places with the largest marks of a map, none near one that has a name."""
    wide, tall = (float(np.ptp(axis)) for axis in where)
    named: list[int] = []
    for i in np.argsort(-area, kind="stable")[: 2 * LABELS]:
        east, north = where[0][i], where[1][i]
        near = (np.abs(where[0][named] - east) < 0.4 * wide) & (
            np.abs(where[1][named] - north) < 0.06 * tall
        )
        if near.any() or len(named) == LABELS or not area[i]:
            continue
        named.append(int(i))
        left = east > where[0].min() + 0.7 * wide
        ax.annotate(
            shortened(names[i], 34), (east, north), textcoords="offset points",
            xytext=(-9 if left else 9, 0), ha="right" if left else "left", va="center",
            fontsize=7.5, zorder=5, bbox={"fc": (1, 1, 1, 0.6), "ec": "none", "pad": 0.6},
        )  # fmt: skip


def draw_scale(ax: Axes, wide: float) -> None:
    """Draw a bar of round length; `wide` is the width of the map, km."""
    length = round_below(wide / 3.0)
    (left, _), (low, high) = ax.get_xlim(), ax.get_ylim()
    left, low = left + 0.02 * wide, low + 0.03 * (high - low)
    ax.plot([left, left + length], [low, low], color="black", lw=1.4, solid_capstyle="butt")
    ax.annotate(
        f"{short(length)} km", (left + length / 2.0, low), xytext=(0, 2), ha="center", fontsize=8,
        textcoords="offset points",
    )  # fmt: skip


def round_below(value: float) -> float:
    """Return the largest of 1, 2, 5, 10, ... that is not above a value.

    Examples
    --------
    >>> round_below(73.0), round_below(0.0)
    (50.0, 0.0)
    """
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return float(max(step * power for step in (1, 2, 5) if step * power <= value))
