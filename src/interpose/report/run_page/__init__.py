"""The report of a run: ``contents.py`` has its order; each other file is a section."""
