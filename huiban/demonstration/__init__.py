"""A fictional district to try everything in: its units and places, and a year of cases."""
