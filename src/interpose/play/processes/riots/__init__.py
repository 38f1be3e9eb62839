"""Riots: the ladder (``riots.py``), who comes and what a riot does (``crowds.py``)."""
