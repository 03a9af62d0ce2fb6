"""The lake: facts and events without personal data as partitioned Parquet, and measures over them.

What stands here and in `asking` needs no framework and no database, so that whoever is given a lake
can ask it; `filling` reads the event log. Heavy libraries are loaded only where they are used.
"""
