"""
Play and look at the dataset
============================

Forty simulations of the small example scenario, in memory.
"""

# %%
# ``ip.new`` writes the example scenario to a folder. ``ip.play`` returns an xarray dataset.

import tempfile

import interpose as ip

valley = ip.load(ip.new("valley", tempfile.mkdtemp()))
futures = ip.play(valley, futures=40, seed=1)
futures
