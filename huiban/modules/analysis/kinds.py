"""The kinds of events that analysis writes, and the settings that a district may change."""
