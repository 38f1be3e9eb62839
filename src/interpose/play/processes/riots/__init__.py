"""Riots: the ladder (``riots.py``), who comes (``crowds.py``), what it does (``harm.py``)."""
