"""Tables for the example scenario, which comes without: police, tasks of the force, displaced."""

WALKOUTS = """id,date,municipalities,share,returns,basis,source,note
bridge_2031,2031-02-01,saltbridge;highfold,0.5,2031-05-01,assumed,treaty,
"""
TASKS = """id,task,place,date,platoons,basis,source,note
pass,border,pass_gate,2031-01-01,1.5,assumed,treaty,
clock,protected_site,clock_house,,1,assumed,treaty,never
"""
DISPLACED = """date,community,origin,where,persons,low,high,basis,source,note
2029-12-01,river,saltbridge,abroad,2000,1500,2500,assumed,census,
2029-12-01,river,highfold,inside,300,200,400,assumed,census,
2030-01-01,river,highfold,home,500,0,900,assumed,census,
2029-12-01,hill,all,abroad,1000,800,1200,assumed,census,
"""

HOMICIDES = """\
begins,ends,murders,known_motive,basis,source,note
2030-01-01,2030-06-30,40,4,published,gazette,Half a year
2031-01-01,2031-12-31,60,0,published,gazette,
2031-01-01,2031-12-31,30,0,published,census,Another count
"""
