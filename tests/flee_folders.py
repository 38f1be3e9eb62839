"""Folders in Flee's format: a valley small enough to count by hand, and where real ones lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

INSTANCES = ("burundi2015", "car2013", "mali2012", "ssudan2013")

VALLEY = {
    "input_csv/sim_period.csv": "StartDate,2015-05-01\nLength,10\n",
    "input_csv/locations.csv": (
        '"#name",region,country,latitude,longitude,location_type,conflict_date,population\n'
        "Town A,West,Hill,0.0,30.0,conflict_zone,0,1000\n"
        "Town B,West,Hill,0.5,30.0,town,,\n"
        "Gate,East,River,0.5,31.0,forwarding_hub,,\n"
        "Near,East,River,0.5,31.2,camp,,600\n"
        "Far,East,Lake,0.5,33.0,camp,,0\n"
    ),
    "input_csv/routes.csv": (
        "#name1,name2,distance,forced_redirection\n"
        "Town A, Town B,40,\n"
        "Town B,Gate,50,0\n"
        "Gate,Near,10,2\n"
        "Town B,Far,400\n"
    ),
    "input_csv/closures.csv": "#closure_type,name1,name2,closure_start,closure_end\n",
    "input_csv/conflicts.csv": "#Day, Town A, Elsewhere\n"
    + "".join(f"{d}, 1, 0\n" for d in range(10)),
    "source_data/data_layout.csv": "total,refugees.csv\nNear,near.csv\nFar,far.csv,far-more.csv\n",
    "source_data/refugees.csv": "Date,Refugee_numbers\n2015-05-01,100\n2015-05-10,1000\n",
    "source_data/near.csv": ",\n2015-05-01,60\n2015-05-10,500 \n",
    "source_data/far.csv": "2015-05-01,30\n# a comment\n2015-05-10,300\n",
    "source_data/far-more.csv": "2015-05-01,10\n2015-05-10,100\n",
}
"""File -> text. Near has 600 beds; Far has no limit and lies in another country."""


def valley(folder: Path, **files: str | None) -> Path:
    """Write the valley; a file given by its bare name, such as ``routes``, takes its place."""
    texts = {Path(name).stem: name for name in VALLEY}
    for name in files:
        texts.setdefault(name, f"input_csv/{name}.csv")
    for stem, name in texts.items():
        text = files.get(stem, VALLEY.get(name, ""))
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_text(text, encoding="utf-8")
    return folder


def edited(stem: str, old: str, new: str) -> dict[str, str]:
    """Return the valley's file with one edit, to be given to ``valley``."""
    name = next(name for name in VALLEY if Path(name).stem == stem)
    assert old in VALLEY[name]
    return {stem: VALLEY[name].replace(old, new)}


def data_folder(*parts: str) -> Path:
    """Return a folder of the project's data, or skip the test where they are not at hand."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folders = [Path(os.environ.get("INTERPOSE_DATA", beside)), beside]
    for folder in folders:
        if folder.joinpath(*parts).exists():
            return folder.joinpath(*parts)
    pytest.skip(f"no data at {folders[0]}; set INTERPOSE_DATA to the folder that has {parts[0]}/")
