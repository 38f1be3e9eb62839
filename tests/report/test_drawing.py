"""Drawings: areas kept, texts escaped, and shades that differ on grey paper."""

import numpy as np
import pytest

from interpose.report import drawing
from interpose.report.maps import project


def lightness(colour):
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def test_bands_and_lines_differ_on_grey_paper():
    for light, middle, dark in (drawing.FITTED, drawing.LATER, drawing.WHAT_IF):
        shades = [lightness(c) for c in (dark, middle, light, "#ffffff")]
        assert all(np.diff(shades) > 0.1)


@pytest.mark.parametrize("lat", [0.0, 42.6, 68.0])
def test_a_square_keeps_its_area(lat):
    step = 0.1
    lats = np.array([lat - step, lat - step, lat + step, lat + step])
    lons = np.array([20 - step, 20 + step, 20 + step, 20 - step])
    x, y = project(lats, lons)
    area = 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))
    radians = np.radians([lat - step, lat + step])
    true = 6371.0**2 * np.radians(2 * step) * (np.sin(radians[1]) - np.sin(radians[0]))
    assert area == pytest.approx(true, rel=1e-4)


def test_north_is_up_and_east_is_right_across_the_date_line():
    x, y = project(np.array([10.0, 11.0]), np.array([179.5, -179.5]))
    assert x[1] > x[0]
    assert y[1] > y[0]
    assert x[1] - x[0] < 150


def test_texts_and_titles_of_a_drawing_are_escaped():
    with drawing.styled():
        figure, (ax,) = drawing.canvas()
        ax.plot([0], [0], "o", gid="mark")
        ax.set_title('<script>a</script> "b" $x$')
        svg = drawing.to_svg(figure, "f", {"mark": '<b> & "c"'})
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg
    assert "$x$" in svg
    assert "<title>&lt;b&gt; &amp; &quot;c&quot;</title>" in svg
    assert "http" not in svg
