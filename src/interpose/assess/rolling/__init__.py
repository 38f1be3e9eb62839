"""Forecasts from rolling origins.

``origins.py`` counts record and futures alike and plays what an origin knows; ``baselines.py`` has
the forecast and what it is to beat; ``judged.py`` holds both against the record.
"""
