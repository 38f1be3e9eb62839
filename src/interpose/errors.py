"""Every error that interpose raises on purpose.

::

    InterposeError                 catch this one to catch them all
    ├── ScenarioError              a scenario folder is faulty; carries every fault at once
    ├── UnknownNameError           a name that is not among those known; carries a suggestion
    ├── RunError                   a run folder cannot be written, read or resumed
    │   ├── RunMismatchError       the folder holds a run of other inputs
    │   └── RunDamagedError        its files are not those that the run wrote
    ├── PagesError                 proposals for the record cannot be read, accepted or written
    ├── PlanError                  a plan cannot be made or is not to be trusted
    │   ├── ConflictError          frozen months of a plan contradict what holds today
    │   └── AuditError             a plan breaks a rule; carries every finding
    ├── RunawayError               a future grew past its limit of incidents
    └── ShapeError                 an array has other axes than its function states

Library code raises; only ``interpose.cli`` prints and exits (2 for wrong input, 1 for the rest).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass


class InterposeError(Exception):
    """Anything that interpose refuses to do, with the reason as its text."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a scenario folder.

    Attributes
    ----------
    file : str
        Path below the scenario folder, for example ``contingents.csv``.
    line : int
        Line in that file, the header being line 1; 0 where the whole file is meant.
    field : str
        Column, or dotted key of a TOML file; empty where the whole row is meant.
    found : str
        The value as it stands there, shortened.
    wanted : str
        What was wanted, as a full sentence, with a near name where there is one.
    more : int
        How many other faults it stands for.
    """

    file: str
    line: int
    field: str
    found: str
    wanted: str
    more: int = 0

    def __str__(self) -> str:
        place = self.file + (f" line {self.line}" if self.line else "")
        what = f", {self.field}" if self.field else ""
        found = f" {self.found}." if self.found else ""
        return f"{place}{what}:{found} {self.wanted}"


def told_together(faults: Iterable[Fault]) -> list[str]:
    """Say faults; one that is the same on several rows, but for its numbers, is said once.

    Examples
    --------
    >>> told_together(Fault("a.csv", n, "b", f"'{n},5'", f"Must be {n}.5.") for n in (2, 3, 4, 9))
    ["a.csv lines 2 to 4, 9, b: '2,5' and others. Must be 2.5."]
    """
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        same = (re.sub(r"\d[\d.,']*\d|\d", "#", text) for text in (fault.found, fault.wanted))
        row = "" if fault.line else str(len(groups))
        groups.setdefault((fault.file, fault.field, row, *same), []).append(fault)
    return [_together(group) for group in groups.values()]


def _together(group: list[Fault]) -> str:
    first = group[0]
    if len(group) < 3:
        return "\n  ".join(map(str, group))
    lines = sorted({fault.line for fault in group})
    starts = [n for n in lines if n - 1 not in lines]
    ends = [n for n in lines if n + 1 not in lines]
    spans = (f"{a}" if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))
    others = " and others" if len({fault.found for fault in group}) > 1 else ""
    what = f", {first.field}" if first.field else ""
    found = f" {first.found}{others}." if first.found else ""
    return f"{first.file} lines {', '.join(spans)}{what}:{found} {first.wanted}"


class ScenarioError(InterposeError):
    """A scenario folder is faulty; nothing was run.

    Attributes
    ----------
    folder : str
        The folder as the user named it.
    faults : tuple of Fault
        All faults, in the order of file and line; told with the `verb` that reads them again.
    """

    def __init__(self, folder: str, faults: Iterable[Fault], verb: str = "check") -> None:
        self.folder = folder
        self.faults = tuple(sorted(faults))
        number = sum(1 + fault.more for fault in self.faults)
        count = f"{number:,} fault" + ("s" if number != 1 else "")
        lines = "\n".join(f"  {text}" for text in told_together(self.faults))
        super().__init__(
            f"{count} in {folder}; nothing was run.\n{lines}"
            + (f"\nMend these, then: interpose {verb} {folder}" if verb else "")
        )


def some_of(names: Iterable[str], most: int = 12) -> str:
    """Return names in one line; of many the first, and how many more there are.

    Examples
    --------
    >>> some_of(["a", "b", "c"]), some_of("abcd", 2)
    ('a, b, c', 'a, b and 2 more')
    """
    every = list(names)
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


class UnknownNameError(InterposeError):
    """A name that is not among those known."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(known)
        near = near_name(name, self.known)
        hint = f" Did you mean {near!r}?" if near else ""
        super().__init__(
            f"{kind} {name!r} is not known.{hint} Known: {some_of(self.known) or 'none'}."
        )


def require_known(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse the first name that is not known, with one that is near."""
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, known)


class RunError(InterposeError):
    """A run folder cannot be written, read or resumed."""


class RunMismatchError(RunError):
    """The folder already holds a run of another scenario, policy, seed or version."""


class RunDamagedError(RunError):
    """The files of a run are not those that it wrote; says which, and how to mend them."""


class PagesError(InterposeError):
    """Proposals for the record cannot be read, accepted or written."""


class PlanError(InterposeError):
    """A plan cannot be made, or one that was made is not to be trusted."""


class ConflictError(PlanError):
    """Months of a plan that are frozen break rules of today; carries each, with numbers."""

    def __init__(self, demands: Iterable[str]) -> None:
        self.demands = tuple(demands)
        lines = "\n".join(f"  {demand}" for demand in self.demands)
        super().__init__(
            f"The frozen months break what holds today; no plan was made.\n{lines}\n"
            "Freeze fewer months (--frozen-until), or change the rows of the tables named."
        )


class AuditError(PlanError):
    """A plan breaks a rule that its audit knows."""

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        lines = "\n".join(f"  {finding}" for finding in self.findings)
        super().__init__(f"The audit found {len(self.findings)} faults in the plan.\n{lines}")


class RunawayError(InterposeError):
    """A future grew past its limit of incidents: its R stayed above one for too long."""


class ShapeError(InterposeError):
    """An array has other axes than its function states."""


def near_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is spelt most like `name`, if any is near.

    Examples
    --------
    >>> near_name("Bondstel", ["Bondsteel", "Film City"])
    'Bondsteel'
    >>> near_name("Atlantis", ["Bondsteel"]) is None
    True
    """
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return near[0] if near else None
