"""Our own log for outside tools: as XES and as OCEL, without personal data."""
