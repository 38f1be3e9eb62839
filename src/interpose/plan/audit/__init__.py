"""The audit of any plan: every rule asked again without the solver, in ``checks.py``."""
