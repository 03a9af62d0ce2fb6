"""The kinds of events that supervision writes, and the settings that a district may change."""
