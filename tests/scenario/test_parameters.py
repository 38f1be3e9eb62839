"""Parameters: which row speaks for what, and what happens to unknown names."""

import pytest

from interpose.errors import InterposeError, ScenarioError, UnknownNameError
from interpose.scenario import load, master_table
from interpose.scenario.loading import read_folder
from interpose.scenario.parameters import read_master, resolve
from interpose.scenario.tables.mission import IncidentType, ParameterRow

MASTER = """\
name,unit,shape,default,low,high,basis,source,as_of,note
presence.reach_min,minutes,scalar,30,10,60,assumed,us,2026,how far a patrol goes
riot.size,persons,type,200,50,500,published,them,2020,
rate.yearly,1/year,type,,,,fitted,given by the scenario,,
news.delay,days,reporter,2,1,3,assumed,us,2026,
"""

ATTACK = IncidentType(
    id="attack.hill.river", act="armed_attack", instigator="hill", target="river", words="w"
)
ANSWER = IncidentType(
    id="attack.river.hill", act="armed_attack", instigator="river", target="hill", words="w"
)
PROTEST = IncidentType(
    id="protest.hill", act="protest", instigator="hill", target="authorities", words="w"
)
NEEDED = {
    "scalar": ((),),
    "type": tuple((kind.id, kind.act) for kind in (ATTACK, ANSWER, PROTEST)),
    "reporter": (("gazette",),),
}


@pytest.fixture
def master(tmp_path):
    folder = tmp_path / "master"
    folder.mkdir()
    (folder / "parameters.csv").write_text(MASTER)
    return read_master(folder)


def given(name, value):
    return ParameterRow(name=name, value=value, low=0, high=1000, basis="assumed", source="us")


def test_a_type_beats_its_act_which_beats_the_bare_row(master):
    rows = (
        given("rate.yearly", 1),
        given("rate.yearly[armed_attack]", 2),
        given("rate.yearly[attack.river.hill]", 3),
    )
    parameters = resolve(master, rows, {}, NEEDED)
    asked = [parameters.of_type("rate.yearly", kind) for kind in (PROTEST, ATTACK, ANSWER)]
    assert asked == [1, 2, 3]


def test_a_row_of_the_scenario_beats_the_default_and_leaves_the_rest_to_it(master):
    rows = (given("riot.size[protest]", 900), given("rate.yearly", 1))
    parameters = resolve(master, rows, {}, NEEDED)
    assert parameters.of_type("riot.size", PROTEST) == 900
    assert parameters.of_type("riot.size", ATTACK) == 200
    assert parameters.scalar("presence.reach_min") == 30
    assert parameters.of_reporter("news.delay", "gazette") == 2


def test_rows_are_those_in_force_in_the_order_of_the_master(master):
    rows = (given("rate.yearly", 1), given("news.delay[gazette]", 5))
    parameters = resolve(master, rows, {"us": "Our guess"}, NEEDED)
    assert [(row.name, row.value, row.unit, row.source) for row in parameters.rows()] == [
        ("presence.reach_min", 30, "minutes", "us"),
        ("riot.size", 200, "persons", "them"),
        ("rate.yearly", 1, "1/year", "Our guess"),
        ("news.delay[gazette]", 5, "days", "Our guess"),
    ]
    assert [row.from_scenario for row in parameters.rows()] == [False, False, True, True]


def test_other_values_make_a_copy(master):
    parameters = resolve(master, (given("rate.yearly", 1),), {}, NEEDED)
    other = parameters.with_values({"rate.yearly": 7})
    assert (parameters.of_type("rate.yearly", PROTEST), other.of_type("rate.yearly", PROTEST)) == (
        1,
        7,
    )


def test_unknown_names_are_errors_with_a_suggestion(master):
    parameters = resolve(master, (given("rate.yearly", 1),), {}, NEEDED)
    with pytest.raises(UnknownNameError, match=r"Did you mean 'presence.reach_min'"):
        parameters.scalar("presence.reach_km")
    with pytest.raises(UnknownNameError, match="of shape 'type'"):
        parameters.of_type("presence.reach_min", PROTEST)
    with pytest.raises(UnknownNameError, match=r"Did you mean 'riot.size'"):
        parameters.with_values({"riot.sise": 1.0})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(master, value):
    parameters = resolve(master, (given("rate.yearly", 1),), {}, NEEDED)
    with pytest.raises(InterposeError, match="not a finite number"):
        parameters.with_values({"rate.yearly": value})


def test_a_parameter_without_default_must_be_given_for_every_type(example, master):
    text = "name,value,low,high,basis,source,note\nrate.yearly[protest],1,0,2,assumed,authors,\n"
    (example / "parameters.csv").write_text(text)
    _, (fault,) = read_folder(example, master)
    assert fault.field == "rate.yearly"
    assert "rate.yearly[harassment.hill.river], rate.yearly[harassment.river.hill]" in fault.wanted


def test_a_reporter_that_does_not_report_has_no_parameter(example, master):
    rows = "rate.yearly,1,0,2,assumed,authors,\nnews.delay[gazete],1,0,2,assumed,authors,\n"
    (example / "parameters.csv").write_text("name,value,low,high,basis,source,note\n" + rows)
    _, (fault,) = read_folder(example, master)
    assert (fault.line, fault.found) == (3, "'gazete'")
    assert "Did you mean 'gazette'?" in fault.wanted


def test_a_damaged_master_table_is_not_used(tmp_path):
    (tmp_path / "parameters.csv").write_text(MASTER.replace("persons,type,", "persons,types,"))
    with pytest.raises(ScenarioError, match=r"line 3, shape: 'types'. Must be one of"):
        read_master(tmp_path)


def test_the_master_table_is_sound():
    rows = master_table()
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    for row in rows:
        low = row.low if row.low is not None else row.default
        high = row.high if row.high is not None else row.default
        assert row.default is None or low <= row.default <= high, row.name


def test_every_parameter_of_the_example_can_be_asked_for(example):
    scenario = load(example)
    for row in master_table():
        for kind in scenario.incident_types:
            if row.shape == "type":
                assert scenario.parameters.of_type(row.name, kind) >= 0
        if row.shape == "scalar":
            scenario.parameters.scalar(row.name)
