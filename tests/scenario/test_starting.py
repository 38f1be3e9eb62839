"""A new scenario is written whole or not at all."""

import pytest

from interpose.errors import InterposeError
from interpose.scenario import check, load, new
from interpose.scenario import folder as starting


def test_a_new_scenario_loads_under_its_own_name(tmp_path):
    folder = new("my_valley", tmp_path / "missions" / "mine")
    assert folder == tmp_path / "missions" / "mine" / "my_valley"
    assert check(folder) == []
    assert load(folder).header.name == "my_valley"


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "valley").mkdir()
    with pytest.raises(InterposeError, match="there already; nothing was overwritten"):
        new("valley", tmp_path)
    assert list((tmp_path / "valley").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "a\\b", "Valley", "two words", "x" * 65, "a\n", "\0", ".hidden"]
)
def test_names_that_could_lead_elsewhere_are_refused(tmp_path, name):
    with pytest.raises(InterposeError, match="cannot name a scenario: use lower-case letters"):
        new(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_is_stopped_leaves_nothing_behind(tmp_path, monkeypatch):
    def stop(template, aside, **_):
        aside.mkdir()
        (aside / "scenario.toml").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(starting.shutil, "copytree", stop)
    with pytest.raises(KeyboardInterrupt):
        new("valley", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InterposeError, match="cannot be written"):
        new("valley", tmp_path / "file")
