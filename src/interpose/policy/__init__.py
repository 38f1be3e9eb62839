"""The policy room: from what a review may see to what it orders.

A policy has one method, ``review(reports) -> Order``. It sees reports, never the true state: this
room cannot import ``play`` (a test reads the imports). ``policy_named`` finds one, by its name in
the scenario, its file, its class or a function that makes it; each future gets one of its own.

Read ``rules.py`` first: what is seen, what may be ordered, and the policies that a file describes.
"""

from interpose.policy.choice import Asked, Choice, choice_of, hasty, policy_named, said
from interpose.policy.rules import (
    Call,
    Conditions,
    Order,
    Policy,
    Replay,
    Reports,
    Required,
    Timetable,
)
from interpose.scenario.policies import Level

__all__ = [
    "Asked",
    "Call",
    "Choice",
    "Conditions",
    "Level",
    "Order",
    "Policy",
    "Replay",
    "Reports",
    "Required",
    "Timetable",
    "choice_of",
    "hasty",
    "policy_named",
    "said",
]
