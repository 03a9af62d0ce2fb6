"""Asks the lake: one expression, on DuckDB or on Spark."""
