"""
Look at simulations
===================

Play the small example scenario in memory, and read the median and its interval from the dataset.
"""

# %%
# ``new`` writes the example scenario to a folder. ``play`` returns an xarray dataset: every
# variable has its unit, every axis its names.

import tempfile

import interpose as ip

valley = ip.load(ip.new("valley", tempfile.mkdtemp()))
simulations = ip.play(valley, futures=100, seed=1)
print(dict(simulations.sizes))

# %%
# Incidents by month: the median of all simulations, and the interval that holds 90 % of them.

incidents = simulations.incidents.sum("type")
print(incidents.quantile([0.05, 0.5, 0.95], dim="future").T.to_pandas())

# %%
# Draws are keyed by their names, so two plays differ only where their scenarios do. Without the
# shock of the stopped clock, each simulation has a twin to compare with.

calm = valley.with_(drop={"shocks": "clock_stopped"})
twins = ip.play(calm, futures=100, seed=1)
difference = (incidents - twins.incidents.sum("type")).sum("month")
print(f"The shock adds {difference.mean():.1f} incidents, {difference.min():.0f} at least.")
