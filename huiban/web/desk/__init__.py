"""The desk: where workers see what is owed and do it, one verb a page."""
