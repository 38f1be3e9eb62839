"""The plan room: what is needed and offered in; who serves where and when, and why not, out.

Read ``generation.py`` first, then one rule of ``model.py`` and the same rule in ``checker.py``,
which audits every plan and knows nothing of the solver. ``eligibility.py`` says who may go,
``requirement.py`` why this number, ``laydown`` where.
"""

from interpose.plan.making import plan
from interpose.plan.result import Assignment, Cell, Plan, PlanInputs, Stage
from interpose.scenario import read_plan_tables as load_inputs

__all__ = ["Assignment", "Cell", "Plan", "PlanInputs", "Stage", "load_inputs", "plan"]
