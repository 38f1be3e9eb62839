"""What a page denies, supposes or cannot mean is no plain row; what it parts is put together."""

import time

import pytest

from interpose.record.pages import Marked, decide, read_page

END = " That is what the office of the force in the valley has said to the press."


def read(tmp_path, text, name="page.txt"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    page, found = read_page(path)
    assert page.status == "read", page.reason
    return found


def rows(found, *kinds):
    return [one for one in found if one.kind in kinds]


PEOPLE = ("strength", "nations", "casualties", "displacement")


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("The mission does not have 2,400 soldiers.", "says it is not so"),
        ("The mission never had as many as 2,400 soldiers in the hills.", "says it is not so"),
        ("There are no 2,400 soldiers in the hills, only a few guards.", "says it is not so"),
        ("The mission hasn't got 2,400 soldiers.", "says it is not so"),
        ("The ministry denied that 30 people were killed.", "denies it"),
        ("It was said that 30 people were killed, which the ministry denied.", "denies it"),
        ("The claim that 30 people were killed is false.", "denies it"),
        ("Contrary to reports that 30 people were killed, the town was calm.", "denies it"),
        ("2,400 soldiers are not in the hills.", "says it is not so"),
        ("Should 700 soldiers go, the town would burn.", "supposes it"),
        ("The fire would have killed 30 people.", "supposes it"),
        ("If 700 soldiers were to go, it would be too few.", "supposes it"),
        ("Unless 700 soldiers come, the mission will end.", "supposes it"),
        ("It is not known whether 700 soldiers came.", "supposes it"),
        ("The fire might have killed 30 people.", "supposes it"),
        ("Misija nema 2.400 vojnika na severu, rekao je portparol i dodao da je to sve.",
         "says it is not so"),
        ("Ministarstvo je demantovalo da je 30 ljudi ubijeno, rekao je portparol.", "denies it"),
        ("Misioni nuk ka 2.400 ushtarë në veri, tha zëdhënësi dhe kjo ishte e gjitha.",
         "says it is not so"),
    ],
)  # fmt: skip
def test_what_is_denied_or_supposed_is_marked_and_of_low_confidence(tmp_path, text, doubt):
    found = rows(
        read(tmp_path, text + END * text.startswith(("The", "It", "If", "Un", "Con", "2,4", "Sh"))),
        *PEOPLE,
    )
    assert found
    for one in found:
        assert one.confidence <= 0.3
        assert one.row["confidence"] == "low"
        assert one.row["kind"] == ""
        assert doubt in one.row["note"]


def test_who_was_not_killed_is_no_row(tmp_path):
    assert rows(read(tmp_path, "30 people were not killed at the bridge." + END), *PEOPLE) == []


@pytest.mark.parametrize(
    "text",
    [
        "The mission has not only 2,400 soldiers, it said.",
        "There is no doubt that 2,400 soldiers came.",
        "No fewer than 2,400 soldiers came.",
        "The mission is not small, but it has 2,400 soldiers.",
        "If it rains, the 2,400 soldiers stay in their camps.",
        "The 2,400 soldiers have no tanks.",
        "2,400 soldiers are not enough for the hills.",
    ],
)
def test_a_no_that_belongs_to_something_else_changes_nothing(tmp_path, text):
    (one,) = rows(read(tmp_path, text + END), "strength")
    assert one.row["kind"] == "reported"
    assert one.confidence > 0.6


@pytest.mark.parametrize(
    "text",
    [
        "The parliament did not pass the law on 3 May 2022.",
        "Ireland denied that it sent a company of 130 soldiers to Lebanon.",
        "Ireland refused to send 130 soldiers to Lebanon.",
        "If Ireland sent 130 soldiers to Lebanon, the mission would be larger.",
    ],
)
def test_an_act_that_was_not_done_is_not_done(tmp_path, text):
    found = rows(read(tmp_path, text + END), "act", "deployment")
    refused = [one for one in found if one.row["kind"] == "refusal"]
    assert [one.row["actor"] for one in refused] == ["Ireland"] * ("refused" in text)
    others = [one for one in found if one not in refused]
    assert others
    assert {one.row["status"] for one in others} == {""}
    assert {one.row["confidence"] for one in others} == {"low"}


def test_what_a_page_denies_is_accepted_only_with_a_word_on_what_it_is(tmp_path):
    text = "The ministry denied that 30 people were killed on 3 May 2022." + END
    (one,) = rows(read(tmp_path, text), "casualties")
    decided = decide([Marked("line 2", one.id, "accept", "figures", one.row)])
    (fault,) = decided.faults
    assert "row.kind" in fault
    assert "is empty; fill it" in fault
    filled = {**one.row, "kind": "reported"}
    assert decide([Marked("line 2", one.id, "accept", "figures", filled)]).accepted == 1


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2’471 soldiers", "2471"),
        ("2'471 soldiers", "2471"),
        ("12’000’000 people fled and", "12000000"),
        ("2 471 soldiers", "2471"),
        ("2.471 soldiers", "2471"),
        ("2,471 soldiers", "2471"),
        ("1,25,000 soldiers", "125000"),
        ("2.5 million people fled and", "2500000"),
        ("2,5 million people fled and", "2500000"),
    ],
)
def test_thousands_are_read_in_every_convention(tmp_path, said, value):
    found = rows(read(tmp_path, f"The force said that {said} were there on that day." + END),
                 "strength", "displacement")  # fmt: skip
    assert [one.row["value"] for one in found] == [value]


@pytest.mark.parametrize(
    "said",
    [
        "2,40 soldiers",
        "2.4 soldiers",
        "77777777777777777777777777 soldiers",
        "4,600,000,000,000 people fled and",
        "2.5 people were killed and",
        "1.5 countries",
        "4,000 countries",
        "1,2,3 soldiers",
    ],
)
def test_no_part_of_a_person_and_no_more_people_than_there_are(tmp_path, said):
    found = read(tmp_path, f"The force said that {said} were there on that day." + END)
    assert rows(found, *PEOPLE) == []


@pytest.mark.parametrize(
    "said",
    [
        "900,000,000 soldiers were there",
        "900 million people were killed",
        "3.5 billion people fled",
    ],
)
def test_more_people_than_there_ever_were_are_doubted(tmp_path, said):
    (one,) = rows(read(tmp_path, f"The force said that {said}." + END), *PEOPLE)
    assert one.row["confidence"] == "low"
    assert "more than there ever were" in one.row["note"]


def test_a_number_that_reads_in_two_ways_says_so(tmp_path):
    found = read(tmp_path, "The camp is 1.250 km from the town and 1,250 km from the sea." + END)
    doubted, plain = rows(found, "measure")
    assert "1250 or 1.25" in doubted.row["note"]
    assert doubted.row["confidence"] == "low"
    assert plain.row.get("note", "") == ""


HEAD = "<html><head>{}<title>A force in the hills</title></head><body><article>"
BODY = (
    "<h1>A force in the hills</h1><p>“We stay in the hills for now,” the commander of the force "
    "said on 3 May 2022 – it has 2,400 soldiers there, and they have been there for years.</p>"
    "</article></body></html>"
)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta charset="latin1">', "cp1252"),
        ('<meta charset="us-ascii">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-15">', "cp1252"),
        ('<meta charset="iso-8859-2">', "cp1250"),
        ('<meta charset="iso-8859-9">', "cp1254"),
    ],
)
def test_latin_1_is_read_as_browsers_read_it(tmp_path, head, encoding):
    raw = (HEAD.format(head) + BODY).encode(encoding)
    (one,) = rows(read(tmp_path, raw, "page.html"), "quotation")
    assert one.row["words"] == "We stay in the hills for now,"


def test_an_xml_declaration_names_the_encoding_too(tmp_path):
    raw = ('<?xml version="1.0" encoding="ISO-8859-1"?>' + HEAD.format("") + BODY).encode("cp1252")
    assert len(rows(read(tmp_path, raw, "page.html"), "quotation")) == 1


def test_quotes_written_as_numbers_of_windows_1252_are_quotes(tmp_path):
    raw = (HEAD.format("") + BODY).replace("“", "&#147;").replace("”", "&#148;")
    (one,) = rows(read(tmp_path, raw.replace("–", "&#150;"), "page.html"), "quotation")
    assert one.row["words"] == "We stay in the hills for now,"


WRAPPED = """The mission in the hills has about 2,-
400 sol-
diers from 31 coun-
tries as of 3 May
2022, the of-
fice said in a note on
its peace-
keepers and the 1998-
1999 war.
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_words_parted_at_line_ends_are_joined(tmp_path, end):
    found = read(tmp_path, WRAPPED.replace("\n", end))
    (strength,), (nations,) = rows(found, "strength"), rows(found, "nations")
    assert (strength.row["value"], nations.row["value"]) == ("2400", "31")
    assert [one.row["date"] for one in rows(found, "date")] == ["2022-05-03", "1998"]


@pytest.mark.parametrize("mark", ["-<br>", "-\n", "&shy;"])
def test_words_parted_in_html_are_joined_and_lead_back_into_the_file(tmp_path, mark):
    text = "The mission has about 2,400 sol#diers from 31 coun#tries." + END
    raw = HEAD.format("") + f"<h1>A force in the hills</h1><p>{text.replace('#', mark)}</p>"
    found = read(tmp_path, raw, "page.html")
    strength, nations = rows(found, "strength", "nations")
    assert (strength.row["value"], nations.row["value"]) == ("2400", "31")
    assert raw[slice(*strength.file_span)] == f"about 2,400 sol{mark}diers"


def test_soft_hyphens_inside_words_are_nothing(tmp_path):
    found = read(tmp_path, "The force has 2,400 sol\xaddi\xaders from 31 coun\xadtries." + END)
    assert [one.row["value"] for one in rows(found, "strength", "nations")] == ["2400", "31"]


def test_lines_that_are_no_wrapped_text_stay_apart(tmp_path):
    found = read(tmp_path, "Force stays in the hills\nIt has 2,400\nSoldiers go home\n" + END)
    assert rows(found, "strength") == []


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("page.txt", "7"),
        ("page.txt", "1 2 "),
        ("page.txt", "..."),
        ("page.txt", "“"),
        ("page.txt", "(" * 90 + ")" * 90),
        ("page.html", "<p>a"),
    ],
)
@pytest.mark.slow
def test_the_largest_page_of_any_shape_is_read_in_seconds(tmp_path, name, piece):
    path = tmp_path / name
    head = "<html><body><p>" * (name == "page.html") + "The force is in the valley, as it was. " * 4
    path.write_text(head + piece * (4_900_000 // len(piece)), "utf-8")
    before = time.process_time()
    read_page(path)
    assert time.process_time() - before < 20


@pytest.mark.parametrize(
    "piece",
    [
        "The force has 3,100 soldiers, and ",
        "said, ",
        "“one two three four five” said Ana Berg, ",
        "1 2 3 ",
        "Turkey sent 30 soldiers to Lebanon and ",
        "killed 3 soldiers and wounded 14 others, ",
        "7",
        "...",
        "“",
        "(" * 90 + ")" * 90,
    ],
)
def test_time_grows_with_the_length_of_a_line_and_not_with_its_square(tmp_path, piece):
    took = []
    for size in (6_000, 48_000):
        path = tmp_path / f"{size}.txt"
        path.write_text("The force is in the valley. " + piece * (size // len(piece)), "utf-8")
        before = time.process_time()
        read_page(path)
        took.append(time.process_time() - before)
    assert took[1] < 24 * took[0] + 0.5  # eight times the text; 64 times if it grew as the square
