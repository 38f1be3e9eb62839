"""The plan room: what is needed and offered in; who serves where and when, and why not, out.

In: a scenario and a `Request` (mission, dates, what-ifs). Out: a `PlannedForce`, which is the plan,
its laydown, its differences from the plan without the change, its files, and the scenario in which
that force is played.

Read ``planning.py`` first: it goes through the steps in their order. ``request.py`` changes the
tables as asked; ``requirement.py`` says what is needed and why; ``offer`` who may go;
``generate/generation.py`` fills lines with offers (then read one rule of ``generate/model.py`` and
the same rule in ``audit.py``, which audits every plan and knows nothing of the solver);
``laydown`` says where platoons stand; ``tell`` writes and compares; ``deployments.py`` lays a plan
down and turns it into rows that are played. ``sites`` chooses which bases to keep.
"""

from interpose.plan.planning import PlannedForce, plan
from interpose.plan.request import Request
from interpose.plan.result import Assignment, GapCell, Plan, PlanInputs, Stage
from interpose.scenario import read_plan_tables as load_inputs

__all__ = [
    "Assignment",
    "GapCell",
    "Plan",
    "PlanInputs",
    "PlannedForce",
    "Request",
    "Stage",
    "load_inputs",
    "plan",
]
