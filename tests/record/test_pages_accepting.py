"""A person marks proposals; only accepted rows go anywhere, and only into a sound record."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.record import load_record
from interpose.record.pages import as_csv, decide, read_marked, read_page

TEXT = (
    "Published 5 March 2031\n\nThe force in the valley stays for now\n\n"
    "On 1 March 2031 the force had 4,200 soldiers from 12 nations, it was said in the town.\n\n"
    "The army has about 900 soldiers, as has been the case for a long time.\n"
)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "the_page.txt"
    path.write_text(TEXT, "utf-8")
    return path


def marked_file(page, tmp_path, decisions, name="proposals.csv", **cells):
    """Write proposals and mark them: kind (and value) -> decision."""
    _, proposals = read_page(page)
    rows = list(csv.DictReader(io.StringIO(as_csv(proposals))))
    for row in rows:
        key = f"{row['kind']} {row['row.value']}".strip()
        row["decision"] = decisions.get(key, "")
        if row["decision"] and row["kind"] != "source":
            row.update({f"row.{column}": value for column, value in cells.items()})
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / name
    path.write_text(out.getvalue(), "utf-8")
    return path


def call(*words):
    return CliRunner().invoke(app, ["record", "read", *map(str, words)])


def test_reading_writes_proposals_and_touches_no_record(page, tmp_path):
    before = load_record("kosovo")
    done = call(page, "--out", tmp_path / "proposals.csv")
    assert done.exit_code == 0, done.output
    rows = read_marked(tmp_path / "proposals.csv")
    assert rows
    assert {row.decision for row in rows} == {""}
    assert load_record("kosovo") == before


def test_json_is_one_document_with_every_cell(page):
    done = call(page, "--json")
    found = json.loads(done.stdout)
    assert [one["status"] for one in found["pages"]] == ["read"]
    strength = next(one for one in found["proposals"] if one["kind"] == "strength")
    start, end = strength["file_span"]
    assert TEXT[start:end] == strength["text"] == "4,200 soldiers"
    assert strength["row"]["begins"] == "2031-03-01"
    assert strength["row"]["low"] == ""
    assert {"id", "quantity", "source", "confidence"} <= set(strength["row"])


def test_accepted_rows_are_written_and_the_others_are_not(page, tmp_path):
    file = marked_file(page, tmp_path, {"strength 4200": "accept", "strength 900": "reject"})
    done = call("--accept", file, "--out", tmp_path / "rows")
    assert done.exit_code == 0, done.output
    assert "1 accepted, 1 rejected" in done.output
    rows = list(csv.DictReader((tmp_path / "rows" / "figures.csv").read_text().splitlines()))
    assert [row["value"] for row in rows] == ["4200"]
    assert not list(tmp_path.glob("**/.*.tmp"))


def test_an_accepted_row_that_lacks_a_cell_is_reported_and_left_out(page, tmp_path):
    file = marked_file(page, tmp_path, {"strength 900": "accept"})
    done = call("--accept", file, "--out", tmp_path / "rows")
    assert done.exit_code == 2
    assert "row.begins" in done.output
    assert not (tmp_path / "rows").exists()


def test_rows_go_into_a_scenario_once_and_it_stays_sound(page, tmp_path):
    folder = ip.new("valley", tmp_path)
    file = marked_file(page, tmp_path, {"strength 4200": "x", "nations 12": "yes", "source": "y"})
    first = call("--accept", file, "--into", folder)
    assert first.exit_code == 0, first.output
    assert not ip.check(folder)
    figures = {figure.quantity: figure for figure in load_record(folder).figures}
    assert "2031-03-05" in {s.date for s in load_record(folder).sources if s.id == "the_page"}
    assert 12.0 in {figure.value for figure in figures.values()}
    count = len(load_record(folder).figures)
    assert call("--accept", file, "--into", folder).exit_code == 0
    assert len(load_record(folder).figures) == count


def test_a_scenario_that_would_be_faulty_is_left_as_it_was(page, tmp_path):
    folder = ip.new("valley", tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    file = marked_file(page, tmp_path, {"strength 4200": "accept"})  # its source is not accepted
    done = call("--accept", file, "--into", folder)
    assert done.exit_code == 2
    assert "the_page" in done.output
    assert {path: path.read_bytes() for path in folder.rglob("*.csv")} == before


def test_a_spreadsheet_may_change_separator_and_encoding(page, tmp_path):
    file = marked_file(page, tmp_path, {"strength 4200": "Accept"})
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    file.write_bytes(out.getvalue().encode("utf-16"))
    assert decide(read_marked(file)).accepted == 1


def test_json_can_be_marked_too(page, tmp_path):
    file = tmp_path / "proposals.json"
    assert call(page, "--out", file).exit_code == 0
    found = json.loads(file.read_text("utf-8"))
    for one in found["proposals"]:
        one["decision"] = "accept" if one["kind"] == "date" else "reject"
    file.write_text(json.dumps(found), "utf-8")
    done = call("--accept", file, "--out", tmp_path / "dates.csv", "--json")
    assert json.loads(done.stdout)["accepted"] == 2
    assert (tmp_path / "dates.csv").read_text("utf-8").startswith("date,begins")


def test_a_word_that_is_no_decision_is_a_fault_with_a_hint(page, tmp_path):
    file = marked_file(page, tmp_path, {"strength 4200": "acept"})
    (fault,) = decide(read_marked(file)).faults
    assert "'acept'" in fault
    assert "Did you mean 'accept'?" in fault


def test_text_of_a_page_never_becomes_a_formula(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text('=cmd|A1 "The force is here with 300 soldiers," said KFOR of it.', "utf-8")
    _, proposals = read_page(path)
    cells = [cell for row in csv.reader(io.StringIO(as_csv(proposals))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]


@pytest.mark.parametrize("content", [b"", b"{", b"a,b\n1,2\n", b"PK\x03\x04", b"\x00\xff" * 50])
def test_what_is_no_file_of_proposals_is_refused(tmp_path, content):
    file = tmp_path / "proposals.csv"
    file.write_bytes(content)
    done = call("--accept", file, "--out", tmp_path / "rows")
    assert done.exit_code == 2
    assert "PagesError" in done.output
    assert "Traceback" not in done.output


def test_wrong_input_is_2_only_if_nothing_could_be_read(page, tmp_path):
    assert call(tmp_path / "none.txt").exit_code == 2
    done = call(page, tmp_path / "none.txt")
    assert done.exit_code == 0
    assert "none.txt: is not there" in done.output


@pytest.mark.parametrize("words", [[], ["--into", "kosovo"], ["a.txt", "b.txt", "--source", "x"]])
def test_options_that_exclude_each_other_are_refused(words):
    assert call(*words).exit_code == 2


def test_accepting_without_a_destination_is_refused(page, tmp_path):
    file = marked_file(page, tmp_path, {})
    assert "--out" in call("--accept", file).output
    assert call("--accept", file, page, "--out", tmp_path).exit_code == 2
