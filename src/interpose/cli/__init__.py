"""The command line: every verb bears the name of its room.

``running.py`` has the verbs about runs, ``describing.py`` those about scenarios, ``saying.py``
how errors are told. Imports every room, late, and is imported by none.
"""

from interpose.cli.app import app

__all__ = ["app"]
