"""Tables for the example scenario, which comes without: walk-outs and tasks of the force."""

WALKOUTS = """id,date,municipalities,share,returns,basis,source,note
bridge_2031,2031-02-01,saltbridge;highfold,0.5,2031-05-01,assumed,treaty,
"""
TASKS = """id,task,place,holder_before,holder_after,date,platoons,basis,source,note
pass,border,pass_gate,force,local_police,2031-01-01,1.5,assumed,treaty,
clock,protected_site,clock_house,force,local_police,,1,assumed,treaty,never
"""
