"""Riots: the ladder (``riots.py``), what a riot does (``harm.py``), and its arrays."""
