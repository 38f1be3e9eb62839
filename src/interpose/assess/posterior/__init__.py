"""The posterior of a scenario's fitted rows: read ``calibration.py`` first.

``targets.py`` says what of the record is looked at, ``expectation.py`` what the mean of all futures
says to it, ``sampling.py`` samples, ``vectors.py`` makes the vectors that futures take.
"""
