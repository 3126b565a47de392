"""Vectors on the unit sphere: degrees to vectors and back, and arcs between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["angles", "degrees", "midpoints", "successors", "vectors"]

Floats = npt.NDArray[np.float64]


def vectors(lat: Floats, lon: Floats) -> Floats:
    """Return unit vectors, ``(n, 3)``, of latitudes and longitudes in degrees."""
    y, x = np.radians(lat), np.radians(lon)
    level = np.cos(y)
    return np.stack((level * np.cos(x), level * np.sin(x), np.sin(y)), axis=-1)


def degrees(vector: Floats) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes in degrees; *vector* need not have length 1."""
    x, y, z = vector[..., 0], vector[..., 1], vector[..., 2]
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def midpoints(a: Floats, b: Floats) -> Floats:
    """Return the middle of each great-circle arc, as a unit vector."""
    total = a + b
    return np.asarray(total / np.linalg.norm(total, axis=-1, keepdims=True))


def angles(a: Floats, b: Floats) -> Floats:
    """Return the angle between unit vectors in radians, exact for small ones too."""
    chord = np.linalg.norm(a - b, axis=-1)
    return np.asarray(2 * np.arcsin(np.minimum(chord / 2, 1)))


def successors(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return, for rings laid end to end, the index of each corner's next corner."""
    following = np.arange(1, int(sizes.sum()) + 1)
    ends = np.cumsum(sizes)
    following[ends - 1] = ends - sizes
    return following
