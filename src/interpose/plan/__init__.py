"""The plan room: what is needed and offered in; who serves where and when, and why not, out.

Read ``planning.py`` first, then ``generate/generation.py``, one rule of ``generate/model.py`` and
the same rule in ``audit/checks.py``, which audits every plan and knows nothing of the solver.
``requirement.py`` says why this number, ``offer`` who may go, ``laydown`` where, ``sites`` which
bases to keep, ``tell`` how to write it. ``highs.py`` hands the models of bases to the solver.
"""

from interpose.plan.planning import PlannedForce, plan
from interpose.plan.request import Request
from interpose.plan.result import Assignment, Cell, Plan, PlanInputs, Stage
from interpose.scenario import read_plan_tables as load_inputs

__all__ = [
    "Assignment",
    "Cell",
    "Plan",
    "PlanInputs",
    "PlannedForce",
    "Request",
    "Stage",
    "load_inputs",
    "plan",
]
