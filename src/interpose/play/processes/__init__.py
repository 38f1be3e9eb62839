"""The processes of the day, one file or one folder each; their order is in ``play/day.py``."""
