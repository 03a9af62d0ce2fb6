"""Event logs of any system, read from a table: who had which case, and how it went around.

Pure over files and figures: without Django and without a database.
"""
