"""Charts: what they draw, texts escaped, and shades that differ on grey paper."""

import datetime as dt
import re

import numpy as np
import pandas as pd

from interpose.report import interactive
from interpose.report.charts import Panel, charts, marks_of

YEARS = pd.DataFrame(
    {"q05": [1.0, 2, 3], "q25": [2.0, 3, 4], "q50": [3.0, 4, 5], "q75": [4.0, 5, 6], "q95": 9.0},
    index=[2001, 2002, 2003],
)


def lightness(colour):
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def drawn(panel, **more):
    return str(charts("f", [panel], "Caption.", "Words.", (), **more).drawing)


def test_bands_and_lines_differ_on_grey_paper():
    for light, middle, dark in (interactive.FITTED, interactive.LATER, interactive.WHAT_IF):
        shades = [lightness(c) for c in (dark, middle, light, "#ffffff")]
        assert all(np.diff(shades) > 0.1)


def test_texts_of_a_chart_are_escaped():
    mark = {"x": "2001-06-01", "y": 3, "kind": "recorded", "words": '<b> & "c"'}
    svg = drawn(Panel('<script>a</script> "b" $x$', YEARS, [mark]))
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg
    assert "$x$" in svg
    assert "<title>&lt;b&gt; &amp; &quot;c&quot;</title>" in svg
    assert "http" not in svg
    assert '<svg style="max-width: 400px" viewBox' in svg  # as wide as a narrow page is


def test_every_year_and_every_mark_say_their_number_when_one_points_at_them():
    counts = pd.Series([7.0, 8.0], index=[2001, 2003])
    svg = drawn(Panel("Incidents a year", YEARS, marks_of(counts)))
    assert re.findall("<title>(.*?)</title>", svg) == [
        "2001: 3 (1 to 9)", "2002: 4 (2 to 9)", "2003: 5 (3 to 9)",
        "2001: 7 (recorded)", "2003: 8 (recorded)",
    ]  # fmt: skip
    assert "●</i> recorded" in svg


def test_only_the_time_after_the_fit_is_hatched_and_a_what_if_has_other_shades():
    panel = Panel("Incidents a year", YEARS)
    hatched = [
        drawn(panel, held_out=dt.date(year, 12, 31)).count("<pattern") for year in (2001, 2003)
    ]
    assert hatched == [1, 0]
    assert "after the fit" in drawn(panel, held_out=dt.date(2001, 12, 31))
    assert interactive.FITTED[1] in drawn(panel)
    other = drawn(panel, what_if=True)
    assert interactive.WHAT_IF[1] in other
    assert interactive.FITTED[1] not in other


def test_a_scale_of_powers_shows_small_numbers_beside_large_ones():
    wide = YEARS.assign(q50=[90_000.0, 900, 40], q75=90_000.0, q95=100_000.0)
    labels = [
        re.findall(r">([\d,]+)</text>", drawn(Panel("", wide, log=log))) for log in (True, False)
    ]
    assert "100" in labels[0]
    assert "100" not in labels[1]


def test_two_kinds_of_days_differ_in_their_dashes_and_stand_in_the_key():
    days = {pd.Timestamp(2001, 5, 1): "answer", pd.Timestamp(2002, 5, 1): "stood there"}
    svg = drawn(Panel("Chance", YEARS), days=days)
    dashes = re.findall(r'<line [^>]*stroke-dasharray="([^"]*)"><title>May', svg)
    assert len(set(dashes)) == 2
    assert "┊</i> answer" in svg
    assert "╎</i> stood there" in svg
