"""What every map has: the projection, roads, a scale and names that cover no other name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from numpy.typing import NDArray

from interpose.report import drawing
from interpose.report.formats import short, shortened
from interpose.scenario import Scenario

EARTH_KM = 6371.0


LABELS = 7
"""Places with a name on each map."""


MOST_POINTS = 330.0
"""Area of the largest mark, square points."""


Floats = NDArray[np.float64]


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


def map_height(where: tuple[Floats, Floats], maps: int) -> float:
    """Return the height in inches of a figure with some maps side by side and their words."""
    wide, tall = (max(float(np.ptp(axis)), 1.0) for axis in where)
    return min(max(drawing.WIDTH / maps * tall / wide, 2.2), 5.2) + 1.1


def draw_roads(ax: Axes, scenario: Scenario, where: tuple[Floats, Floats]) -> None:
    """Draw the roads of the scenario as thin lines."""
    east, north = where
    index = {place.id: i for i, place in enumerate(scenario.places)}
    ends = np.array([(index[link.a], index[link.b]) for link in scenario.links])
    if len(ends):  # one line with gaps: a path each would make the page far larger
        gap = np.full(len(ends), np.nan)
        along = [np.column_stack([axis[ends], gap]).ravel() for axis in (east, north)]
        ax.plot(*along, color="#bbbbbb", lw=0.6, zorder=1, solid_capstyle="round")


def round_below(value: float) -> float:
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


def draw_scale(ax: Axes, wide: float) -> None:
    """Draw a bar of round length and the way north."""
    length = round_below(wide / 3.0)
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
