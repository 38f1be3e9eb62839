"""The Python door: names, found late."""

import inspect
import pydoc
import subprocess
import sys

import pytest

import interpose as ip

HEAVY = ("numpy", "pandas", "numba", "scipy", "xarray", "pyarrow", "pydantic", "rich", "vl_convert")


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import interpose", "import interpose.cli"])
def test_importing_costs_nothing(statement):
    heavy = {*HEAVY} - ({"rich"} if "cli" in statement else set())
    assert loaded_after(statement) & heavy == set()


def test_loading_a_scenario_needs_no_kernels():
    assert not loaded_after("import interpose as ip; ip.load('kosovo')") & {"numba", "pyarrow"}


def test_the_public_names_are_these_and_all_are_there():
    names = [
        "__version__",
        "check",
        "compare",
        "displace",
        "fit",
        "load",
        "new",
        "plan",
        "play",
        "read_run",
        "run",
        "schema",
        "size",
    ]
    assert ip.__all__ == names
    assert set(names) <= set(dir(ip))
    assert all(callable(getattr(ip, name)) for name in names[1:])


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="plya"):
        _ = ip.plya


@pytest.mark.parametrize("first", ["import interpose.play", "ip.play", "ip.run", "ip.load"])
def test_play_is_the_room_and_the_verb_whatever_is_imported_first(first):
    code = f"""
import interpose as ip
{first}
import interpose.play as room
assert ip.play is room and callable(ip.play)
assert room.Theatre.__name__ == "Theatre"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_plan_is_a_room_and_a_verb_as_well():
    assert ip.plan.load_inputs("kosovo").offers
    assert list(inspect.signature(ip.plan).parameters)[:2] == ["scenario", "mission"]


def test_help_knows_the_arguments_of_play():
    assert list(inspect.signature(ip.play).parameters)[:4] == [
        "scenario",
        "futures",
        "seed",
        "policy",
    ]


@pytest.mark.parametrize("verb", ["play", "plan"])
def test_help_begins_with_the_verb_and_ends_with_the_room(verb):
    told = pydoc.render_doc(getattr(ip, verb), renderer=pydoc.plaintext)
    assert f"interpose.{verb} - {verb}(scenario: " in told
    assert told.index("Parameters") < told.index(f"The room {verb}: ") < told.index("CONTENTS")


def test_play_takes_a_folder_too(tmp_path):
    futures = ip.play(ip.new("valley", tmp_path), futures=2, draw=False)
    assert futures.sizes["future"] == 2
    assert futures["incidents"].dims == ("future", "month", "type")


def test_columns_that_the_model_description_calls_idle_move_nothing_in_the_play(tmp_path):
    valley = ip.load(ip.new("valley", tmp_path))
    earlier = {"decided": "2029-01-01", "notified": "2029-01-02"}
    other = valley.with_(
        drop={"areas": [row.id for row in valley.areas]},
        change={
            "links": {(row.a, row.b): {"road_km": row.road_km + 1} for row in valley.links},
            "places": {
                row.id: {"lat": row.lat + 0.01, "lon": row.lon + 0.01} for row in valley.places
            },
            "people": {
                (row.place, row.community, row.year): {"low": row.persons, "high": row.persons}
                for row in valley.people
            },
            "contingents": {row.id: earlier for row in valley.contingents},
        },
    )
    assert other.digest != valley.digest
    one, two = (ip.play(scenario, futures=5, seed=3) for scenario in (valley, other))
    assert one.drop_vars(["lat", "lon"]).equals(two.drop_vars(["lat", "lon"]))
