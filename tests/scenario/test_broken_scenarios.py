"""A corpus of broken scenarios: one slip each, and the fault that a person is shown."""

from typing import NamedTuple

import pytest

from interpose.errors import ScenarioError
from interpose.scenario import check, load, new


class Slip(NamedTuple):
    """One edit, and the one fault it must give."""

    file: str
    old: str
    new: str
    line: int
    field: str
    words: str
    at: str = ""  # the file with the fault, where it is another


SLIPS = [
    # scenario.toml
    Slip("scenario.toml", "format = 1", "format = 2", 3, "format", "Must be 1."),
    Slip("scenario.toml", "format = 1", "format = ", 3, "", "Is not TOML"),
    Slip("scenario.toml", "title =", "titel =", 0, "title", "This setting is missing"),
    Slip("scenario.toml", "title =", "titel =", 5, "titel", "Did you mean 'title'?"),
    Slip(
        "scenario.toml", 'name = "replay"', 'name = "repaly"', 35, "policy.name", "Must be replay"
    ),
    Slip("scenario.toml", "days = 90", "days = 0", 36, "policy.review_interval_days", "1 or more"),
    Slip("scenario.toml", "2031-12-31", "2029-12-31", 7, "end", "Must be after start"),
    Slip("scenario.toml", "2031-12-31", "3031-12-31", 7, "end", "a century"),
    Slip("scenario.toml", "2030-12-31", "2032-12-31", 8, "fit_until", "within the mission"),
    Slip("scenario.toml", "fit_until", "crises_note = 3\nfit_until", 8, "crises_note", "text in"),
    Slip("scenario.toml", "2030-01-01", '"1.1.2030"', 6, "start", "YYYY-MM-DD"),
    Slip("scenario.toml", "2030-01-01", "1893456000", 6, "start", "YYYY-MM-DD"),
    Slip("scenario.toml", 'name = "example"', 'name = "sample"', 4, "name", "Must be the folder's"),
    Slip("scenario.toml", 'id = "open_pass"', 'id = "safe_market"', 29, "tasks.id", "once"),
    Slip("scenario.toml", 'source = "treaty"', 'source = "treety"', 26, "tasks.source", "'treaty'"),
    # columns
    Slip("places.csv", "id,name", "id,nmae", 1, "", "No such column. Did you mean 'name'?"),
    Slip("places.csv", "lat,lon", "lat,lat", 1, "lat", "more than once"),
    Slip("places.csv", "lat,lon", "lat,lat", 1, "lon", "missing: longitude"),
    Slip(
        "places.csv",
        "Saltbridge,Pont",
        "Salt,bridge,Pont",
        2,
        "",
        "11 cells; the first line names 10",
    ),
    Slip("places.csv", '"mill, brewery, ferry"', "mill, brewery", 4, "", "Put quotes around"),
    Slip("places.csv", "market on", '"market on', 2, "", "quotes of this row do not close"),
    # cells
    Slip("places.csv", "45.000", "95", 2, "lat", "Must be 90 or less."),
    Slip("places.csv", "45.000", '"45,0"', 2, "lat", "decimal point: 45.0."),
    Slip("places.csv", "45.000", "nan", 2, "lat", "finite number"),
    Slip("places.csv", "45.000", "1e400", 2, "lat", "finite number"),
    Slip("places.csv", "45.000", "", 2, "lat", "Must not be empty."),
    Slip("places.csv", ",crossing,", ",crosing,", 7, "kind", "Did you mean 'crossing'?"),
    Slip("people.csv", "21000", '"21,000"', 2, "persons", "without thousands separators: 21000."),
    Slip("people.csv", "21000", "21 000", 2, "persons", "without thousands separators: 21000."),
    Slip("people.csv", "21000", "21000.5", 2, "persons", "whole number"),
    Slip("people.csv", "21000", "many", 2, "persons", "a whole number"),
    Slip("people.csv", "21000", "25000", 2, "persons", "within 18000 to 24000"),
    Slip("people.csv", "18000", "28000", 2, "low", "at most high"),
    Slip("contingents.csv", "420,0.6", "-420,0.6", 2, "strength", "Must be 0 or more."),
    Slip("contingents.csv", "420,0.6", "420,60%", 2, "riot_capable", "0.6 is meant"),
    Slip("contingents.csv", "420,0.6", "99999999999,0.6", 2, "strength", "1,000,000,000 or less"),
    Slip("contingents.csv", "2029-10-30", "30.10.2029", 2, "decided", "YYYY-MM-DD"),
    Slip("contingents.csv", "2029-10-30", "2029-02-30", 2, "decided", "no such day"),
    Slip("contingents.csv", "nor_battalion", "Nor Battalion", 2, "id", "lower-case letters"),
    Slip("sources.csv", "2029-10-30", "autumn 2029", 2, "date", "such as 2004-03-17"),
    Slip("areas.csv", "saltbridge;highfold", "saltbridge;", 2, "municipalities", "parted by ';'"),
    Slip("areas.csv", "saltbridge;highfold", "highfold;highfold", 2, "municipalities", "twice"),
    Slip("shocks.csv", ",rumour,", ",rumor,", 2, "kind", "Did you mean 'rumour'?"),
    Slip("shocks.csv", ",yes,", ",maybe,", 4, "talks", "true or false"),
    # names
    Slip("shocks.csv", "hill,river,,no", "hill,rivers,,no", 2, "against", "'river'"),
    Slip("shocks.csv", "stonewell,hill,", "stonewell,hills,", 2, "community", "'hill'"),
    Slip("shocks.csv", "highfold;stonewell", "highfold;stonewel", 2, "places", "'stonewell'"),
    Slip("shocks.csv", "local_police", "lokal_police", 4, "acting", "'local_police'"),
    Slip("record/crises.csv", "goat_rumour", "goat_rumor", 2, "shock", "'goat_rumour'"),
    Slip("record/crises.csv", ",negotiation,", ",talks,", 3, "ended_by", "negotiation"),
    Slip(
        "contingents.csv",
        "camp_ferry",
        "camp_fery",
        2,
        "base",
        "bases.csv. Did you mean 'camp_ferry'?",
    ),
    Slip("contingents.csv", ",nor,", ",nort,", 2, "contributor", "Did you mean 'nor'?"),
    Slip("people.csv", ",river,", ",rivers,", 2, "community", "Did you mean 'river'?"),
    Slip("people.csv", "saltbridge,", "lower_mill,", 2, "place", "of kind municipal_seat"),
    Slip("links.csv", "lower_mill", "lower_mil", 2, "b", "Did you mean 'lower_mill'?"),
    Slip("police.csv", ",all,", ",al,", 2, "municipality", "Did you mean 'all'?"),
    Slip("shocks.csv", ",all,hill;river", ",all;highfold,hill", 5, "places", "must stand alone"),
    Slip("incident_types.csv", "hill,river,Hill", "hil,river,Hill", 2, "instigator", "'hill'"),
    Slip("incident_types.csv", "hill,force,", "hill,forces,", 8, "target", "'force'"),
    Slip("incident_types.csv", ",protest,", ",protests,", 7, "act", "Did you mean 'protest'?"),
    Slip("bases.csv", "orders,head", "order,head", 2, "source", "Did you mean 'orders'?"),
    Slip("record/incidents.csv", ",goat_night,", ",goat_nite,", 3, "responds_to", "'goat_night'"),
    Slip(
        "record/casualties.csv",
        "goat_night,river",
        "goat_nigt,river",
        2,
        "incident",
        "'goat_night'",
    ),
    # rules across rows and files
    Slip(
        "police.csv", "joint_police_saltbridge", "visiting_officers", 3, "id", "in line 2 already"
    ),
    Slip("shares.csv", "0.65", "0.66", 2, "share", "river in saltbridge must add up to 1"),
    Slip(
        "shares.csv",
        "highfold,stonewell,hill",
        "highfold,lower_mill,hill",
        8,
        "place",
        "Belongs to saltbridge",
    ),
    Slip("links.csv", "saltbridge,lower_mill", "lower_mill,lower_mill", 2, "b", "another place"),
    Slip(
        "links.csv", "highfold,pass_gate", "lower_mill,saltbridge", 7, "a, b", "in line 2 already"
    ),
    Slip(
        "links.csv",
        "highfold,pass_gate",
        "highfold,saltbridge",
        7,
        "id",
        "No links lead from here",
        "places.csv",
    ),
    Slip(
        "people.csv",
        "saltbridge,hill,",
        "saltbridge,river,",
        3,
        "place, community, year",
        "in line 2",
    ),
    Slip("contingents.csv", "2029-11-05", "2029-10-05", 2, "notified", "before decided"),
    Slip("contingents.csv", "2029-12-10", "2029-11-01", 2, "arrives", "before notified"),
    Slip("contingents.csv", "2031-03-01", "2029-12-10", 2, "departs", "Must be after arrives"),
    Slip("contingents.csv", "2031-03-01", "2030-01-01", 2, "departs", "No day of the mission"),
    Slip(
        "contingents.csv",
        "2031-06-08,2031-10-01",
        "2032-06-08,",
        7,
        "arrives",
        "No day of the mission",
    ),
    Slip("police.csv", "2030-06-01", "2033-06-01", 3, "begins", "No day of the mission"),
    Slip("police.csv", "2031-07-01", "2029-07-01", 2, "ends", "Must be after begins"),
    Slip("shocks.csv", "2030-03-14", "2029-03-14", 2, "date", "within the mission"),
    Slip(
        "bases.csv",
        "2029-12-15,",
        "2030-12-15,",
        4,
        "arrives",
        "opens on 2030-12-15",
        "contingents.csv",
    ),
    Slip(
        "bases.csv",
        "2029-12-15,",
        "2029-12-15,2031-09-01",
        7,
        "departs",
        "closes on 2031-09-01",
        "contingents.csv",
    ),
    Slip(
        "places.csv",
        "highfold,municipal",
        "saltbridge,municipal",
        3,
        "municipality",
        "names itself here: highfold",
    ),
    Slip(
        "incident_types.csv",
        "harassment,river,hill",
        "harassment,hill,river",
        3,
        "act, instigator, target",
        "in line 2 already",
    ),
    # parameters
    Slip("parameters.csv", "0.08,0.04,0.12", "0.08,0.04,1.2", 8, "high", "is a share"),
    Slip(
        "parameters.csv",
        "presence.travel_decay_min",
        "presence.travel_decay",
        11,
        "name",
        "Did you mean",
    ),
    Slip(
        "parameters.csv", "[harassment]", "[harrassment]", 2, "name", "Did you mean 'harassment'?"
    ),
    Slip("parameters.csv", "decay_min", "decay_min[protest]", 11, "name", "has one value"),
    Slip("parameters.csv", "decay_min", "decay_min[", 11, "name", "name or name[index]"),
    Slip("parameters.csv", "25,15,40", "25,30,40", 11, "value", "within 30 to 40"),
    Slip("parameters.csv", "25,15,40", "25,-15,40", 11, "low", "never negative"),
    Slip(
        "parameters.csv",
        "[roadblock]",
        "[bombing]",
        0,
        "background.rate",
        "background.rate[roadblock.hill",
    ),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.file}-{slip.line}-{slip.new[:24]}")
def test_a_slip_is_reported_where_it_stands_and_in_plain_words(slip, edit):
    faults = check(edit(slip.file, slip.old, slip.new))
    told = "\n".join(map(str, faults))
    assert any(
        (fault.file, fault.line, fault.field) == (slip.at or slip.file, slip.line, slip.field)
        and slip.words in str(fault)
        for fault in faults
    ), told
    assert len(faults) <= 3, told
    assert not any(word in told for word in ("pydantic", "Input should", "validation error")), told


def test_all_faults_come_at_once_in_the_order_of_file_and_line(edit):
    edit("contingents.csv", "420,0.6", "-420,0.6")
    edit("contingents.csv", "sou,camp_lookout", "sou,camp_lokout")
    folder = edit("bases.csv", "2029-12-15", "soon")
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    places = [(fault.file, fault.line) for fault in caught.value.faults]
    assert places == [("bases.csv", 3), ("contingents.csv", 2), ("contingents.csv", 4)]
    assert "3 faults in" in str(caught.value)


def test_a_fault_in_one_table_is_not_repeated_in_those_that_refer_to_it(edit):
    faults = check(edit("places.csv", "45.000", "north"))
    assert [(fault.file, fault.line) for fault in faults] == [("places.csv", 2)]


def test_a_missing_table_is_one_fault(example):
    (example / "places.csv").unlink()
    (fault,) = check(example)
    assert str(fault).startswith("places.csv: This file is missing. A row is: A municipality's")


def test_a_misspelt_table_gets_its_right_name(example):
    (example / "contingents.csv").rename(example / "contingent.csv")
    told = [str(fault) for fault in check(example)]
    assert "contingent.csv: No such file is read. Did you mean 'contingents.csv'?" in told


def test_a_table_with_a_header_alone_is_a_fault(example):
    header = (example / "police.csv").read_text().splitlines()[0]
    (example / "police.csv").write_text(header + "\n")
    (fault,) = check(example)
    assert "There are no rows below the first line; add rows or delete the file." in str(fault)


def test_lines_are_lines_of_the_file_also_after_a_cell_of_several_lines(edit):
    edit("bases.csv", "headquarters in a former brewery", '"a former\nbrewery,\nand cellars"')
    folder = edit("bases.csv", "2029-12-15", "never")
    (fault,) = [fault for fault in check(folder) if fault.file == "bases.csv"]
    assert (fault.line, fault.field) == (5, "opens")


def test_semicolons_between_columns_are_named(example):
    text = (example / "bases.csv").read_text().replace(",", ";")
    (example / "bases.csv").write_text(text)
    assert any("by commas, not by semicolons" in str(fault) for fault in check(example))


def test_a_first_line_of_very_many_columns_gives_one_fault(example):
    (example / "bases.csv").write_text(",".join(f"c{n}" for n in range(100_000)))
    assert any("Names 100,000 columns; there are 8" in str(fault) for fault in check(example))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"id,name\nx,Caf\xe9\n", "Save this file as UTF-8."),
        ("id,name\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"id,name\nx,a\x00b\n", "line 2: '\\x00'. A control character"),
        (b"\x00" * 1_000_000, "A control character"),
        (b"", "Is empty. The first line must name the columns: id, name"),
        (b"id,name,source\nx," + b"y" * 200_000, "longer than 131,072 characters"),
    ],
)
def test_a_file_that_is_no_table_gives_one_short_fault(example, data, words):
    (example / "contributors.csv").write_bytes(data)
    told = [str(fault) for fault in check(example) if fault.file == "contributors.csv"]
    assert len(told) == 1
    assert words in told[0]
    assert len(told[0]) < 250


def test_a_long_strange_value_is_shown_short_and_printable(edit):
    folder = edit("places.csv", "45.000", "\u202e\u2028" + "9" * 100_000)
    (fault,) = check(folder)
    assert len(str(fault)) < 200
    assert str(fault).isprintable()


def test_a_thousand_faults_are_counted_and_not_all_shown(example):
    rows = "".join(f"a,b{n},1,1,A,assumed,census,\n" for n in range(400))
    with (example / "links.csv").open("a") as file:
        file.write(rows)
    faults = [fault for fault in check(example) if fault.file == "links.csv"]
    assert len(faults) == 51
    assert "more from here on" in faults[-1].wanted


def test_a_file_of_more_than_fifty_megabytes_is_refused_unread(example):
    with (example / "links.csv").open("r+b") as file:
        file.truncate(50_000_001)
    (fault,) = [fault for fault in check(example) if fault.file == "links.csv"]
    assert "at most 50,000,000 are read" in str(fault)


def test_a_link_out_of_the_folder_is_refused(example, tmp_path):
    (example / "links.csv").rename(tmp_path / "links.csv")
    (example / "links.csv").symlink_to(tmp_path / "links.csv")
    (fault,) = check(example)
    assert str(fault) == "links.csv: Leads out of the scenario folder; put a copy inside."


def test_a_record_folder_that_is_a_link_out_is_refused(example, tmp_path):
    (example / "record").rename(tmp_path / "record")
    (example / "record").symlink_to(tmp_path / "record")
    assert {fault.file for fault in check(example)} == {
        "record/figures.csv",
        "record/incidents.csv",
        "record/casualties.csv",
        "record/crises.csv",
        "record/acts.csv",
        "record/not_mergeable.csv",
    }


def test_a_link_in_a_circle_and_a_folder_in_place_of_a_file_are_refused(example):
    (example / "links.csv").unlink()
    (example / "links.csv").symlink_to("links.csv")
    (example / "police.csv").unlink()
    (example / "police.csv").mkdir()
    assert {fault.file for fault in check(example)} == {"links.csv", "police.csv"}


def test_settings_nested_ten_thousand_deep_are_refused(example):
    (example / "scenario.toml").write_text("x = " + "[" * 10_000)
    assert any(fault.file == "scenario.toml" for fault in check(example))


def test_a_setting_with_two_hundred_thousand_dots_is_refused(example):
    with (example / "scenario.toml").open("a") as file:
        file.write("\na" + ".a" * 200_000 + " = 1\n")
    (fault,) = check(example)
    assert (fault.file, fault.wanted) == ("scenario.toml", "A name with too many dots.")


@pytest.mark.parametrize("name", ["all", "total"])
def test_a_community_may_not_bear_the_name_of_everybody(edit, name):
    faults = check(edit("scenario.toml", 'id = "hill"', f'id = "{name}"'))
    assert any("have a meaning of their own" in str(fault) and fault.line == 13 for fault in faults)


def test_no_side_of_the_dead_is_called_as_their_sum(example):
    table = example / "record" / "casualties.csv"
    if not table.exists():
        table.write_text("incident,side,deaths,injured,deaths_first,injured_first\n")
    with table.open("a") as file:
        file.write("no_such,total,3,,,\n")
    assert any(fault.field == "side" and "'all'" in fault.wanted for fault in check(example))


def test_a_typo_in_a_sector_or_force_is_one_message_with_the_near_name(tmp_path):
    line = new("ridge", tmp_path, like="line")
    for file, old, slip, wanted in (
        ("armed_forces.csv", "Upland army,all", "Upland army,west;midle", "middle"),
        ("incident_types.csv", "fire,upland_army,lowland_army", "fire,upland_amry,lowland_army",
         "upland_army"),
        ("lines.csv", "west,ford", "west,fort", "ford"),
    ):  # fmt: skip
        path = line / file
        text = path.read_text()
        path.write_text(text.replace(old, slip, 1))
        faults = check(line)
        assert [fault.file for fault in faults] == [file], faults
        assert f"Did you mean '{wanted}'?" in faults[0].wanted
        path.write_text(text)
    assert check(line) == []


def test_unknown_names_of_a_row_with_an_unreadable_cell_are_told_at_once(tmp_path):
    line = new("ridge", tmp_path, like="line")
    path = line / "lines.csv"
    path.write_text(path.read_text().replace("west,ford,25", 'west,fort,"2,5"', 1))
    faults = check(line)
    assert [(f.file, f.line, f.field) for f in faults] == [
        ("lines.csv", 2, "length_km"),
        ("lines.csv", 2, "place"),
    ]
    assert "Did you mean 'ford'?" in faults[1].wanted


def test_an_act_along_a_line_needs_a_line(tmp_path):
    line = new("ridge", tmp_path, like="line")
    (line / "armed_forces.csv").unlink()
    (line / "lines.csv").unlink()
    words = [fault.wanted for fault in check(line) if fault.field == "id"]
    assert len(words) == 8  # the ninth is known by its force alone
    assert all("lines.csv has no sector" in text for text in words)


def test_a_force_must_not_bear_the_name_of_a_community(tmp_path):
    line = new("ridge", tmp_path, like="line")
    path = line / "armed_forces.csv"
    path.write_text(path.read_text().replace("upland_army,U", "uplanders,U", 1))
    assert any(fault.field == "force" for fault in check(line))
