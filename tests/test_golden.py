"""Golden run: four futures of Kosovo give the very numbers that they gave before.

A change here means that the same seed gives other results. If that is meant, write
``python tests/test_golden.py``, and mark the change **results change** in CHANGELOG.md.
"""

import json
from pathlib import Path

from interpose.play import Theatre, play_future
from interpose.policy import policy_named
from interpose.scenario import load

FILE = Path(__file__).parent / "golden" / "kosovo.json"
FUTURES = 4


def numbers() -> list[dict[str, object]]:
    """Return what the first futures of seed 1 come to, in whole numbers and R to 3 digits."""
    scenario = load("kosovo")
    theatre, policy = Theatre(scenario), policy_named("replay", scenario)()
    found: list[dict[str, object]] = []
    for future in range(FUTURES):
        tables = play_future(theatre, policy, 1, future).tables
        series, incidents = tables["series"], tables["incidents"]
        found.append(
            {
                "incidents": int(series["incidents"].sum()),
                "deaths": int(series["deaths"].sum()),
                "injured": int(series["injured"].sum()),
                "reported": int(tables["reports"]["reported"].sum()),
                "crowds": int(incidents["crowd"].sum()),
                "riots": len(tables["riots"]["crowd"]),
                "crowd": int(tables["riots"]["crowd"].sum()),
                "houses": int(tables["riots"]["houses"].sum()),
                "last_incident": str(incidents["date"][-1]),
                "homicides": int(tables["homicides"]["homicides"].sum()),
                "strength_days": round(float(tables["force"]["in_theatre"].sum())),
                "R": [float(f"{r:.3g}") for r in tables["reviews"]["R"][::13]],
            }
        )
    return found


def test_the_same_seed_gives_the_numbers_it_gave_before():
    assert numbers() == json.loads(FILE.read_text())


if __name__ == "__main__":
    FILE.write_text(json.dumps(numbers(), indent=1) + "\n")
