"""Displacement folders of another program, Flee. Read ``instance.py`` first."""
