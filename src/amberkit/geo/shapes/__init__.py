"""Regions as circles and polygons, for maps and for the wire."""
