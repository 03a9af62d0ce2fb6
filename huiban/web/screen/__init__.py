"""The face that hangs on a wall and lies in a hand: one screen of a unit, its cards, nothing else."""
