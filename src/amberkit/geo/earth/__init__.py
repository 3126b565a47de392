"""The ellipsoid, h3's sphere, and points on both."""
