"""`RunData`: what a report is made from, read once from the run, its scenario and the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess import (
    Assessment,
    Yearly,
    force_by_month,
    municipalities_by_review,
    r_by_review,
    sensitivity,
    yearly,
)
from interpose.assess.over_time import accepted_officers, first_days, people_by_month
from interpose.assess.rolling.judged import judge_run
from interpose.assess.score import Held, StrengthScore, measures, score_strength
from interpose.assess.totals import totals
from interpose.ensemble import Run, read_run
from interpose.ensemble.stored import give_back_memory
from interpose.errors import InterposeError, RunError
from interpose.play import Theatre
from interpose.record import Finding, Record, find, load_record, series_of
from interpose.record.answers import Advice, advise
from interpose.record.figures import published
from interpose.record.record import STRENGTH, Comparison
from interpose.report.page import Cell
from interpose.report.quantiles import Floats
from interpose.report.record_page import Line, line_of
from interpose.scenario import ResolvedRow, Scenario
from interpose.scenario.tables.record import Figure

RECORDER = "record"
"""Reporter whose reports stand for what can be read today; the record is compared with it."""

ENOUGH_FUTURES = 100
"""Below this many futures the ends of a 90 % interval rest on fewer than five of them."""


MAIN_SHARE = 0.5
"""A kind with more than this share of all dead, or of all incidents, is named."""

SIDES_OF_RIOTS = ("deaths_target", "deaths_instigator", "deaths_force")


@dataclass(frozen=True)
class RunData:
    """What the sections draw from: a run, its scenario and record, and what ``assess`` finds.

    `same_scenario` is False if the scenario was changed after the run, `failures` has the error of
    each future that failed, and `judgement` says why where there is none.
    """

    run: Run
    scenario: Scenario
    theatre: Theatre
    record: Record
    same_scenario: bool
    years: Yearly
    force: pd.DataFrame
    r: pd.DataFrame
    municipal: pd.DataFrame
    moved_by: pd.DataFrame
    failures: pd.DataFrame
    disagreements: tuple[Finding, ...]
    judgement: Assessment | str

    @property
    def futures(self) -> int:
        """How many futures were played to the end."""
        return len(self.years.futures)

    @property
    def is_rough(self) -> bool:
        """Whether there are too few futures for the ends of the ranges."""
        return self.futures < ENOUGH_FUTURES

    @property
    def has_recorder(self) -> bool:
        """Whether the futures say what of them would stand in the record."""
        return RECORDER in self.years.reporters

    @cached_property
    def strength_score(self) -> StrengthScore | None:
        """How the played strength stands to what was reported of it; None without any report."""
        if STRENGTH not in self.record.quantities():
            return None
        line = self.force.loc["in_theatre"]["q50"]
        return score_strength(line, series_of(self.record, STRENGTH))

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Measures that futures and record count alike, on the same days; empty without any."""
        if not (self.has_recorder and self.record.incidents):
            return ()
        found = tuple(measures(self.years, self.scenario, self.record))
        return found if len(found[0].years) else ()

    @property
    def full_years(self) -> tuple[int, int]:
        """Return the first and last year that were played whole, or else the longest played.

        The last is the last that the record covers, if any.
        """
        header, years = self.scenario.header, [int(year) for year in self.years.years]
        whole = [
            year
            for year in years
            if (year > header.start.year or (header.start.month, header.start.day) == (1, 1))
            and (year < header.end.year or (header.end.month, header.end.day) == (12, 31))
        ]
        known = whole or years
        last = int(self.held[0].years[-1]) if self.held and not self.is_what_if else known[-1]
        return known[0], last

    @cached_property
    def foreign(self) -> tuple[ResolvedRow, ...]:
        """Defaults that rest on Kosovo alone, where the mission is another one."""
        header = self.scenario.header
        at_home = "kosovo" in f"{header.name} {header.title}".lower()
        rows = self.scenario.parameters.rows()
        return () if at_home else tuple(row for row in rows if row.is_of_kosovo)

    @property
    def is_fitted(self) -> bool:
        """Whether any parameter was fitted to the record."""
        return any(row.basis == "fitted" for row in self.scenario.parameters.rows())

    @property
    def held_out(self) -> dt.date | None:
        """Last day that the fit read; None if nothing was fitted."""
        return self.scenario.header.fit_until if self.is_fitted else None

    @property
    def is_what_if(self) -> bool:
        """Whether another force, mission or policy was played than that of the record."""
        return _is_what_if(self.run)

    def place_name(self, name: str) -> str:
        """Return the name of a place by its id; what is not a place stays as it is."""
        index = self.theatre.place_index.get(name)
        return name if index is None else self.scenario.places[index].name

    def source_title(self, name: str) -> str:
        """Return the title of a source by its id."""
        return self.source_titles.get(name, name)

    def source_cell(self, name: str) -> Cell:
        """Return the title of a source by its id, with a link to its row on the page."""
        return Cell(self.source_title(name), link=f"#source-{name}")

    def record_cell(self, figure: Figure, text: str = "") -> Cell:
        """Return a published figure, whether it may be printed, and a link to its row."""
        return Cell(
            text or published(figure),
            link=f"#row-{figure.id}",
            under=self.advice[figure.id].verdict,
        )

    @cached_property
    def advice(self) -> dict[str, Advice]:
        """Whether to print each figure of the record, by its id."""
        judged = advise(Comparison(self.record), self.record.figures)
        return {one.figure.id: one for one in judged}

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Every row of the record as it stands in a page, by its id."""
        rows = self.record.rows
        return {row.id: line_of(self.record, row, self.advice.get(row.id)) for row in rows}

    @cached_property
    def source_titles(self) -> dict[str, str]:
        """Titles of sources by id."""
        return {source.id: source.title for source in self.scenario.sources}

    @cached_property
    def people(self) -> dict[str, NDArray[np.int32]]:
        """Who lives where and who fled, as (future, month, community): read once for a page."""
        columns = ("home", "inside", "abroad", "fled", "returned")
        return people_by_month(self.run, self.theatre, columns)

    @cached_property
    def officers(self) -> tuple[pd.DatetimeIndex, Floats]:
        """Dates of reviews, and accepted local police as (future, review, municipality)."""
        return accepted_officers(self.run, self.theatre)

    @cached_property
    def community_names(self) -> list[str]:
        """Names of the communities, in their order."""
        return [community.name for community in self.scenario.header.communities]

    @property
    def first_days(self) -> pd.DatetimeIndex:
        """First days of the years."""
        return pd.DatetimeIndex(first_days(self.years.years))

    @cached_property
    def main_kind(self) -> tuple[str, float] | None:
        """The type with more than half of all dead, riots' among them, and its share; or None."""
        by_type = self.years.of_type["deaths"].sum(axis=(0, 1))
        riots = totals(self.run, "riots", {}, SIDES_OF_RIOTS)
        share = by_type.max() / max(by_type.sum() + np.sum(list(riots.values())), 1.0)
        return (self.theatre.type_ids[by_type.argmax()], share) if share > MAIN_SHARE else None


def gather(folder: Path | str) -> RunData:
    """Read a run and all that belongs to it.

    Raises
    ------
    RunError
        If there is no run, its tables are not as it wrote them, none of its futures was played to
        the end, or its scenario is gone.
    ScenarioError
        If the scenario was broken since.
    """
    give_back_memory()  # of a play that went before
    run = read_run(folder)
    run.check()
    scenario = run.scenario
    theatre = Theatre(scenario)
    _expect_same_types(run, theatre)
    same = scenario.digest == run.info["scenario_digest"]
    record = load_record(scenario.folder)
    years = yearly(run, theatre)
    if not len(years.futures):
        msg = f"{run.folder}: no future was played to the end, so there is nothing to report."
        raise RunError(msg)
    return RunData(
        run=run,
        scenario=scenario,
        theatre=theatre,
        record=record,
        same_scenario=same,
        years=years,
        force=force_by_month(run),
        r=r_by_review(run),
        municipal=municipalities_by_review(run, theatre),
        moved_by=sensitivity(run, scenario.parameters.rows()),
        failures=run.futures[run.futures["status"] != "done"],
        disagreements=find(record),
        judgement=_judged(run, scenario, record),
    )


def _is_what_if(run: Run) -> bool:
    changed = any(step.keys() - {"values"} for step in run.info["changes"])
    return changed or run.info["policy"] != "replay"


def _judged(run: Run, scenario: Scenario, record: Record) -> Assessment | str:
    """Return what the futures of a run are worth, or why nobody can say."""
    if _is_what_if(run):
        return "These futures play another force, mission or policy."
    try:
        return judge_run(run, scenario, record)
    except InterposeError as error:
        return str(error)


def _expect_same_types(run: Run, theatre: Theatre) -> None:
    if list(theatre.type_ids) != run.info["axes"]["type"]:
        msg = (
            f"{run.folder}: the incident types of {theatre.scenario.folder} are no longer those"
            " that were played. Run it again, then report."
        )
        raise RunError(msg)
