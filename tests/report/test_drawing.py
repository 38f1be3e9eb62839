"""Drawings: texts escaped, and shades that differ on grey paper."""

import numpy as np

from interpose.report import drawing


def lightness(colour):
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def test_bands_and_lines_differ_on_grey_paper():
    for light, middle, dark in (drawing.FITTED, drawing.LATER, drawing.WHAT_IF):
        shades = [lightness(c) for c in (dark, middle, light, "#ffffff")]
        assert all(np.diff(shades) > 0.1)


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
