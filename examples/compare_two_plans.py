"""
Compare two plans
=================

The small mission in Kuwait: what changes if a nation leaves, and which lines stay open.
"""

# %%
# ``plan`` fills the lines of a mission with what nations offer. Every plan is audited by a checker
# that knows nothing of the solver.

import datetime as dt

import interpose as ip

before = ip.plan("kosovo", "kuwait")
for row in before.plan.assignments:
    print(row.requirement, row.offer, row.begins, row.ends)

# %%
# The same mission if Kosovo leaves it during its tour. The sentences say what that changes.

after = ip.plan("kosovo", "kuwait", leave=[("xkx", dt.date(2021, 6, 1))])
print(*after.differences, sep="\n")

# %%
# Months by state, in both plans: filled, with a caveat, open.

from collections import Counter

for name, force in (("before", before), ("after", after)):
    print(name, dict(Counter(cell.state for cell in force.plan.cells)))
