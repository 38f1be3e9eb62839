"""The verbs about runs: ``run``, ``runs``, ``report``."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.output import (
    FAILED,
    AsJson,
    ScaleForce,
    Seed,
    Since,
    WhatIf,
    Withdraw,
    Workers,
    as_asked,
    note,
    print_json,
    progress_of,
    say,
)

if TYPE_CHECKING:
    from interpose.ensemble import Forecast, Run
    from interpose.policy import Choice
    from interpose.scenario import Scenario

PolicyAt = Annotated[
    str,
    typer.Option(metavar="NAME|FILE", help="Who reviews the mission: a name, or a TOML file."),
]
PlanAt = Annotated[
    Path | None,
    typer.Option(metavar="PLAN", help="Play the force of a plan: plan.json or its folder."),
]
AllowEmpty = Annotated[
    bool, typer.Option("--allow-empty-plan", help="Play a plan that has no soldier, too.")
]
WITH_RUN = ("workers", "cluster", "fresh", "no_report", "dry_run", "as_json")
"""Options of ``run`` that change nothing of what is played."""

ScenarioOrRun = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO_OR_RUN",
        help="Name of a bundled scenario, a folder, or the folder of a run to be resumed.",
    ),
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]


def run(
    context: typer.Context,
    scenario: ScenarioOrRun,
    *,
    futures: Annotated[int, typer.Option(min=1, help="How many futures to play.")] = 1000,
    seed: Seed = 1,
    policy: PolicyAt = "replay",
    plan: PlanAt = None,
    allow_empty_plan: AllowEmpty = False,
    scale_force: ScaleForce = None,
    withdraw: Withdraw = None,
    since: Since = None,
    what_if: WhatIf = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run.", show_default="runs/SCENARIO")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler, tcp://host:port.")
    ] = None,
    fixed_parameters: Annotated[
        bool, typer.Option("--fixed-parameters", help="Give all futures the same parameters.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete the run in the folder first.")
    ] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Play futures, store them and write the report; resume an interrupted run."""
    from interpose import ensemble
    from interpose.policy import choice_of
    from interpose.scenario.folder import find_folder

    asked: dict[str, Any] = {"policy": policy, "futures": futures, "seed": seed}
    asked["draw"] = not fixed_parameters
    folder = find_folder(scenario)
    if (folder / "run.json").is_file():
        begun = _begun(folder, context)
        loaded, asked = begun.scenario, {name: begun.info[name] for name in asked}
        asked["policy"] = choice_of(begun.info["policy"], begun.info["policy_rules"], loaded)
    else:
        loaded = _loaded(scenario, plan, allow_empty=allow_empty_plan)
        loaded = as_asked(loaded, scale_force, withdraw, since, what_if)
        asks = scale_force is not None or withdraw is not None or what_if is not None
        name = loaded.header.name + ("-planned" if plan else "") + ("-what-if" if asks else "")
        folder = out or Path("runs") / name
        asked["policy"] = _policy(policy, loaded)
    asked |= {"out": folder, "fresh": fresh}
    if dry_run:
        _say_forecast(ensemble.forecast(loaded, **asked), as_json=as_json)
        return
    kept = f"Stopped. Finished futures are kept in {folder}; run the same command to resume."
    with progress_of(str(folder), kept) as progress:
        done = ensemble.run(loaded, workers=workers, cluster=cluster, progress=progress, **asked)
    _finish(done, as_json=as_json, report_wanted=not no_report)


def _begun(folder: Path, context: typer.Context) -> Run:
    """Return a run that is to be resumed as it was begun; refuse what would make it another."""
    from interpose.ensemble import read_run

    differ = context.params.keys() - {"scenario", *WITH_RUN}
    sources = {name: getattr(context.get_parameter_source(name), "name", "") for name in differ}
    given = sorted(name for name, source in sources.items() if source == "COMMANDLINE")
    if given:
        words = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        msg = f"{folder} is a run; it is resumed as it was begun, so leave out {words}."
        raise typer.BadParameter(msg)
    return read_run(folder)


def _loaded(scenario: str, plan: Path | None, *, allow_empty: bool) -> Scenario:
    from interpose.scenario import load

    if plan is None:
        return load(scenario)
    from interpose.plan.planning import scenario_with_plan

    return scenario_with_plan(load(scenario), plan, allow_empty=allow_empty, tell=note)


def _policy(name: str, scenario: Scenario) -> Choice:
    """Return the policy that is asked for; warn if it reviews too soon."""
    from interpose.policy import hasty, policy_named

    choice = policy_named(name, scenario)
    if too_soon := hasty(choice, scenario):
        note(f"warning: {too_soon}")
    return choice


def report(run: RunFolder, *, as_json: AsJson = False) -> None:
    """Regenerate the report of a run from its tables."""
    _expect_run(run)
    from interpose.report import write_report

    written = write_report(run)
    if as_json:
        print_json({"run": str(run), "report": str(written)})
    else:
        say(str(written))


def runs(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER_OR_RUN", help="Folder of runs, or of one run.")
    ] = Path("runs"),
    *,
    as_json: AsJson = False,
) -> None:
    """List the runs in a folder, or describe one run."""
    from interpose.ensemble import list_runs, read_run

    if not folder.is_dir():
        msg = f"There is no folder {str(folder)!r}. interpose run creates runs/SCENARIO."
        raise typer.BadParameter(msg)
    one = (folder / "run.json").exists()
    found, faults = ([read_run(folder)], []) if one else list_runs(folder)
    for run in found if one else ():
        run.check()
    described = [_described(run) for run in found]
    for fault in faults:
        note(str(fault))
    if as_json:
        print_json(described[0] if one else described)
    elif one:
        for key, value in described[0].items():
            say(f"{key:<16} {value}")
    elif described or not faults:
        _say_table(described, folder)


def _finish(run: Run, *, as_json: bool, report_wanted: bool) -> None:
    """Report on a run and say where all of it is."""
    from interpose.scenario.phrases import plural

    done, failed = run.info["done"], run.info["failed"]
    if not as_json:  # first, since the report takes some seconds
        for words in run.info.get("changed", ()):
            say(f"what if: {words}")
        say(f"{run.folder}: {plural(done, 'future')} done, {failed} failed")
    written = None
    if report_wanted and done:
        from interpose.report import write_report

        written = write_report(run.folder)
    if as_json:
        print_json({**_described(run), "report": None if written is None else str(written)})
    elif written:
        say(f"report: {written}")
    if failed:
        futures = run.table("futures", ["future", "status", "error"])
        first = futures[futures["status"] == "failed"].iloc[0]
        note(f"{failed} futures failed; the first, {first['future']}: {first['error']}")
    if not done:
        raise typer.Exit(FAILED)


def _say_forecast(forecast: Forecast, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(forecast))
        return
    say(
        f"{forecast.folder}: would play {forecast.futures} futures in {forecast.chunks} chunks, "
        f"{forecast.chunks_finished} of them finished; about {forecast.megabytes:.1f} MB on disk; "
        f"{forecast.seconds_per_future:.2g} s per future on one core. Nothing was written."
    )


def _expect_run(folder: Path) -> None:
    if not (folder / "run.json").exists():
        msg = f"{str(folder)!r} is not the folder of a run: it holds no run.json."
        raise typer.BadParameter(msg)


def _resuming(folder: Path) -> str:
    path = str(folder) if len(folder.parts) > 1 else f"./{folder}"  # not to be taken for a name
    return shlex.join(["interpose", "run", path])


def _described(run: Run) -> dict[str, Any]:
    """Return the facts of a run, finished or not."""
    done, failed = run.counts()
    state = {"digest": run.info["digest"]} if run.finished else {"resume": _resuming(run.folder)}
    return {
        "folder": str(run.folder),
        "scenario": run.info["scenario"],
        "policy": run.info["policy"],
        "seed": run.info["seed"],
        "draw": run.info["draw"],
        "futures": run.info["futures"],
        "done": done,
        "failed": failed,
        "finished": run.finished,
        **state,
        "changed": run.info.get("changed", []),
        "version": run.info["version"],
        "size_bytes": run.size_bytes,
    }


def _say_table(described: list[dict[str, Any]], folder: Path) -> None:
    if not described:
        note(f"There are no runs in {folder}.")
        return
    rows = [("run", "scenario", "policy", "seed", "futures", "failed", "size", "digest or resume")]
    for run in described:
        played = f"{run['done'] + run['failed']}/{run['futures']}"
        state = run["digest"][:12] if run["finished"] else run["resume"]
        size = f"{run['size_bytes'] / 1e6:.1f} MB"
        names = (run["folder"], run["scenario"], run["policy"], str(run["seed"]))
        rows.append((*names, played, str(run["failed"]), size, state))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        say(line.rstrip())
