"""Data only: one folder a scenario. ``_example`` is the template of ``interpose new``."""
