"""The plan tables of the shipped scenario, and those of the invented one."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from interpose.scenario import new, read_plan_tables

for folder in (Path(__file__).parent, Path(__file__).parents[1]):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

ORMEL = Path(__file__).parent / "ormel" / "plan"


@pytest.fixture(scope="session")
def kosovo():
    return read_plan_tables("kosovo")


@pytest.fixture(scope="session")
def ormel_folder(tmp_path_factory):
    """The example scenario with plan tables; not to be changed."""
    made = new("ormel", tmp_path_factory.mktemp("plan"))
    shutil.copytree(ORMEL, made / "plan")
    return made


@pytest.fixture(scope="session")
def ormel(ormel_folder):
    return read_plan_tables(ormel_folder)
