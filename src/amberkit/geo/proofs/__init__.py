"""What cells or shapes leave out of a region, and how far they go beyond it."""
