"""Run Flee 3.1 with its default rules on one folder; print one line of JSON. Started by others.

::

    python benchmarks/flee_peer.py FOLDER PEOPLE_PER_AGENT SEED

This is Flee's own ``run.py`` in short: conflicts from ``conflicts.csv``, settings from an empty
file (all defaults), day 0 in the camps, then ``PopulationScaleDownFactor`` people to an agent.
Only the days are timed, not reading or importing.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import tempfile
import time
from typing import Any


def prepare(folder: str, people_per_agent: int) -> tuple[Any, ...]:
    """Return Flee's geography, ecosystem, record, camps and last day."""
    from flee import InputGeography, flee, spawning
    from flee.datamanager import handle_refugee_data, read_period

    given, record = f"{folder}/input_csv", f"{folder}/source_data"
    start, days = read_period.read_conflict_period(f"{given}/sim_period.csv")
    settings = flee.SimulationSettings
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write(f"optimisations:\n  hasten: {people_per_agent}\n")
        file.flush()
        settings.ReadFromYML(file.name)
    settings.ConflictInputFile = f"{given}/conflicts.csv"
    ecosystem, geography = flee.Ecosystem(), InputGeography.InputGeography()
    geography.ReadConflictInputCSV(settings.ConflictInputFile)
    geography.ReadLocationsFromCSV(f"{given}/locations.csv")
    geography.ReadLinksFromCSV(f"{given}/routes.csv")
    geography.ReadClosuresFromCSV(f"{given}/closures.csv")
    ecosystem, places = geography.StoreInputGeographyInEcosystem(ecosystem)
    table = handle_refugee_data.RefugeeTable(
        csvformat="generic",
        data_directory=record,
        start_date=start,
        data_layout="data_layout.csv",
        population_scaledown_factor=people_per_agent,
    )
    table.ReadL1Corrections(f"{given}/registration_corrections.csv")
    camps = [name for name in ecosystem.get_camp_names() if name in table.header]
    for name in camps:
        spawning.add_initial_refugees(ecosystem, table, places[name])
    return geography, ecosystem, table, [places[name] for name in camps], days


def play(folder: str, people_per_agent: int) -> dict[str, Any]:
    """Play every day; return people by day and camp, and how long it took."""
    from flee import spawning

    geography, ecosystem, table, camps, days = prepare(folder, people_per_agent)
    counted, steps = [], 0
    begun = time.process_time()
    for day in range(days):
        geography.AddNewConflictZones(ecosystem, day)
        spawning.spawn_daily_displaced(ecosystem, day, table)
        spawning.refresh_spawn_weights(ecosystem)
        ecosystem.enact_border_closures(day)
        ecosystem.evolve()
        steps += len(ecosystem.agents)
        counted.append([camp.numAgents * people_per_agent for camp in camps])
    seconds = time.process_time() - begun
    names = [camp.name for camp in camps]
    return {"camps": names, "counted": counted, "agent_days": steps, "seconds": seconds}


def main() -> None:
    """Play, with Flee's talk kept away from the result."""
    import numpy as np

    folder, people_per_agent, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - Flee draws from the global generators
    with (
        open(os.devnull, "w") as silence,  # noqa: PTH123
        contextlib.redirect_stderr(silence),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        result = play(folder, people_per_agent)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
