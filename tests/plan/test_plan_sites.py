"""Which bases to keep: every choice tried one by one, the order of closing, the command line."""

import datetime as dt
import itertools
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from interpose.cli import app
from interpose.errors import InterposeError
from interpose.plan.laydown.terrain import people_at, travel_min, usable_bases
from interpose.plan.sites import keep_sites
from interpose.scenario import load
from theatres import small_scenario

LAST = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def kosovo():
    return load("kosovo")


def told(*words):
    done = CliRunner().invoke(app, ["plan", "sites", *words])
    return done.exit_code, done.stdout, done.stderr


def every_choice(scenario, day, keep, within, must=()):
    """Yield for every choice of bases the names, persons in time, mean and worst minutes."""
    bases = usable_bases(scenario, day)
    minutes = travel_min(scenario, [base.place for base in bases])
    people = people_at(scenario, day.year).sum(axis=1)
    for chosen in itertools.combinations(range(len(bases)), keep):
        names = {bases[i].id for i in chosen}
        if set(must) <= names:
            best = minutes[list(chosen)].min(axis=0)
            yield names, people[best <= within].sum(), best @ people / people.sum(), best.max()


@pytest.mark.parametrize("keep", [2, 5])
@pytest.mark.parametrize(
    ("aim", "rank"),
    [
        ("people", lambda row: (-round(row[1], 3), row[2])),
        ("travel", lambda row: row[2]),
        ("farthest", lambda row: (row[3], row[2])),
    ],
)
def test_no_choice_of_bases_is_better_than_the_one_named(kosovo, keep, aim, rank):
    found = keep_sites(kosovo, keep, 30, aim=aim, must_keep=["nothing_hill"])
    best = min(every_choice(kosovo, LAST, keep, 30, ["nothing_hill"]), key=rank)
    assert found.status == "optimal"
    assert set(found.after.bases) == best[0]
    assert sum(found.after.persons_within) == pytest.approx(best[1])
    assert found.after.mean_min == pytest.approx(best[2])
    assert found.after.worst_min == pytest.approx(best[3])


def test_without_a_number_the_fewest_bases_are_kept_that_lose_nobody(kosovo):
    found = keep_sites(kosovo, within_min=60)
    every = max(row[1] for row in every_choice(kosovo, LAST, 8, 60))
    sizes = [
        n for n in range(1, 9)
        if max(row[1] for row in every_choice(kosovo, LAST, n, 60)) > every - 0.5
    ]  # fmt: skip
    assert len(found.after.bases) == min(sizes)
    assert found.after.persons_within == pytest.approx(found.before.persons_within)


def test_each_base_that_closes_is_the_least_loss_at_its_step(kosovo):
    found = keep_sites(kosovo, 4, 30)
    left = set(found.before.bases)
    for step in found.closings:
        rests = {
            tuple(sorted(row[0])): row
            for row in every_choice(kosovo, LAST, len(left) - 1, 30)
            if row[0] < left
        }
        least = min(rests.values(), key=lambda row: (-round(row[1], 3), row[2]))
        left -= {step.base}
        assert left == least[0] == set(step.after.bases)
        assert sum(step.after.persons_within) == pytest.approx(least[1])
    assert found.same_in_order == (left == set(found.after.bases))


def test_closing_one_after_another_need_not_end_with_the_best_choice():
    day = dt.date(2000, 6, 1)
    line = small_scenario(places=5, minutes=10)
    found = keep_sites(line, 1, 10, on=day)
    assert found.after.bases == ("camp_p2",)  # the middle, which the first step closes
    assert found.closings[-1].after.bases == ("camp_p1",)
    assert not found.same_in_order
    assert [row[0] for row in every_choice(line, day, 1, 10) if row[2] == 12] == [{"camp_p2"}]


def test_a_closed_road_puts_places_out_of_reach_and_they_are_named():
    line = small_scenario(places=3, minutes=10)
    day = dt.date(2000, 6, 1)
    found = keep_sites(line, 1, 30, on=day, closed_roads=[("p1", "p2")], closed_bases=["camp_p2"])
    assert found.out_of_reach == ("p2",)
    assert found.places[2] == ("p2", "", np.inf)
    assert found.after.worst_place in ("p0", "p1")
    with pytest.raises(InterposeError, match="No 1 of the open bases reach every place"):
        keep_sites(line, 1, 30, on=day, aim="farthest", closed_roads=[("p1", "p2")])


def test_no_base_serves_more_people_than_it_may(kosovo):
    people = people_at(kosovo, 2025).sum(axis=1)
    people = {place.id: n for place, n in zip(kosovo.places, people, strict=True)}
    found = keep_sites(kosovo, 5, 30, aim="travel", most_per_base=450_000)
    served = {}
    for place, base, _ in found.places:
        served[base] = served.get(base, 0) + people[place]
    assert max(served.values()) <= 450_000
    assert found.after.mean_min > keep_sites(kosovo, 5, 30, aim="travel").after.mean_min
    with pytest.raises(InterposeError, match="at most 100,000 each, every place by one base"):
        keep_sites(kosovo, 5, 30, aim="travel", most_per_base=100_000)


def test_a_stopped_search_is_no_proof_and_keeps_the_order_of_closing(kosovo):
    found = keep_sites(kosovo, 5, 30, time_limit_s=0.0)
    assert found.status.startswith("time limit")
    assert found.same_in_order
    assert "Not proved (time limit" in told("kosovo", "--keep", "5", "--time-limit", "0")[1]


# --- the command line -----------------------------------------------------------------------


def test_what_is_printed_is_what_was_found(kosovo):
    code, out, _ = told("kosovo", "--keep", "5", "--within", "30min")
    found = keep_sites(kosovo, 5, 30)
    assert code == 0
    assert "8 bases are open in the theatre, 5 stay, 3 close" in out
    assert all(base in out for base in found.after.bases)
    assert "Proved optimal: no other 5 of the 8 bases reach more people within 30 minutes." in out
    serbs = found.communities.index("serb")
    number = found.after.persons_within[serbs]
    share = 100 * number / found.persons[serbs]
    (line,) = [line for line in out.splitlines() if line.startswith("Serbs")]
    assert line.endswith(f"{number:,.0f}  {share:.1f} %")
    assert [line.split(":")[0] for line in out.splitlines() if line[:1].isdigit()] == [
        f"{n}. {step.base}" for n, step in enumerate(found.closings, 1)
    ]
    assert f"worst {found.after.worst_min:.0f} ({found.after.worst_place})" in out


def test_the_same_as_one_json_document(kosovo):
    words = ["kosovo", "--keep", "3", "--within", "0.5h", "--on", "2005-01-01", "--json"]
    code, out, _ = told(*words)
    document = json.loads(out)
    assert code == 0
    assert document["within_min"] == 30
    assert document["day"] == "2005-01-01"
    assert len(document["after"]["bases"]) == 3
    assert len(document["closings"]) == 11
    assert len(document["places"]) == len(kosovo.places)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--keep", "9"], "keep 9: must be 1 to 8"),
        (["--keep", "0"], "keep 0: must be 1 to 8"),
        (["--within", "0"], "within 0 minutes: must be more than 0"),
        (["--within=-5min"], "within -5 minutes: must be more than 0"),
        (["--within", "soon"], "must be a travel time, such as 30min"),
        (["--must-keep", "bondstel"], "Did you mean 'bondsteel'?"),
        (["--must-keep", "monteith"], "monteith: not open in the theatre on 2025-12-31"),
        (["--keep", "1", "--must-keep", "bondsteel", "--must-keep", "slatina"], "2 bases must be"),
        (["--aim", "peple"], "Did you mean 'people'?"),
        (["--on", "1990-01-01"], "No base is open in the theatre on 1990-01-01"),
        (["--on", "yesterday"], "must be a day, such as 2021-03-09"),
        (["--closed-road", "prishtine"], "two words with a colon"),
        (["--closed-road", "prishtine:prizren"], "There is no road prishtine-prizren"),
        (["--winter-factor", "-1"], "winter factor -1: must be a number more than 0"),
        (["--winter-factor", "inf"], "winter factor inf: must be a number more than 0"),
        (["--most-per-base", "300000"], "goes with the aim 'travel'"),
        (["--within", "1min", "--closed-road", "pristine:obiliq"], "Did you mean 'prishtine'?"),
    ],
)
def test_bad_input_is_refused_in_words(words, said):
    code, out, err = told("kosovo", *words)
    assert code == 2
    assert said in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in out + err


def test_what_is_proved_is_said_as_it_was_asked():
    out = told("kosovo", "--within", "1h")[1]
    assert "Proved optimal: fewer bases lose people within 60 minutes." in out
    assert "Proved" not in told("kosovo", "--keep", "8")[1]
    limited = told("kosovo", "--keep", "5", "--aim", "travel", "--most-per-base", "450000")[1]
    assert "bring the people nearer to a base, none serving more than 450,000." in limited
    assert "Order of closing" not in limited
