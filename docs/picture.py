"""Draw the picture of the README from a stored run: ``python docs/picture.py runs/kosovo``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
import vl_convert

from interpose.assess.totals import bands
from interpose.report.charts import Panel, charts, marks_of
from interpose.report.run_page.run_data import gather

FILE = Path(__file__).parent / "images" / "kosovo.png"
WIDE, TALL = 400, 220


def main(folder: str) -> None:
    """Draw incidents by year, and the strength of the force, each with the record."""
    data = gather(folder)
    held, force = data.held[0], data.force.loc["in_theatre"][["q05", "q50", "q95"]]
    reported = {p.begins: p.value for p in data.record.strength() if p.kind == "reported"}
    points = pd.Series(reported.values(), pd.DatetimeIndex(list(reported)))
    panels = [
        Panel(
            "Reported incidents a year; dots: the record",
            bands(held.futures, held.years),
            marks_of(pd.Series(held.recorded, index=held.years)),
        ),
        Panel(
            "Soldiers of KFOR; dots: what was published",
            force.set_axis(pd.DatetimeIndex(force.index)),
            marks_of(points),
        ),
    ]
    drawn = re.findall(r"<svg.*?</svg>", charts("kosovo", panels, "", "", ()).drawing, re.DOTALL)
    both = "".join(
        one.replace("<svg ", f'<svg x="{i * WIDE}" width="{WIDE}" height="{TALL}" ', 1)
        for i, one in enumerate(drawn)
    )
    size = f'width="{2 * WIDE}" height="{TALL}"'
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="white"/>{both}</svg>'
    )
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(vl_convert.svg_to_png(frame, scale=1.5))


if __name__ == "__main__":
    main(sys.argv[1])
