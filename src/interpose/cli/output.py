"""How the command line talks: options of several verbs; results to stdout, all else to stderr."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from interpose.errors import (
    InterposeError,
    RunawayError,
    RunDamagedError,
    RunError,
    RunMismatchError,
    ShapeError,
)

if TYPE_CHECKING:
    from interpose.ensemble import Progress
    from interpose.scenario import Scenario

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a bundled scenario, or a folder.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document to stdout, and nothing else.")
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same futures.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Threads.", show_default="one a core")]
On = Annotated[str | None, typer.Option(metavar="DATE", help="A day, such as 2023-10-01.")]
CloseBase = Annotated[
    list[str] | None, typer.Option(metavar="BASE", help="A base that is closed. May be repeated.")
]
ClosedRoad = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE:PLACE", help="A road is barricaded. May be repeated."),
]
WinterFactor = Annotated[
    float, typer.Option(metavar="FACTOR", help="Snow multiplies every travel time by this.")
]
ScaleForce = Annotated[
    float | None,
    typer.Option(metavar="FACTOR", help="What if the force had so many times its strength?"),
]
Withdraw = Annotated[
    str | None, typer.Option(metavar="DATE", help="What if the force were gone from this day on?")
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="With --scale-force: from this day on.", show_default="from the first"
    ),
]
WhatIf = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES|FILE", help="Changes of what_ifs/ or of a TOML file, parted by commas."
    ),
]
TimeLimit = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="Of each search; the best found is kept.")
]


class Verb(TyperCommand):
    """A command that tells our errors without a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer brings its own click
        """Do the command; on an error of ours say it and set the exit status."""
        try:
            return super().invoke(ctx)
        except InterposeError as error:
            kind = type(error).__name__
            if ctx.params.get("as_json"):
                print_json({"error": kind, "message": str(error)})
            say(f"{kind}: {error}", err=True)
            raise typer.Exit(exit_status(error)) from error


class GroupWithDefault(TyperGroup):
    """A group whose first word may be a command or, for its default command, a scenario.

    A scenario with the name of a command is written as a folder: ``./why``.
    """

    default = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's click
        """Put the default command in front of words that name none."""
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h"}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def day_of(text: str | None, option: str) -> dt.date | None:
    """Read the day of an option."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r}: must be a day, such as 2021-03-09."
        raise typer.BadParameter(msg, param_hint=option) from error


def pair_of(text: str, option: str) -> tuple[str, str]:
    """Read two words with a colon between them."""
    first, colon, second = text.partition(":")
    if not (first and colon and second):
        msg = f"{text!r}: must be two words with a colon between them."
        raise typer.BadParameter(msg, param_hint=option)
    return first, second


def as_asked(
    scenario: Scenario,
    scale_force: float | None,
    withdraw: str | None,
    since: str | None,
    named: str | None = None,
) -> Scenario:
    """Return the scenario with the changes that the options ask for; say if it leaves doubts."""
    from interpose.errors import told_together
    from interpose.scenario import doubts, scenario_names, with_what_ifs

    if named is not None:
        scenario = with_what_ifs(scenario, named)
    if not (scale_force is None and withdraw is None and since is None):
        scenario = scenario.with_(
            scale_force=scale_force,
            withdraw=day_of(withdraw, "--withdraw"),
            since=day_of(since, "--since"),
        )
    found = told_together(doubts(scenario))
    if scenario.changes:  # no folder has these rows
        for text in found:
            note(f"warning: {text}")
    elif found:
        many = f"{len(found)} warnings" if len(found) > 1 else "1 warning"
        name = scenario.header.name
        where = name if name in scenario_names() else scenario.folder
        note(f"{many} about this scenario; to see them: interpose check {where}")
    return scenario


def exit_status(error: InterposeError) -> int:
    """Return 2 for what the user can mend by another input, 1 for the rest.

    Examples
    --------
    >>> exit_status(RunMismatchError("other seed")), exit_status(RunError("disk full"))
    (2, 1)
    """
    if isinstance(error, RunMismatchError | RunDamagedError):
        return WRONG_INPUT
    return FAILED if isinstance(error, RunError | RunawayError | ShapeError) else WRONG_INPUT


def print_json(document: object) -> None:
    """Write the one JSON document of a verb to stdout."""
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False, default=str))


def say(text: str = "", *, err: bool = False) -> None:
    """Print lines; on a terminal sentences are wrapped at words, rows of tables are left whole."""
    if (sys.stderr if err else sys.stdout).isatty():
        text = "\n".join(wrapped(line, get_terminal_size().columns) for line in text.split("\n"))
    typer.echo(text, err=err)


def wrapped(line: str, width: int) -> str:
    """Return a line wrapped at words, unless it is the row of a table.

    Examples
    --------
    >>> print(wrapped("  soldiers at two bases", 14))
      soldiers at
        two bases
    >>> print(wrapped("soldiers   12   14   16", 14))
    soldiers   12   14   16
    """
    words = line.strip()
    if len(line) <= width or len(re.findall("  +", words)) > 2:
        return line
    start = line[: len(line) - len(line.lstrip())]
    return fill(
        words,
        width,
        initial_indent=start,
        subsequent_indent=start + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def note(text: str) -> None:
    """Tell the person at the terminal something that is not the result."""
    say(text, err=True)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show on stderr how far some work is: call with its name, what is done, and the whole."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    name = TextColumn("{task.description}", markup=False)
    bar = Bar(name, *columns, console=Console(stderr=True))
    task = bar.add_task("", total=None)

    def show(name: str, done: int, whole: int) -> None:
        bar.start()  # not before: work that is refused needs no bar
        bar.update(task, total=whole, completed=done, description=name)

    try:
        yield show
    finally:
        bar.stop()


@contextmanager
def progress_of(what: str, if_stopped: str) -> Iterator[Callable[[Progress], None]]:
    """Show on stderr how many futures are played; on Ctrl-C say what becomes of them."""
    try:
        with progress_bar() as bar:

            def show(now: Progress) -> None:
                failed = f" ({now.failed} failed)" if now.failed else ""
                bar(f"{what}{failed}", now.done + now.failed, now.futures)

            yield show
    except KeyboardInterrupt:
        note(if_stopped)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def status_line(text: str) -> Iterator[Callable[[str], None]]:
    """Show on stderr what is being done; call with the text that takes its place."""
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield status.update
