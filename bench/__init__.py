"""Benchmarks: how fast the house works, measured on scratch data that are thrown away.

`huiban bench NAME` runs the module of that name here; see docs/benchmarks.md.
"""
