"""The force requirement: ``troops_to_task.py`` counts, ``requirement.py`` explains."""
