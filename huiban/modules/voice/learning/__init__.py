"""What voice learns from texts: pure over what it is given, without database, clock or network."""
