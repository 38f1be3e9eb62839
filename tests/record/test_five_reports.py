"""Every figure, date and act of the five reports, listed by hand and looked up one by one.

Left out: ages of private people, a film's length, reading time, and telephone-like numbers of the
page itself. Officials stand under their offices, other people under what they do.
"""

from pathlib import Path

import pytest

from interpose.record import load_record
from interpose.record.periods import periods_of_act
from interpose.record.record import read_texts, shingles

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"

FIGURES = {
    "000": """
        ksf.trained_abroad 30 platoon in Turkey
        publisher.countries 52 countries of the command
        publisher.languages 10 languages of the site
    """,
    "001": """
        ksf.target 5000 troops expected
        ksf.target_reserve 3000 reservists expected
        air_campaign.days 78 days of bombing
        war.years_since 22 years after the war
        ksf.deployed_abroad 32 soldiers seen
        ksf.platoons_sent 1 a platoon
        ksf.strength 3400 strength
        ksf.years_as_army 2 turned into an army two years ago
    """,
    "002": """
        war.years_since 22 years after the war
        ksf.tour_months 6 months of tour
        ksf.deployed_abroad 32 soldiers seen
        ksf.platoons_sent 1 a platoon
        us_forces.kuwait 13500 US forces in Kuwait
        ksf.strength 3400 strength
        ksf.years_as_army 2 turned into an army two years ago
        ksf.target 5000 troops expected
        ksf.target_reserve 3000 reservists expected
        ksf.target_years 10 about a decade
        parliament.seats 120 seats of parliament
        ksf.strength 4000 in the caption of 2018
        air_campaign.days 78 days of bombing
    """,
    "003": """
        war.years_since 26 years after the war
        place.distance_to_capital 35 km to the capital
        war.deaths 13500 dead in the war
        returned 800000 Albanians who returned
        returned 100 hundreds of Serbs who returned
        surrender.minutes 2 minutes to give up arms
        security.years_improved 25 years of improvement
        riots_2004.drowned 3 children
        deaths 19 dead in 2004
        deaths 11 Albanians
        deaths 8 Serbs
        force.strength 50000 at first
        force.strength 4600 now
        force.nations 29 nations
        mission.years 26 years of presence
        summit.countries 30 countries in Paris
    """,
    "004": """
        mission.years 24 years, almost
        force.strength 3700 at the start of the text
        force.nations 27 countries
        serbian_forces.requested 1000 up to
        mission.years_up_to_task 20 years, more than
        force.strength 50000 at first
        force.strength 39000 early 2002
        force.strength 26000 June 2003
        force.strength 17500 end of 2003
        force.strength 3800 at the end of the text
    """,
}
"""Report -> its figures: quantity, value, and what it is."""

ACTS = {
    "000": """
        founding 2008 KSF founded
        restructuring 2013 KSF this year
        request - United States and NATO nations ask
        law - needed before any mission
        law 2013 being drafted
        training 2013 platoon of 30 to Turkey
        training - NATO nations train newcomers
        training 2008 NATO trains the KSF
        statement 2013 likely tasks
        deployment 2013 Albania
        deployment 2013 Macedonia
        deployment - Montenegro
        deployment - Bosnia and Herzegovina
        deployment 2013 Serbia
        statement 2013 limited capacity
        statement 2013 inside larger contingents
        statement 2013 Libya and Afghanistan
        deployment 2013 NATO in Libya and Afghanistan
        request - Libya wishes to co-operate
    """,
    "001": """
        send_off 2021-03-09 ceremony
        send_off 2021-03-09 title of the film
        request - US Central Command
        decision 2021-03-09 under the National Guard of Iowa
        restructuring 2019 regular army
        decision 2008 independence
        statement 2021-03-09 recognition
        operation 1999 air campaign ends
        statement 2021-03-09 acting President
        statement 2021-03-09 support of the United States
    """,
    "002": """
        send_off 2021-03-09 ceremony
        send_off 2021-03-09 caption
        request - US Central Command
        decision 2021-03-09 under Central Command
        statement 2021-03-09 acting President
        statement 2021-03-09 general of the Iowa National Guard
        agreement - United States and Kuwait
        decision 2004 Kuwait an ally
        restructuring 2019 regular army
        training 2018-03-22 caption
        vote 2018-12-14 caption
        operation 1998 the war
        operation 1999 air campaign ends
        decision 2008 independence
    """,
    "003": """
        arrival 1999-06-12 the force is sent
        deployment 1999 contingent in Rubovc
        arrival 1999-06-12 Hani i Elezit
        decision 2008 independence
        handover 2008 police responsible
        statement 2025-03 former prime minister
        statement 2004-03 criticised
        statement 2004-03 strategy rethought
        statement 2023-05 violence in the north
        reinforcement 2023-09 after Banjska
        meeting 2025-03-27 Paris
        statement 2025-03-27 a force in Ukraine
        statement 2025-03-27 not for Russia
        statement 2025-03-27 no unanimity
        statement 2025-03-26 not at the front
        statement 2025-03 all parties
        statement 2025-03-11 Secretary General in Kosovo
        statement 2025-03 dialogue
    """,
    "004": """
        resolution 1999 resolution 1244
        decision 2022-12-28 barricades to be removed
        operation 2023-01-05 vehicles removed
        operation 2022-12 efforts to calm
        statement 2022-07 tension since July
        reinforcement 2022-10 since October
        request 2022-12-16 return of Serbian forces
        refusal 2022-12-06 refused
        statement 2023-01 the force has the means
        restructuring 2018 change of the KSF announced
        statement 2018 engagement re-examined
        training 2023-01 advisory team
        statement 2023-01 condition-based
        drawdown 2002-01 to 39,000
        drawdown 2003-06 to 26,000
        drawdown 2003-12 to 17,500
        meeting 2023-01 commander in touch
    """,
}
"""Report -> its acts: kind, date as far as the report gives it, and what it is."""

TOLD_INCIDENTS = {
    "003": ("1999-06-12-deploy", "2004-03-16-rumour", "2004-03-17-riots", "2023-05-29-zvecan",
            "2023-09-24-banjska"),
    "004": ("2022-07-31-docs", "2022-12-10-barricades", "2023-01-05-clear", "2023-01-06-gotovusa"),
}  # fmt: skip

NAMES = [
    "Brajshori",
    "Shala",
    "Bejtullahu",
    "Krasniqi",
    "Rukic",
    "Osmani",
    "Correll",
    "Kryeziu",
    "Semini",
    "Barnett",
    "Spasi",
    "Zoran",
    "Zaskoku",
    "Nuredin",
    "Gjevori",
    "Kujtim",
    "eku",
    "Macron",
    "Zelensk",
    "Vejvoda",
    "Rutte",
    "Vuči",
    "Vucic",
    "Ristuccia",
]


@pytest.fixture(scope="module")
def kosovo():
    return load_record("kosovo")


def listed(table):
    return [
        (report, line.split(maxsplit=2))
        for report, text in table.items()
        for line in text.strip().splitlines()
    ]


def of_report(kosovo, report):
    (source,) = [source for source in kosovo.sources if source.file.startswith(report)]
    return source.id


@pytest.mark.parametrize(("report", "row"), listed(FIGURES), ids=str)
def test_each_figure_of_a_report_is_there_with_its_seed_file(kosovo, report, row):
    quantity, value, _ = row
    source = of_report(kosovo, report)
    assert any(
        (f.quantity, f.value, f.source) == (quantity, float(value), source) for f in kosovo.figures
    )


@pytest.mark.parametrize("report", FIGURES)
def test_there_is_no_figure_of_a_report_that_is_not_listed(kosovo, report):
    source = of_report(kosovo, report)
    there = sorted((f.quantity, f.value) for f in kosovo.figures if f.source == source)
    assert there == sorted((q, float(v)) for r, (q, v, _) in listed(FIGURES) if r == report)


def date_of(act):
    spans = periods_of_act(act)
    if not spans:
        return "-"
    return str(next(iter(spans.values())).first)[: {"year": 4, "month": 7}.get(act.precision, 10)]


@pytest.mark.parametrize("report", ACTS)
def test_each_act_of_a_report_is_there_with_its_date_and_no_other(kosovo, report):
    source = of_report(kosovo, report)
    there = sorted((act.kind, date_of(act)) for act in kosovo.acts if act.source == source)
    assert there == sorted((kind, date) for r, (kind, date, _) in listed(ACTS) if r == report)


@pytest.mark.parametrize("report", TOLD_INCIDENTS)
def test_incidents_that_a_report_tells_of_name_it(kosovo, report):
    source = of_report(kosovo, report)
    told = [r.id for r in kosovo.incidents if source in (r.source, *r.also_in.split(";"))]
    assert sorted(told) == sorted(TOLD_INCIDENTS[report])


def test_the_record_is_as_large_as_was_asked(kosovo):
    assert len(kosovo.figures) >= 400
    assert len(kosovo.incidents) >= 150
    assert len(kosovo.acts) >= 60


def texts_of(kosovo):
    for row in (*kosovo.figures, *kosovo.incidents, *kosovo.acts, *kosovo.apart):
        words = ("note", "summary", "trigger", "resolution", "actor", "subject", "why")
        yield " ".join(str(getattr(row, word, "")) for word in words)


def test_people_stand_under_their_offices(kosovo):
    found = [(text, name) for text in texts_of(kosovo) for name in NAMES if f" {name}" in text]
    assert found == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five reports are not on this machine")
def test_no_sentence_of_a_report_is_copied(kosovo):
    published = frozenset().union(
        *(shingles(text, 8) for text in read_texts(kosovo.sources, SEEDS).values())
    )
    assert [text for text in texts_of(kosovo) if shingles(text, 8) & published] == []
