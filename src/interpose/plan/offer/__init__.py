"""What is offered: who may go (``eligibility.py``, its ``rules.py``) and into which line."""
