"""SVG written by hand, for drawings that are tables: rectangles, lines, texts, patterns."""

from __future__ import annotations

import html

from markupsafe import Markup

FONT = "DejaVu Sans, Verdana, sans-serif"


class Drawing:
    """Collects shapes in user units; one unit is a CSS pixel at the page's width.

    Attributes
    ----------
    name : str
        Put in front of all ids, which must differ within a page.
    width : float
    """

    def __init__(self, name: str, width: float) -> None:
        self.name = name
        self.width = width
        self._parts: list[str] = []
        self._patterns: dict[str, str] = {}

    def pattern(self, key: str, size: float, ground: str, marks: str) -> str:
        """Define a pattern and return what fills a shape with it.

        Parameters
        ----------
        key : str
        size : float
            Side of its square.
        ground : str
            Colour below.
        marks : str
            Path data of the lines above it.
        """
        self._patterns[key] = (
            f'<pattern id="{self.name}-{key}" width="{size:g}" height="{size:g}" '
            f'patternUnits="userSpaceOnUse"><rect width="{size:g}" height="{size:g}" '
            f'fill="{ground}"/><path d="{marks}" stroke="#000" stroke-width="0.7" fill="none"/>'
            "</pattern>"
        )
        return f"url(#{self.name}-{key})"

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        tall: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        title: str = "",
        dash: str = "",
    ) -> None:
        """Add a rectangle; `title` appears when one points at it."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        shape = (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="0.7"{dashed}'
        )
        told = f"<title>{html.escape(title)}</title>"
        self._parts.append(f"{shape}>{told}</rect>" if title else f"{shape}/>")

    def line(self, points: list[tuple[float, float]], *, dash: str = "", wide: float = 1.0) -> None:
        """Add a line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="#333" stroke-width="{wide:g}"{dashed}/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 10.0,
        anchor: str = "start",
        bold: bool = False,
        fill: str = "#111",
        title: str = "",
    ) -> None:
        """Add a text; `y` is its foot."""
        weight = ' font-weight="700"' if bold else ""
        told = f"<title>{html.escape(title)}</title>" if title else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:g}" '
            f'text-anchor="{anchor}" fill="{fill}"{weight}>{told}{html.escape(words)}</text>'
        )

    def markup(self, text: str) -> None:
        """Add SVG that another of our parts made."""
        self._parts.append(text)

    def finish(self, height: float) -> Markup:
        """Return the drawing as SVG for the inside of a page."""
        patterns = "".join(self._patterns.values())
        head = f'<svg viewBox="0 0 {self.width:g} {height:.1f}">'
        inside = "\n".join(self._parts)
        return Markup(f"{head}<defs>{patterns}</defs>\n{inside}</svg>")  # texts are escaped above
