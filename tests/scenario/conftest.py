"""A sound example folder, and a way to make one slip in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from interpose.scenario import new

if str(Path(__file__).parents[1]) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parents[1]))  # helpers that several rooms share


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A fresh copy of the example scenario."""
    return new("example", tmp_path)


@pytest.fixture
def edit(example: Path) -> Callable[[str, str, str], Path]:
    """Make one edit in one file of the example; the old text must be there."""

    def one_edit(file: str, old: str, new_text: str) -> Path:
        path = example / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"the example has changed: {old!r} is not in {file}"
        path.write_text(text.replace(old, new_text, 1), encoding="utf-8")
        return example

    return one_edit
