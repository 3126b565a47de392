"""Regions as polygons: for maps, and fine enough to be measured."""
