"""The command line: every verb bears the name of its room.

``running.py`` has the verbs about runs, ``describing.py`` those about scenarios, ``output.py``
how errors are told. Imports every room, late, and is imported by none.
"""

import os

# Read when Arrow is first imported. Its own allocator never gives memory back: 200 MiB more after
# the report of a run.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

from interpose.cli.app import app

__all__ = ["app"]
