"""What can be covered, as values that are checked once."""
