"""From a region to its cells: the descent, and what decides about a cell."""
