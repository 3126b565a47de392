"""The one door to pyproj: geodesics on the WGS 84 ellipsoid, in meters and degrees."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from amberkit.geo.earth._spherical import vectors
from amberkit.values import LatLon

__all__ = [
    "CURVE_BEND",
    "FARTHEST_M",
    "LEAST_RADIUS_M",
    "LONGEST_RADIUS_M",
    "SEMI_MINOR_M",
    "arc_bounds",
    "are_within",
    "area_to_pole_m2",
    "authalic_sphere",
    "chords",
    "destinations",
    "distance_bounds",
    "distances",
    "distances_between",
    "geodesic_distance_m",
    "local_xy",
    "positions",
    "routes",
    "sure_beyond",
    "sure_within",
    "walks",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_WGS84 = Geod(ellps="WGS84")
SEMI_MINOR_M = float(_WGS84.b)
_ES = float(_WGS84.es)
_E = math.sqrt(_ES)

# A step of one radian on h3's sphere is a step on the ellipsoid of at least the
# meridional radius of curvature at the equator, a(1 - e2), and at most a2 / b, both
# radii of curvature at a pole. Lengths of curves, and so distances, keep these bounds.
LEAST_RADIUS_M = 6_335_439.0
LONGEST_RADIUS_M = 6_399_594.0

FARTHEST_M = 20_003_932.0
"""No two points are farther apart: half a meridian, rounded up to a meter."""

# Geodesic curvature, per meter, that a great circle of h3's sphere can have on the
# ellipsoid. The largest value over all latitudes and azimuths is 5.26e-10, at 45
# degrees; a test searches for a larger one.
CURVE_BEND = 6e-10


def distances(center: LatLon, lat: Floats, lon: Floats) -> Floats:
    """Return the geodesic distance in meters from *center* to each point."""
    return _inverse(center, lat, lon)[1]


def distances_between(
    lat: Floats, lon: Floats, other_lat: Floats, other_lon: Floats
) -> Floats:
    """Return the geodesic distance in meters of each pair of points, ``(n,)``."""
    _, _, distance = _WGS84.inv(
        _plain(lon), _plain(lat), _plain(other_lon), _plain(other_lat)
    )
    return np.asarray(distance)


def positions(vector: Floats) -> Floats:
    """Return points of the ellipsoid in meters from its middle, ``(n, 3)``.

    Args:
        vector: Unit vectors on h3's sphere: the normals of the ellipsoid there.
    """
    return np.stack(_columns(vector), axis=-1)


def chords(center: LatLon, vector: Floats) -> Floats:
    """Return the length in meters of the straight line from *center* to each point.

    Args:
        center: Where the lines start.
        vector: Unit vectors on h3's sphere, ``(n, 3)``.
    """
    return _apart(*_start(center), *_columns(vector))


def distance_bounds(center: LatLon, vector: Floats) -> tuple[Floats, Floats]:
    """Return what each geodesic distance from *center* is at least and at most.

    They are those of the straight chord; see `arc_bounds`.

    Args:
        center: Where distances start.
        vector: Unit vectors on h3's sphere, ``(n, 3)``.
    """
    return arc_bounds(chords(center, vector))


def arc_bounds(
    chord: Floats, longest_chord: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return what a geodesic distance is at least and at most, from its chord.

    The straight chord c costs a fraction of a geodesic. A shortest path
    bends like circles with radii between r = b2 / a and R = a2 / b, so c lies between
    the chords of arcs of its length s: 2 r sin(s / 2r) <= c, by Schur's theorem on
    curves (M. do Carmo, Differential Geometry of Curves and Surfaces, 5-7), and c <=
    2 R sin(s / 2R), where a sixth of a thousandth on R makes up for the path's torsion,
    at most 5.3e-10 per meter. Both hold for c up to 8,000 km; beyond, the bounds are
    that of 8,000 km and the longest distance there is. They are 10 cm apart at 160 km
    and 3 m at 500 km.

    Args:
        chord: Lengths of chords in meters, or what they are at least.
        longest_chord: What they are at most, if that differs.
    """
    far = chord if longest_chord is None else longest_chord
    low, high = (
        2 * radius * np.arcsin(np.clip(c, 0, _LONGEST_CHORD_M) / (2 * radius))
        for radius, c in ((_FLATTEST_M, chord), (LEAST_RADIUS_M, far))
    )
    high = np.where(far < _LONGEST_CHORD_M, high + _ROUNDING_M, FARTHEST_M)
    return low - _ROUNDING_M, high


def sure_within(distance_m: Floats | float) -> Floats:
    """Return the longest chord of points that are at most so far apart, for sure.

    The inverse of the upper bound of `arc_bounds`; -1 for none.
    """
    turn = (np.asarray(distance_m) - _ROUNDING_M) / (2 * LEAST_RADIUS_M)
    longest = 2 * LEAST_RADIUS_M * np.sin(np.minimum(np.abs(turn), np.pi / 2))
    return np.where(turn < 0, -1.0, np.minimum(longest, _LONGEST_CHORD_M))


def sure_beyond(distance_m: Floats | float) -> Floats:
    """Return the shortest chord beyond which points are farther apart, for sure.

    The inverse of the lower bound of `arc_bounds`; infinite for none. A path to
    where the chord is longer than 8,000 km passes where it is not.
    """
    turn = (np.asarray(distance_m) + _ROUNDING_M) / (2 * _FLATTEST_M)
    shortest = 2 * _FLATTEST_M * np.sin(np.minimum(np.abs(turn), np.pi / 2))
    shortest = np.where(shortest > _LONGEST_CHORD_M, np.inf, shortest)
    return np.where(turn < 0, -1.0, shortest)


def are_within(center: LatLon, radius_m: float, lat: Floats, lon: Floats) -> Bools:
    """Tell which points have a geodesic distance of at most *radius_m*, exactly."""
    inner, outer = sure_within(radius_m), sure_beyond(radius_m)
    start = _start(center)
    result = np.empty(len(lat), bool)
    # As many at a time as stay in the processor's cache.
    for begin in range(0, len(lat), _AT_ONCE):
        y, x = lat[begin : begin + _AT_ONCE], lon[begin : begin + _AT_ONCE]
        chord = _apart(*start, *_columns(vectors(y, x)))
        inside = chord <= inner
        (close,) = np.nonzero(~inside & (chord <= outer))
        inside[close] = distances(center, y[close], x[close]) <= radius_m
        result[begin : begin + _AT_ONCE] = inside
    return result


_AT_ONCE = 8192
_LONGEST_CHORD_M = 8e6
_FLATTEST_M = LONGEST_RADIUS_M * (1 + 1 / 6000)
# Chords are computed to some nanometers, geodesics to 15 (GeographicLib).
_ROUNDING_M = 1e-6


def _columns(vector: Floats) -> tuple[Floats, Floats, Floats]:
    """Return points of the ellipsoid, by their normals, from its middle in meters."""
    x, y, z = vector.T
    across = _WGS84.a / np.sqrt(1 - _ES * z**2)
    return across * x, across * y, (1 - _ES) * across * z


def _start(center: LatLon) -> tuple[float, float, float]:
    """Return the same of one point, faster."""
    y, x = math.radians(center.lat), math.radians(center.lon)
    across = _WGS84.a / math.sqrt(1 - _ES * math.sin(y) ** 2)
    level = across * math.cos(y)
    return (
        level * math.cos(x),
        level * math.sin(x),
        (1 - _ES) * across * math.sin(y),
    )


def _apart(
    x: float, y: float, z: float, to_x: Floats, to_y: Floats, to_z: Floats
) -> Floats:
    return np.asarray(np.sqrt((to_x - x) ** 2 + (to_y - y) ** 2 + (to_z - z) ** 2))


def _inverse(center: LatLon, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    from_lat, from_lon = np.full(len(lat), center.lat), np.full(len(lat), center.lon)
    # As lists where there is one point: pyproj takes an array of one for a number, and
    # numpy before 2.4 warns of that.
    azimuth, _, distance = _WGS84.inv(
        _plain(from_lon), _plain(from_lat), _plain(lon), _plain(lat)
    )
    return np.asarray(azimuth), np.asarray(distance)


def _plain(values: Floats) -> Floats | list[float]:
    return values if len(values) != 1 else [float(values[0])]


def destinations(
    center: LatLon, azimuth: Floats, distance_m: Floats
) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes reached from *center*.

    Args:
        center: Where every geodesic starts.
        azimuth: Degrees clockwise from north, ``(n,)``.
        distance_m: Meters, ``(n,)``.
    """
    n = len(azimuth)
    lon, lat, _ = _WGS84.fwd(
        np.full(n, center.lon), np.full(n, center.lat), azimuth, distance_m
    )
    return np.asarray(lat), np.asarray(lon)


def routes(
    lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats
) -> tuple[Floats, Floats]:
    """Return azimuths in degrees and lengths in meters of geodesics between points."""
    azimuth, _, distance = _WGS84.inv(
        _plain(lon), _plain(lat), _plain(to_lon), _plain(to_lat)
    )
    return np.atleast_1d(azimuth), np.atleast_1d(distance)


def walks(
    lat: Floats, lon: Floats, azimuth: Floats, distance_m: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return where geodesics lead: latitudes, longitudes, azimuths on arrival."""
    to_lon, to_lat, there = _WGS84.fwd(
        _plain(lon),
        _plain(lat),
        _plain(azimuth),
        _plain(distance_m),
        return_back_azimuth=False,
    )
    return np.atleast_1d(to_lat), np.atleast_1d(to_lon), np.atleast_1d(there)


def geodesic_distance_m(a: LatLon, b: LatLon) -> float:
    """Return the length in meters of the shortest path on WGS 84 from *a* to *b*."""
    return float(_WGS84.inv(a.lon, a.lat, b.lon, b.lat)[2])


def local_xy(center: LatLon, *, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
    """Return points as meters east and north of *center*.

    The azimuthal equidistant projection: distance and direction from *center* are
    true, everything else is nearly so within some hundred kilometers.

    Args:
        center: Origin of the plane.
        lat: Latitudes in degrees.
        lon: Longitudes in degrees, of the same shape.

    Returns:
        Array of shape ``(n, 2)``: x to the east, y to the north, in meters.
    """
    y, x = np.broadcast_arrays(np.asarray(lat, float), np.asarray(lon, float))
    azimuth, distance = _inverse(center, y.ravel(), x.ravel())
    turn = np.radians(azimuth)
    return np.column_stack((distance * np.sin(turn), distance * np.cos(turn)))


def authalic_sphere(lat: Floats) -> tuple[Floats, float]:
    """Return latitudes in radians on the sphere of equal area, and its radius.

    Source: J. P. Snyder, Map Projections - A Working Manual, USGS Professional Paper
    1395, equations 3-11 to 3-13. https://pubs.usgs.gov/pp/1395/report.pdf
    """
    pole = float(_q(np.ones(1))[0])
    ratio = _q(np.sin(np.radians(lat))) / pole
    return np.arcsin(np.clip(ratio, -1, 1)), float(_WGS84.a) * math.sqrt(pole / 2)


def area_to_pole_m2(lat: Floats) -> Floats:
    """Return the area in m2 between a parallel and the north pole, by radian of width.

    The same function as in `authalic_sphere`, written as a difference from the pole, so
    that it keeps its digits there.
    """
    rest = 2 * np.sin(np.radians(90 - lat) / 2) ** 2
    sine = 1 - rest
    first = rest * (1 + _ES * sine) / (1 - _ES * sine**2)
    second = np.arctanh(_E * rest / (1 - _ES * sine)) * (1 - _ES) / _E
    return np.asarray((first + second) * _WGS84.a**2 / 2)


def _q(sine: Floats) -> Floats:
    part = sine / (1 - _ES * sine**2) + np.arctanh(_E * sine) / _E
    return np.asarray((1 - _ES) * part)
