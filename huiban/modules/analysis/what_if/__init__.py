"""What if: the district's own flow of cases, simulated from its log. Pure; a simulation, no forecast."""
