"""Draw the picture of the README from a stored run: ``python docs/picture.py runs/kosovo``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import interpose as ip
from interpose.assess import force_by_month, yearly
from interpose.play import Theatre
from interpose.record import load_record, series_of

FILE = Path(__file__).parent / "images" / "kosovo.png"
BLUE, RED = "#2a6496", "#b03a2e"


def main(folder: str) -> None:
    """Draw incidents by year above, the strength of the force below, each with the record."""
    run = ip.read_run(folder)
    record = load_record("kosovo")
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 5), sharex=True, layout="constrained")

    counts = yearly(run, Theatre(ip.load("kosovo")))
    published = counts.reported[:, :, counts.reporters.index("record")].sum(axis=2)
    low, median, high = np.quantile(published, [0.05, 0.5, 0.95], axis=0)
    years = counts.years + 0.5
    above.fill_between(years, low, high, color=BLUE, alpha=0.25, lw=0, label="90 % interval")
    above.plot(years, median, color=BLUE, label="median")
    reported = record.yearly_incidents().sum(axis=1)
    above.plot(reported.index + 0.5, reported, "o", ms=4, color=RED, label="in the record")
    title = f"Incidents a year that are published: {len(counts.futures):,} simulations"
    above.set(ylim=(0, None), title=title)

    force = force_by_month(run).xs("in_theatre")
    months = [month.year + (month.month - 0.5) / 12 for month in force.index]
    below.plot(months, force["q50"], color=BLUE, label="played")
    points = series_of(record, "force.strength")
    dates = [point.date.year + point.date.timetuple().tm_yday / 365 for point in points]
    lowest = [min(point.values) for point in points]
    below.plot(dates, lowest, "o", ms=3, color=RED, label="in the record")
    below.set(ylim=(0, None), title="Soldiers of KFOR in theatre")
    for ax in (above, below):
        ax.yaxis.set_major_formatter("{x:,.0f}")
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False)
    FILE.parent.mkdir(exist_ok=True)
    figure.savefig(FILE, dpi=110)


if __name__ == "__main__":
    main(sys.argv[1])
