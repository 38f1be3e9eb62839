"""The verbs ``assess``, ``calibrate``, which fits a scenario to its record, and ``displace``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.output import (
    AsJson,
    ScenarioName,
    Seed,
    note,
    print_json,
    progress_bar,
    say,
    status_line,
)

if TYPE_CHECKING:
    from interpose.assess import Assessment, Displacement
    from interpose.assess.accounting import Account
    from interpose.assess.posterior.calibration import Calibration
    from interpose.scenario import Scenario

MOST_TOLD = 20
"""Rows of a table that are printed."""

MEANING = """\
error: how far the camps lie from the record, as a share of the people recorded, averaged over days
rescaled: the same after the camps of a day are scaled to the number of people recorded in them"""


CrisesFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="With --crises: a table of them; default: those of the scenario."
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(help="Judge this alone, such as incidents or riots. May be repeated."),
]
OriginFrom = Annotated[
    int | None,
    typer.Option(
        metavar="YEAR",
        help="Forecast from the end of this year and of each later one.",
        show_default="the last year fitted to",
    ),
]
ForecastsFolder = Annotated[
    Path | None,
    typer.Option(help="Folder that keeps the forecasts.", show_default="runs/SCENARIO-forecasts"),
]


def assess(
    scenario: ScenarioName,
    file: CrisesFile = None,
    *,
    measure: Measures = None,
    origin_from: OriginFrom = None,
    futures: Annotated[int, typer.Option(min=10, help="How many are played an origin.")] = 40,
    seed: Seed = 1,
    out: ForecastsFolder = None,
    crises: Annotated[
        bool, typer.Option("--crises", help="Instead: the chance of a riot in each crisis.")
    ] = False,
    crisis: Annotated[
        str | None,
        typer.Option(metavar="ID", help="One crisis, played 500 times from its eve."),
    ] = None,
    fit_until: Annotated[
        int | None,
        typer.Option(metavar="YEAR", help="With --crises: fit up to this year, judge the rest."),
    ] = None,
    given_crowd: Annotated[
        bool, typer.Option("--given-crowd", help="With --crises: read how many came from FILE.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge forecasts from the end of each year by the record, or those of single crises."""
    from interpose.scenario import load

    if not crises and crisis is None:
        if file or fit_until or given_crowd:
            msg = "FILE, --fit-until and --given-crowd are read with --crises or --crisis alone."
            raise typer.BadParameter(msg)
        _forecasts(load(scenario), measure, origin_from, futures, seed, out, as_json=as_json)
        return
    if measure or origin_from or out:
        msg = "--measure, --origin-from and --out are for forecasts, not for --crises."
        raise typer.BadParameter(msg)
    from interpose.assess import judge_crises, read_crises
    from interpose.record import load_record

    read, record = load(scenario), load_record(scenario)
    listed = read_crises(file, read, given_crowd=given_crowd) if file else None
    every = [s.id for s in listed.shocks] if listed else [row.shock for row in record.crises]
    play = every if crisis is None else [crisis]
    found = judge_crises(read, record, listed, fit_until, play=play)
    if crisis is not None:
        found["crises"] = [row for row in found["crises"] if row["id"] == crisis]
    if as_json:
        print_json({"scenario": scenario, **found})
    elif crisis is not None:
        _tell_crisis(found["crises"][0])
    else:
        _tell_crises(found)


def _forecasts(
    scenario: Scenario,
    measures: list[str] | None,
    origin_from: int | None,
    futures: int,
    seed: int,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    from interpose.assess import assess as judge
    from interpose.assess.rolling.origins import MEASURES, forecasts_folder
    from interpose.record import load_record

    with progress_bar() as show:
        judged = judge(
            scenario,
            load_record(scenario.folder),
            folder=out or forecasts_folder(scenario, Path("runs")),
            measures=measures or MEASURES,
            origin_from=origin_from,
            futures=futures,
            seed=seed,
            show=show,
        )
    if as_json:
        print_json({"scenario": scenario.header.name, **asdict(judged)})
    else:
        _tell_forecasts(judged)


def _tell_forecasts(judged: Assessment) -> None:
    from interpose.assess.rolling.judged import percent

    for sentence in judged.words:
        say(sentence)
    say(
        f"\nForecasts from the ends of {judged.origins[0]} to {judged.origins[-1]}, worst first."
        " Error: CRPS, for riots Brier's, a year; ±: by which futures were played.\n"
        f"{'measure':15} {'futures':22} {'ahead':7} {'cells':18} {'error':>11} {'best':>6}"
        f"  {'baseline':25} {'gain':>6} {'90 %':>14}  in 50, 90 %"
    )
    for row in judged.rows:
        low, high = (percent(end, sign=True) for end in row["interval"])
        inside = [f"{percent(row[f'inside_{n}_%'])}" for n in (50, 90) if "pit" in row]
        best = row["baselines"][row["best_baseline"]]["score"]
        say(
            f"{row['measure']:15} {row['mode']:22} {row['years_ahead']:7} {row['cells']:18}"
            f" {row['score']:6.2f} ±{row['score_by_chance']:.2f} {best:6.2f}"
            f"  {row['best_baseline']:25} {percent(row['skill'], sign=True):>6}"
            f" {f'{low} {high}':>14}  {' '.join(inside)}"
        )
    say("\nChance of any event, one year ahead: forecast, what came, cells")
    for name, rows in judged.reliability.items():
        told = (f"{percent(r['forecast'])} {percent(r['came'])} ({r['cells']})" for r in rows)
        say(f"  {name}: {'; '.join(told)}")


PLAYED = {
    "riots": "riots", "places": "places with a riot", "crowd": "people in riots",
    "dead": "dead", "hurt_civil": "hurt, civilians", "hurt_police": "hurt, police",
    "hurt_force": "hurt, soldiers",
    "displaced": "people who fled", "road_days": "days of blocked roads, over municipalities",
}  # fmt: skip
"""What the futures of a crisis have -> as it is told."""


def _tell_crisis(row: dict[str, Any]) -> None:
    say(f"{row['id']}, {row['date']}, {row['kind'].replace('_', ' ')}")
    say(
        f"  chance of a riot {row['riot_chance']:.0%} (90 %: {row['riot_low']:.0%} to "
        f"{row['riot_high']:.0%}); in {row['futures']} futures from the eve "
        f"{row['riot_chance_played']:.0%}"
    )
    came = {None: "not told", True: "a riot", False: "no riot"}[row["riot"]]
    say(f"  what came: {came}")
    say(f"  {'':42} {'5 %':>9} {'50 %':>9} {'95 %':>9}    record")
    for name, said in PLAYED.items():
        known = row["recorded"].get(name)
        points = " ".join(f"{n:9,}" for n in row[name])
        say(f"  {said:42} {points}    {'–' if known is None else f'{known:,}'}")


def _tell_crises(found: dict[str, Any]) -> None:
    width = max([len(row["id"]) for row in found["crises"]], default=2)
    say(f"{'crisis':{width}} riot   90 %          hurt 5, 50, 95 %    dead    what came")
    for row in found["crises"]:
        hurt, dead = (", ".join(f"{n:,.0f}" for n in row[what]) for what in ("hurt", "dead"))
        came = {None: "", True: "riot", False: "quiet"}[row["riot"]]
        say(
            f"{row['id']:{width}} {row['riot_chance']:4.0%} {row['riot_low']:4.0%} to "
            f"{row['riot_high']:4.0%}   {hurt:>18}  {dead:>10}    {came}"
        )
    say(f"Parameters: prior and fit to {found['fitted_to']} crises, 5, 50 and 95 %")
    for row in found["parameters"]:
        spans = (" ".join(f"{n:6.3g}" for n in row[what]) for what in ("prior", "fitted"))
        kept = "" if row["is_fitted"] else "   keeps its prior"
        say(f"  {row['name']:30} {'   '.join(spans)}{kept}")
    scores = found["scores"] or {"words": ()}
    for sentence in filter(None, [*scores["words"], scores.get("note")]):
        say(sentence)


def calibrate(
    scenario: ScenarioName,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Put the fitted values into the scenario's table.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Say of every row of the record what became of it.")
    ] = False,
    expect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACT=COUNT",
            help="Instead: rates that make so many a year, at a PLACE too. May be repeated.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same numbers.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Sample the posterior of the rows of basis 'fitted', given the record up to `fit_until`."""
    from interpose.assess.accounting import account
    from interpose.assess.posterior.calibration import as_table, rewritten, saved_in
    from interpose.assess.posterior.calibration import calibrate as fit
    from interpose.assess.posterior.expectation import Saved
    from interpose.errors import InterposeError
    from interpose.record import load_record
    from interpose.scenario import load
    from interpose.scenario.files import write_aside

    read = load(scenario)
    if expect:
        from interpose.cli.rates import tell_rates

        tell_rates(read, expect, as_json=as_json)
        return
    past = load_record(scenario)
    file = Path(read.folder) / "parameters.csv"
    before = file.read_text("utf-8-sig")
    if write:  # what cannot be written is told before the fit
        write_aside(file, file.read_bytes(), InterposeError)
    folder = saved_in(read, Path("runs"))
    with status_line("fitting ...") as show:
        found = fit(read, past, seed, show, folder)
    accounts = account(read, past)
    if as_json:
        tables = {by: [row._asdict() for row in rows] for by, rows in found.tables.items()}
        print_json(
            {"values": found.values, "tables": tables, "diagnostics": found.diagnostics,
             "warnings": found.warnings, "record": [asdict(row) for row in accounts]}
        )  # fmt: skip
    else:
        _tell(found)
        say_accounts(accounts, every=every)
    for text in found.warnings:
        note(f"warning: {text}")
    if write:
        write_aside(file, rewritten(before, found.values).encode(), InterposeError)
        vectors = file.with_name("posterior.csv")
        write_aside(vectors, as_table(found.rows).encode(), InterposeError)
        note(f"The fitted values are written to {file}, the vectors of futures to {vectors}.")
    Saved(folder).clear()  # nothing is left to go on with


def say_accounts(rows: Sequence[Account], *, every: bool) -> None:
    """Say what becomes of the rows of a scenario's record, if it has one."""
    from interpose.assess.accounting import told

    for line in told(rows, every=every) if rows else ():
        say(line)


def _tell(found: Calibration) -> None:
    say("Fitted parameters: median, 5 % and 95 %; prior, and spread as a share of its own")
    told = {row["name"]: row for row in found.diagnostics}
    for name, (middle, low, high) in found.values.items():
        words = f"{told[name]['prior']:9.3g} {told[name]['spread_to_prior']:6.0%}"
        say(f"  {name:55} {middle:9.3g} {low:9.3g} {high:9.3g} {words}")
    worst = sorted(found.diagnostics, key=lambda row: -abs(row["correlation"]))
    mixed = max(row["rhat"] for row in worst), min(row["ess"] for row in worst)
    say(f"Sampling: rhat at most {mixed[0]:.3f}, each row worth {mixed[1]:,.0f} draws or more")
    say("Rows that trade off most")
    pairs = {frozenset((row["name"], row["pair"])): row["correlation"] for row in worst}
    for pair, correlation in list(pairs.items())[:5]:
        say(f"  {correlation:5.2f}  {' and '.join(sorted(pair))}")
    for by, rows in ((by, rows) for by, rows in found.tables.items() if rows):
        say(f"Record and mean of the futures by {by}, worst first: 5 % and 95 % of the mean")
        for row in rows[:MOST_TOLD]:
            numbers = f"{row.recorded:9.1f} {row.expected:9.1f} {row.low:9.1f} {row.high:9.1f}"
            say(f"  {row.name:55} {numbers}")
        if len(rows) > MOST_TOLD:
            say(f"  ... and {len(rows) - MOST_TOLD} more (--json has all)")


def displace(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER", help="Folders in Flee's format.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder of the daily tables, one CSV a case.")] = Path(
        "displaced"
    ),
    seed: Seed = 1,
    futures: Annotated[
        int,
        typer.Option(
            min=0, max=1000, help="Others, with parameters drawn from their ranges: an interval."
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Play every case, print its error and write who is where on each day."""
    from interpose.assess import displaced
    from interpose.scenario import read_flee_cases

    cases = read_flee_cases(folders)
    told: list[dict[str, Any]] = []
    with status_line("playing ...") as show:
        for folder, case in zip(folders, cases, strict=True):
            show(f"playing {case.name} ...")
            played = displaced.displace(case, seed, futures)
            told.append(_as_dict(folder, played, played.write(out)))
            for text in played.notes:
                note(f"{case.name}: {text}")
    if as_json:
        print_json({"seed": seed, "futures": futures, "cases": told})
    else:
        _print_table(told)
        say(MEANING)
        say(f"Every location on every day: {', '.join(row['file'] for row in told)}")


def _as_dict(folder: Path, played: Displacement, file: Path) -> dict[str, Any]:
    return {
        "case": played.case,
        "folder": str(folder),
        "days": int(played.daily["day"].max()) + 1,
        "displaced": played.displaced,
        "in_camps": played.in_camps,
        "recorded": played.recorded,
        "error": played.error.raw,
        "rescaled": played.error.rescaled,
        "interval": [error._asdict() for error in played.error_interval],
        "notes": played.notes,
        "file": str(file),
    }


def _print_table(told: list[dict[str, Any]]) -> None:
    width = max(len("case"), *(len(row["case"]) for row in told))
    say(f"{'case':{width}}   days   displaced    in camps    recorded   error   rescaled")
    for row in told:
        say(
            f"{row['case']:{width}} {row['days']:6,} {row['displaced']:11,} {row['in_camps']:11,}"
            f" {row['recorded']:11,} {row['error']:7.3f} {row['rescaled']:10.3f}"
        )
        if row["interval"]:
            low, high = row["interval"]
            spans = (f"{low[key]:.3f} to {high[key]:.3f}" for key in ("raw", "rescaled"))
            say(f"{'':{width}} 90 % interval of the errors: {', '.join(spans)}")
    if len(told) > 1:
        errors = (sum(row[key] for row in told) / len(told) for key in ("error", "rescaled"))
        raw, rescaled = errors
        say(f"{'mean':{width}} {'':42} {raw:7.3f} {rescaled:10.3f}")
