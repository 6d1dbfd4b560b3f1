"""Field-standard statistics as pure functions of numbers: tests, effect sizes, intervals, power.

Written on moments, counts and ranks, so that an engine that aggregates can feed them; every function
is tested against scipy, statsmodels or a worked example.
"""
