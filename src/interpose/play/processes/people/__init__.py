"""People: the process (``people.py``) and where everybody is on the first morning."""
