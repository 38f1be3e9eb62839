"""Spoiled plan tables: refused with what is wrong, or planned with what is lacking said."""

import csv
import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interpose.errors import AuditError, InterposeError
from interpose.plan import plan
from interpose.plan.tell.shortfalls import force_by_month
from interpose.report.plan_page.contents import plan_page
from interpose.report.plan_page.plan_data import page_data
from interpose.scenario import check

TABLES = ("capabilities", "caveats", "missions", "offers", "requirements", "standings", "workload")
YEAR = {"begins": dt.date(2030, 1, 1), "ends": dt.date(2030, 7, 1), "time_limit_s": 2.0, "gap": 0.1}
ODD = (
    "", "0", "1", "-1", "3", "999999999", "1e308", "nan", "2,5", "true", "false", "zzz", "nor",
    "theatre", "2030-01-01", "2030-02-30", "1999-01-01", "2040-01-01", "company", "nor;sou",
)  # fmt: skip
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(TABLES),
        st.integers(0, 40),
        st.integers(0, 40),
        st.one_of(st.sampled_from(ODD), st.integers(0, 40), st.just("DROP"), st.just("TWICE")),
    ),
    min_size=1,
    max_size=3,
)


def spoil(folder, changes):
    """Change cells of tables; a number stands for the cell of another row, in that column."""
    for table, row, column, to in changes:
        path = folder / "plan" / f"{table}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        at = row % len(rows)
        if to == "DROP":
            del rows[at]
        elif to == "TWICE":
            rows.append(rows[at])
        else:
            column %= len(header)
            rows[at][column] = rows[to % len(rows)][column] if isinstance(to, int) else to
        if not rows:
            path.unlink()
            continue
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def never_silently_wrong(source, changes, page):
    with tempfile.TemporaryDirectory() as at:
        folder = Path(at) / source.name
        shutil.copytree(source, folder)
        spoil(folder, changes)
        faults = check(folder)
        try:
            force = plan(folder, **YEAR)
        except AuditError:
            raise  # a fault of ours, never of the input
        except InterposeError:
            return
        assert not faults
        bare = [row for row in force_by_month(force.inputs, force.plan) if not row.there]
        assert not bare or force.shortfalls
        for cell in force.plan.cells:
            line = next(row for row in force.inputs.requirements if row.id == cell.requirement)
            short = cell.present < cell.needed
            assert not (short and line.critical) or any("Critical" in s for s in force.shortfalls)
        written = force.write(Path(at) / "out")
        assert all(path.stat().st_size for path in written)
        if page:
            assert "</html>" in plan_page(page_data(force))


QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True}


@settings(max_examples=25, **QUIET)
@given(CHANGES)
def test_spoiled_tables_are_refused_or_planned_with_what_is_lacking_said(ormel_folder, changes):
    never_silently_wrong(ormel_folder, changes, page=False)


@pytest.mark.slow
@settings(max_examples=1000, **QUIET)
@given(CHANGES, st.integers(0, 9))
def test_a_thousand_spoiled_tables_are_never_silently_wrong(ormel_folder, changes, page):
    never_silently_wrong(ormel_folder, changes, page == 0)
