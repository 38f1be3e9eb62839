"""Who repeats whom, and what of it can be read."""

from interpose.record.record import chain, likeness, read_texts, shingles
from interpose.scenario.tables.mission import Source


def test_a_ring_of_copies_ends():
    assert chain("a", {"a": "b", "b": "a"}) == ["a", "b"]


def test_marks_and_capitals_make_no_difference():
    text = " ".join(f"word{i}" for i in range(60))
    assert likeness(shingles(text), shingles(text.upper().replace(" ", ", "))) == 1.0
    assert likeness(shingles(text), shingles("")) == 0.0


def test_only_files_inside_the_folder_are_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"caf\xe9")
    (tmp_path / "out.txt").write_text("secret")
    sources = [
        Source(id="a", title="a", file="a.txt"),
        Source(id="b", title="b", file="../out.txt"),
        Source(id="c", title="c", file="absent.txt"),
        Source(id="d", title="d"),
    ]
    assert list(read_texts(sources, tmp_path / "in")) == ["a"]
