"""Unrest: the process (``unrest.py``), its rumours, riots and arrays."""
