"""The way into a demonstration: roles to try, its clock, its return to the beginning."""
