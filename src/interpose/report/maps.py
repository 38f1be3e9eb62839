"""What a drawn map has: the projection, roads, and names that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from interpose.report import drawing
from interpose.report.drawing import Floats
from interpose.report.page import shortened
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
