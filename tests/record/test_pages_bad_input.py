"""Whatever is in a file: a page is read, or marked unread with the reason; nothing is lost."""

import builtins
import io
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interpose.record.pages import read_page, read_pages

FIXTURE = [HealthCheck.function_scoped_fixture]
SENTENCE = "The force in the valley has about 3,800 soldiers from 27 countries, as it was said.\n"


def unread(path):
    page, found = read_page(path)
    assert (page.status, found) == ("unread", [])
    return page.reason


def test_what_is_no_page_is_unread_and_says_why(tmp_path):
    assert "is not there" in unread(tmp_path / "none.txt")
    assert "folder" in unread(tmp_path)
    for name, content, why in (
        ("empty.txt", b"", "empty"),
        ("blank.html", b"  \n\t ", "empty"),
        ("noise.bin", bytes(range(256)) * 40, "binary"),
        ("tags.html", b"<html><body><p></p><p> </p></body></html>", "no text"),
        ("broken.pdf", b"%PDF-1.7 and nothing of the kind", "PDF"),
        ("numbers.txt", b"4711 0815 42\n", "language"),
    ):
        (tmp_path / name).write_bytes(content)
        assert why in unread(tmp_path / name)
    assert unread("bad\0name")


def test_a_page_of_fifty_megabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "50.0 MB" in unread(path)
    path = tmp_path / "six.txt"
    path.write_bytes(SENTENCE.encode() * 80_000)
    assert "a page may hold 5 MB" in unread(path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Die Truppe hat nicht mehr als 300 Soldaten, und das ist auch so, weil es ist.", "German"),
        ("Миссия сообщила, что это были 300 солдат, которые прибыли вчера утром сюда.", "Russian"),
        ("Мисијата соопшти дека ќе испрати 300 војници, а тоа ќе биде оваа година ѓ.", "Macedon"),
    ],
)  # fmt: skip
def test_a_language_without_a_dictionary_is_named(tmp_path, text, name):
    path = tmp_path / "page.txt"
    path.write_text(text, "utf-8")
    assert name in unread(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_unicode_in_any_form_is_read(tmp_path, encoding):
    path = tmp_path / "page.txt"
    path.write_bytes((SENTENCE + "Vučić, Çeku").encode(encoding))
    page, found = read_page(path)
    assert page.text.endswith("Vučić, Çeku")
    assert [one.row["value"] for one in found if one.kind == "strength"] == ["3800"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Komandant Vučić je rekao da na severu ima oko 3.800 vojnika, što je dovoljno."),
        ("cp1251", "Командант је рекао да на северу има око 3.800 војника, што је за њих довољно."),
        ("cp1252", "Në veri janë rreth 3.800 ushtarë, tha komandanti për këtë çështje të madhe."),
    ],
)
def test_code_pages_are_guessed(tmp_path, encoding, text):
    path = tmp_path / "page.txt"
    path.write_bytes(text.encode(encoding))
    page, found = read_page(path)
    assert page.text == text
    assert [one.row["value"] for one in found if one.kind == "strength"] == ["3800"]


def test_broken_html_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><body><div><p>{SENTENCE}<p>And it <b>is <i>said</b> to stay<table><", "utf-8"
    )
    _, found = read_page(path)
    assert [one.row["value"] for one in found if one.kind == "strength"] == ["3800"]


def test_deep_nesting_and_long_lines_are_read(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<div>" * 20_000 + SENTENCE, "utf-8")
    assert read_page(path)[0].status in ("read", "unread")
    path = tmp_path / "page.txt"
    path.write_text("the force of a and in " * 4000 + SENTENCE, "utf-8")
    assert read_page(path)[0].status == "read"


def test_a_page_as_long_as_a_book_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("interpose.record.pages.article.MOST_CHARACTERS", 40_000)
    path = tmp_path / "page.txt"
    path.write_text("".join(f"It is the {n}. {SENTENCE}" for n in range(600)), "utf-8")
    page, found = read_page(path)
    assert page.status == "read"
    assert "only its first 4" in page.reason or "only its first 39" in page.reason
    assert len(found) > 400


def pdf(words):
    """Return a PDF of one page with one line of text, or a blank one."""
    import pypdf

    if not words:
        writer = pypdf.PdfWriter()
        writer.add_blank_page(300, 300)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()
    stream = f"BT /F1 10 Tf 10 100 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 200] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def test_a_pdf_is_read_and_one_without_text_is_unread(tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf(SENTENCE.strip()))
    _, found = read_page(path)
    strength = next(one for one in found if one.kind == "strength")
    assert (strength.row["value"], strength.file_span) == ("3800", None)
    path.write_bytes(pdf(""))
    assert "no text" in unread(path)


def test_a_missing_part_gives_the_line_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "page.html").write_text(f"<html><body><p>{SENTENCE}</p></body></html>", "utf-8")
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.4\n")
    for name in ("page.html", "page.pdf"):
        assert "pip install 'interpose[read]'" in unread(tmp_path / name)


def test_no_page_is_lost_among_many(tmp_path):
    paths = []
    for number in range(30):
        path = tmp_path / f"{number}.txt"
        path.write_text(SENTENCE if number % 3 else "", "utf-8")
        paths.append(path)
    results = read_pages(paths, workers=2)
    assert [page.file for page, _ in results] == [str(path) for path in paths]
    assert [page.status for page, _ in results] == [
        "read" if n % 3 else "unread" for n in range(30)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(data=st.binary(max_size=400), start=st.sampled_from([b"", b"%PDF-1.4\n", b"<html><p>"]))
def test_any_bytes_are_read_or_unread(tmp_path, data, start):
    path = tmp_path / "page.html"
    path.write_bytes(start + data)
    page, found = read_page(path)
    assert page.reason or page.status == "read"
    assert all(page.text[slice(*one.span)] == one.text for one in found)


PIECES = [*"“”\"„ 0123456789.,-–\n'()ABcdeјљš", "soldiers ", "March ", "said ", "killed "]


@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=80))
def test_spans_hold_whatever_the_text(tmp_path, pieces):
    path = tmp_path / "page.txt"
    path.write_text(f"The force is in the valley and it has been.\n{''.join(pieces)}", "utf-8")
    raw = path.read_bytes().decode()
    page, found = read_page(path)
    for one in found:
        assert page.text[slice(*one.span)] == one.text
        if one.file_span:
            assert raw[slice(*one.file_span)] == one.text


def test_a_span_over_a_line_end_with_dropped_blanks_has_no_place_in_the_file(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("The force is in the valley and it has been.\nMarch \n0", "utf-8")
    raw = path.read_bytes().decode()
    page, found = read_page(path)
    for one in found:
        assert page.text[slice(*one.span)] == one.text
        assert one.file_span is None or raw[slice(*one.file_span)] == one.text


def test_a_part_of_a_part_that_is_missing_is_named(tmp_path, monkeypatch):
    def missing(name, *_, **__):
        if name == "trafilatura":
            msg = "lxml.html.clean is a project of its own: lxml_html_clean"
            raise ImportError(msg)
        return imported(name, *_, **__)

    imported = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", missing)
    (tmp_path / "page.html").write_text(f"<html><body><p>{SENTENCE}</p></body></html>", "utf-8")
    said = unread(tmp_path / "page.html")
    assert "lxml_html_clean" in said
    assert "None" not in said
