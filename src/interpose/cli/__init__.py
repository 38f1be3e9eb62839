"""The command line: every verb bears the name of its room.

``app.py`` lists the verbs, ``running.py`` has those about runs, ``planning.py`` those about plans,
``output.py`` says how errors are told. Imports every room, late, and is imported by none.
"""

import os

# Read when Arrow is first imported. Its own allocator never gives memory back: 200 MiB more after
# the report of a run.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

from interpose.cli.app import app

__all__ = ["app"]
