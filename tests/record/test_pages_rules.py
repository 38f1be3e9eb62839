"""What the rules read in a sentence: figures, dates, quotations, acts; in three languages."""

import pytest

from interpose.record.pages import read_page
from interpose.record.pages.sentences import LONGEST_SENTENCE, cut


def proposals(tmp_path, text, kind, name="page.txt"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    page, found = read_page(path)
    assert page.status == "read", page.reason
    return [one for one in found if one.kind == kind]


def values(found):
    return [(one.row["value"], one.row["qualifier"]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The force in the valley has about 3,800 soldiers.", [("3800", "about")]),
        ("It is said that up to 1,000 members of the army came.", [("1000", "up to")]),
        ("The 3,400-troop force was in the town.", [("3400", "")]),
        ("A dozen soldiers and some thirty-two policemen came.", [("12", ""), ("32", "about")]),
        ("Between 3,700 and 3,800 troops are in the land.", [("3700", "range")]),
        ("It was cut from 26,000 to 17,500 troops in the year.", [("26000", ""), ("17500", "")]),
        ("The 56-year-old man and his two dogs saw it on 9 March.", []),
        ("It cost 5,000 dollars and 40 percent of the troops were paid.", []),
        ("UN Resolution 1244 of 1999 is the mandate of the force.", []),
        ("The 120-seat parliament has members of parliament in it.", []),
    ],
)  # fmt: skip
def test_a_strength_is_a_number_of_soldiers_and_nothing_else(tmp_path, text, expected):
    assert values(proposals(tmp_path, text, "strength")) == expected


@pytest.mark.parametrize(
    ("text", "date", "kind"),
    [
        ("By early 2002, the force had been reduced to 39,000 troops.", "2002-01-01", "reported"),
        ("The force will have 2,200 soldiers by 2022, it said.", "2022-01-01", "planned"),
        ("The force has a ceiling of 2,500 soldiers.", "", "ceiling"),
        ("The force peaked at 50,000 troops and was then cut.", "", "peak"),
        ("The army, which has been there since 1999, has 700 soldiers.", "", "reported"),
        ("The force has 700 soldiers, and the town hopes that they will stay.", "", "reported"),
    ],
)
def test_a_figure_has_the_date_of_its_clause_and_no_other(tmp_path, text, date, kind):
    (found,) = proposals(tmp_path, text, "strength")
    assert (found.row["begins"], found.row["kind"]) == (date, kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NATO will send 600 additional soldiers.", [("change", "nato.change", "600", "planned")]),
        ("The alliance sent another 600.", []),
        ("UNDOF was increased by 40 troops to 840.",
         [("change", "undof.change", "40", "reported"),
          ("strength", "undof.strength", "840", "reported")]),
        ("The general asked for 900 soldiers.",
         [("request", "unknown.requested", "900", "reported")]),
        ("Ghana has been asked to send 250 more troops.",
         [("request", "gha.requested", "250", "planned")]),
        ("There are 4,000 troops in the land, and the alliance sent 600 soldiers.",
         [("strength", "unknown.strength", "4000", "reported"),
          ("change", "unknown.change", "600", "reported")]),
        ("Ghana sent a battalion of 600 soldiers.",
         [("strength", "gha.strength", "600", "reported")]),
        ("UNDOF, which is supposed to have 1,200 soldiers, is late.",
         [("strength", "undof.strength", "1200", "planned")]),
        ("By May the alliance will cut UNDOF from 1,200 troops to 900 troops.",
         [("strength", "undof.strength", "1200", "reported"),
          ("strength", "undof.strength", "900", "planned")]),
        ("UNDOF has 800 soldiers from Fiji and Nepal.",
         [("strength", "undof.strength", "800", "reported")]),
        ("Fiji has 300 troops with UNDOF, and 45 troops are in Cyprus.",
         [("strength", "contribution.fji", "300", "reported"),
          ("strength", "contribution.fji", "45", "reported")]),
        ("The 15-member council and three police units of UNDOF met.", []),
        ("More than 60 peacekeepers have died there.", []),
        ("The bodies of 9 soldiers were flown home.", []),
        ("A battalion usually ranges from 300 to 900 troops.",
         [("strength", "unknown.strength", "900", "")]),
    ],
)  # fmt: skip
def test_a_strength_a_change_of_it_and_a_request_are_three_things(tmp_path, text, expected):
    path = tmp_path / "page.txt"
    path.write_text(f"{text} That is what the office has said of it.", "utf-8")
    kinds = ("strength", "change", "request")
    found = [one for one in read_page(path)[1] if one.kind in kinds]
    found.sort(key=lambda one: one.span)
    cells = [(f.kind, f.row["quantity"], f.row["value"], f.row["kind"]) for f in found]
    assert cells == expected


def test_a_nation_in_a_page_on_a_mission_contributes_to_it(tmp_path):
    text = "KFOR is the force in the land. It has 500 soldiers from Turkey and 19 Greek soldiers."
    quantities = [one.row["quantity"] for one in proposals(tmp_path, text, "strength")]
    assert quantities == ["contribution.tur", "contribution.grc"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The riots killed 19 people, including 11 Albanians and 8 Serbs.",
         [("deaths", "19", "all"), ("deaths", "11", "albanian"), ("deaths", "8", "serb")]),
        ("Around 25 NATO soldiers who held the town hall and 52 Serbs were injured.",
         [("injured", "52", "serb")]),
        ("Around 25 NATO soldiers at the town hall were injured in the clashes.",
         [("injured", "25", "force")]),
        ("A bomb killed two peacekeepers and wounded five others.",
         [("deaths", "2", "force"), ("injured", "5", "all")]),
        ("A policeman was killed in the attack on the town.", [("deaths", "1", "local_police")]),
        ("Some 30 soldiers were sent to the town that was in the news.", []),
    ],
)  # fmt: skip
def test_casualties_are_counted_by_side(tmp_path, text, expected):
    found = proposals(tmp_path, text, "casualties")
    assert [(f.row["quantity"], f.row["value"], f.row["community"]) for f in found] == expected


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("It was on 9 March 2021 and on March 10, 2021.", ["2021-03-09", "2021-03-10"]),
        ("It was on 2021-03-09, on 9.3.2021 and in the end of 2003.",
         ["2021-03-09", "2021-03-09", "2003"]),
        ("The war of 1998-1999 was over by mid-2000.", ["1998", "2000"]),
        ("On March 9 it was in the news.", ["--03-09"]),
        ("Published 10 March 2021\n\nOn Tuesday, last month and two years ago it was said.",
         ["2021-03-10", "2021-03-09", "2021-02", "2019"]),
        ("Published 5 January 2023\n\nOn 16 December it was asked, as it was in July.",
         ["2023-01-05", "2022-12-16", "2022-07"]),
        ("In March 30 soldiers came, and it may be that they march in May.", ["--03", "--05"]),
    ],
)  # fmt: skip
def test_dates_are_normalised_and_never_made_up(tmp_path, text, dates):
    assert [one.row["date"] for one in proposals(tmp_path, text, "date")] == dates


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“We are here to stay in the land,” said Ana Berg, the minister of defence.",
         "minister of defence"),
        ("NATO Secretary General Max Stone said: “We are here to stay in the land.”",
         "NATO Secretary General"),
        ("“We are here to stay in the land,” says Zora, 61, a retired teacher of the town.",
         "private person (retired teacher of the town)"),
        ("“We are here to stay in the land,” Zora Bell says.", "private person"),
        ("“We are here to stay in the land,” said President of Fiji Tom Lee.", "President of Fiji"),
        ("“We are here to stay in the land,” Ana Berg, who is president of Fiji, said.",
         "president of Fiji"),
        ("“We are here to stay in the land,” Vice President Ana Berg said.", "Vice President"),
        ("“We are here to stay in the land,” said Ana Berg, an analyst of the institute.",
         "analyst of the institute"),
        ("“We are here to stay in the land,” KFOR officials stated.", "KFOR officials"),
        ("“We are here to stay in the land,” it was said by the KFOR office in Pristina.",
         "KFOR office in Pristina"),
    ],
)  # fmt: skip
def test_a_quotation_has_the_office_and_not_the_name(tmp_path, text, speaker):
    (found,) = proposals(tmp_path, text, "quotation")
    assert found.row["speaker"] == speaker
    assert found.text.strip("“”,.") == "We are here to stay in the land"


def test_a_pronoun_stands_for_the_last_speaker(tmp_path):
    text = (
        "“We are here to stay,” said Ana Berg, the minister of defence.\n\n"
        "“That is what we have agreed on,” she added."
    )
    first, second = proposals(tmp_path, text, "quotation")
    assert first.row["speaker"] == second.row["speaker"] == "minister of defence"


@pytest.mark.parametrize(
    ("text", "kind", "date"),
    [
        ("On 16 May 2022 the president requested KFOR to allow it.", "request", "2022-05-16"),
        ("KFOR rejected the request on 6 June 2022, it said.", "refusal", "2022-06-06"),
        ("The parliament passed the law on the army on 14 May 2016.", "law", "2016-05-14"),
        ("The country declared independence in 2008, as is known.", "decision", "2008-01-01"),
    ],
)
def test_an_act_has_its_kind_and_date(tmp_path, text, kind, date):
    found = proposals(tmp_path, text, "act")
    assert (kind, date) in [(one.row["kind"], one.row["decided"]) for one in found]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("The government demanded the withdrawal of UNDOF.", [("request", "government", "done")]),
        ("Fiji would ask NATO for a review.", [("request", "Fiji", "planned")]),
        ("Parliament voted on Tuesday to send 90 soldiers.", [("decision", "Parliament", "done")]),
        ("The Danish parliament, which sits in Copenhagen, agreed to extend the mission.",
         [("decision", "Danish parliament", "done")]),
        ("Officials met in Suva, and Nepal's request to end the mission was known.",
         [("meeting", "Officials", "done"), ("request", "Nepal", "done")]),
        ("UN chief Ana Berg is here. In May Berg urged states to help, and Fiji pledged 90 men.",
         [("request", "UN chief", "done"), ("decision", "Fiji", "done")]),
        ("“We have decided to go,” the Fijian minister Tom Lee said.",
         [("decision", "Fijian minister", "done")]),
        ("The mission was extended by the Security Council.",
         [("decision", "Security Council", "done")]),
        ("The force will hand over command to the EU.", [("handover", "force", "planned")]),
        ("The increase of the force and its mandate are an offer.", []),
        ("He asked whether the mission would end.", []),
        ("A farmer decided on the day to sell his land.", []),
        ("Fiji might approve the mission.", [("decision", "Fiji", "")]),
    ],
)  # fmt: skip
def test_an_act_has_who_does_it_and_whether_it_is_done(tmp_path, text, acts):
    found = proposals(tmp_path, f"{text} That is what was said of it on the day.", "act")
    assert [(f.row["kind"], f.row["actor"], f.row["status"]) for f in found] == acts


@pytest.mark.parametrize(
    ("text", "sender", "size", "where", "status"),
    [
        ("The minister told reporters in Oslo that Norway will send 90 soldiers to Chad.",
         "Norway", "90", "Chad", "planned"),
        ("Speaking in Brussels, the minister said 150 soldiers were deployed to Mali.",
         "", "150", "Mali", "done"),
        ("Some 80 Irish troops left for Lebanon after a parade in Cork.",
         "Ireland", "80", "Lebanon", "done"),
        ("The first 50 have arrived in Lebanon.", "", "50", "Lebanon", "done"),
        ("Fiji, which has 900 troops in Sinai, plans to withdraw them by May 2031.",
         "Fiji", "", "", "planned"),
        ("Kenya agreed to send two battalions, or 1,700 soldiers, to Haiti.",
         "Kenya", "1700", "Haiti", "planned"),
        ("The council approved the deployment of 440 soldiers to Haiti.",
         "", "440", "Haiti", "planned"),
        ("A contingent of 150 French troops reached southern Lebanon.",
         "France", "150", "Lebanon", "done"),
        ("Up to 300 soldiers could be sent to Haiti.", "", "300", "Haiti", ""),
    ],
)  # fmt: skip
def test_a_deployment_is_not_where_the_speaker_stood(tmp_path, text, sender, size, where, status):
    (found,) = proposals(tmp_path, f"{text} That is what was said of it.", "deployment")
    said = found.details
    assert (said["from"], said["size"], said["destination"]) == (sender, size, where)
    assert found.row["status"] == status


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("Updated Sep 27, 2023 | Published Sep 26, 2023", "2023-09-26"),
        ("Updated: 27 September 2023\nThe force stays\n26 September 2023", "2023-09-26"),
        ("Last modified on 27 September 2023", "2023-09-27"),
    ],
)
def test_the_day_of_publication_comes_before_that_of_a_change(tmp_path, lines, date):
    for name, text in (
        ("page.txt", f"{lines}\n\nThe force has been in the valley for a year, it said.\n"),
        ("page.html", "<html><body><article><h1>The force stays in the valley</h1>"
         + "".join(f"<p>{line}</p>" for line in lines.split("\n"))
         + "<p>The force has been in the valley for a year, it said, and it stays.</p>"),
    ):  # fmt: skip
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert read_page(path)[0].date == date, name


def test_a_deployment_has_unit_size_destination_tour_and_host(tmp_path):
    text = (
        "Ireland will send a company of 130 soldiers to Lebanon on a six-month tour "
        "under the command of Sector West."
    )
    (found,) = proposals(tmp_path, text, "deployment")
    details = {key: value for key, value in found.details.items() if value}
    assert details == {
        "unit": "company",
        "size": "130",
        "destination": "Lebanon",
        "tour_months": "6",
        "host": "Sector West",
        "from": "Ireland",
    }
    assert found.row["status"] == "planned"


@pytest.mark.parametrize(
    "text",
    [
        "Mision ka sot rreth 4.300 ushtarë nga 28 shtete, tha zëdhënësi më 9 shtator 2029.",
        "Misija danas ima oko 4.300 vojnika iz 28 zemalja, rekao je portparol 9. septembra 2029.",
        "Мисија данас има око 4.300 војника из 28 земаља, рекао је портпарол 9. септембра 2029.",
    ],
    ids=["albanian", "serbian", "cyrillic"],
)
def test_other_languages_give_numbers_nations_and_dates(tmp_path, text):
    path = tmp_path / "page.txt"
    path.write_text(text, "utf-8")
    _, found = read_page(path)
    kinds = {one.kind: one for one in found}
    assert values([kinds["strength"]]) == [("4300", "about")]
    assert kinds["nations"].row["value"] == "28"
    assert kinds["date"].row["date"] == "2029-09-09"
    start, end = kinds["strength"].file_span
    assert text[start:end] == kinds["strength"].text


def test_a_span_leads_back_into_the_html_file(tmp_path):
    source = (
        "<html><head><title>The force in the valley</title></head><body><nav>Home</nav><article>"
        "<h1>The force in the valley</h1><p>The force &mdash; as it is &ndash; has <b>about "
        "3,800</b>\n soldiers in the valley, and that is what it has had for years.</p></article>"
    )
    path = tmp_path / "page.html"
    path.write_text(source, "utf-8")
    _, found = read_page(path)
    strength = next(one for one in found if one.kind == "strength")
    start, end = strength.file_span
    assert source[start:end] == "about \n3,800</b>\n soldiers".replace("\n3", "3")


def test_menus_by_lines_and_related_posts_give_no_proposals(tmp_path):
    text = (
        "Home\nNews\nSport\nMore\n\nThe force stays in the valley for now\n\n"
        "The force is in the valley and it has 300 soldiers there, as it has had for a long time.\n"
        "\nBy A Reporter\n\nRelated posts\n\nIreland sends 500 soldiers to Chad\n"
    )
    assert values(proposals(tmp_path, text, "strength")) == [("300", "")]


def test_an_endless_sentence_is_cut_at_spaces_and_nothing_is_lost():
    text = "the force in the valley " * 1000 + "x" * 5000
    pieces = [text[start:end] for start, end in cut(text)]
    assert max(map(len, pieces)) <= LONGEST_SENTENCE
    assert "".join("".join(pieces).split()) == "".join(text.split())
