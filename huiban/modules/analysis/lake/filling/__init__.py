"""Fills the lake from the event log and the folded states."""
