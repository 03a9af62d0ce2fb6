"""The reckoning under the analysis: numbers in, findings with their reasons out.

Pure, without database, clock, network or framework. Every method is described with its source
and its limits in docs/reckoning.md.
"""
