"""Areas as channels take them: circles and polygons within a budget."""
