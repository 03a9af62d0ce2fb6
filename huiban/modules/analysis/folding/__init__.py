"""Folds the event log into counts: read a stretch, count in memory, write in one transaction."""
