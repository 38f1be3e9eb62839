"""Builds these pages as a site: ``make docs``, then open ``site/index.html``.

Nothing is fetched, neither while building nor by the built pages, and the search works on files
(decision 0023). The examples are run; an error or a warning of any page fails the build.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from interpose import __version__

DOCS = Path(__file__).parent

project = "interpose"
author = "The interpose authors"
project_copyright = author
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_gallery.gen_gallery",
]
suppress_warnings = ["ref.python"]  # a type such as ``date`` is the name of several columns, too
exclude_patterns = ["sg_execution_times.rst"]

myst_heading_anchors = 5
html_theme = "furo"
html_title = f"interpose {__version__}"
html_copy_source = False

autodoc_typehints = "none"  # the docstrings have them, with units
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = ["Sources"]

sphinx_gallery_conf = {
    "examples_dirs": str(DOCS.parent / "examples"),
    "gallery_dirs": "examples",
    "filename_pattern": r"\.py$",
    "abort_on_example_error": True,
    "show_signature": False,
    "write_computation_times": False,
    "image_scrapers": (),  # its own need matplotlib
    "reset_modules": (),
}


def keep_links_out_of_the_docs(_app: object, page: str, source: list[str]) -> None:
    """Make links to files of the repository lead to copies of them, and to folders to the door."""
    folder = (DOCS / page).parent

    def link(match: re.Match[str]) -> str:
        text, path = match[1], match[2].rstrip("/")
        if (folder / path).resolve().is_relative_to(DOCS):
            return match[0]
        if (folder / path / "__init__.py").is_file():
            path += "/__init__.py"
        return f"[{text}](path:{path})" if (folder / path).is_file() else text

    source[0] = re.sub(r"\[([^\]]*)\]\((\.\./[^)#]+)\)", link, source[0])


def setup(app: Any) -> None:  # noqa: ANN401 - the builder is imported by nobody else
    """Take part in the build."""
    app.connect("source-read", keep_links_out_of_the_docs)
