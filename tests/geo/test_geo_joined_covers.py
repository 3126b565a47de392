"""Parts are decided one by one and put together, and covers are what brute force finds.

Stages of places, roads and a boundary, where what one part tells settles a cell for
others, each held against an oracle that looks at every cell of the combination.
"""

import functools
import itertools
import operator

import h3.api.basic_int as h3
import numpy as np
import pytest
from geo_local_oracle import LocalMap
from geo_oracle import GEOD

from amberkit.geo import (
    Containment,
    Corridor,
    Disk,
    LatLon,
    Polygon,
    cover,
    cover_stages,
)
from amberkit.geo.covers import _disk
from amberkit.geo.covers import _status as status

PENTAGON = h3.cell_to_latlng(h3.get_pentagons(5)[3])
PLACES = {
    "plain": (33.5731, -7.5898),
    "across 180": (-17.5, 179.999),
    "north pole": (89.99, 40.0),
    "south pole": (-90.0, 0.0),
    "pentagon": PENTAGON,
}
FORMS = {
    "places in a boundary": lambda d, e, f, k, p: (d | e | f) & p,
    "a road and a place in a boundary": lambda d, e, f, k, p: ((k & d) | e) & p,
    "places and a road": lambda d, e, f, k, p: d | e | k,
    "what all share": lambda d, e, f, k, p: d & e & k & p,
    "all but a boundary": lambda d, e, f, k, p: (d | e | k) - p,
    "a boundary but for places": lambda d, e, f, k, p: p - (d | (e & k)),
    "a boundary twice": lambda d, e, f, k, p: (d & p) | (e & p) | f,
    "a place twice": lambda d, e, f, k, p: ((d | e) & p) - (d & k),
}


def moved(place, azimuth, far):
    lat, lon = place
    lon, lat, _ = GEOD.fwd(lon, lat, azimuth, far)
    return lat, lon


def staged(name, resolution, seed):
    """Parts of three nested stages, as regions and as areas of the oracle's map."""
    chance = np.random.default_rng(seed)
    place, unit = PLACES[name], 1.5 * h3.average_hexagon_edge_length(resolution, "m")
    near = functools.partial(moved, place)
    # The first two disks overlap, and grow until one lies in the other.
    hubs = [near(chance.uniform(0, 360), unit * far) for far in (0.2, 0.9, 2.5)]
    road = [near(chance.uniform(0, 360), unit * far) for far in (3, 0.5, 3)]
    # With straight runs that cross cells, and notches that end in one.
    turn = np.linspace(0, 360, 9, endpoint=False) + chance.uniform(0, 40)
    ring = [near(t, unit * chance.uniform(1.2, 3.5)) for t in turn]
    at = LocalMap(*place)
    boundary = tuple((lon, lat) for lat, lon in (*ring, ring[0]))
    polygon = Polygon(((boundary,),), geodesic=True), at.polygon(ring)
    line = [LatLon(lat=lat, lon=lon) for lat, lon in road]
    for grown in (0.7, 1.4, 2.8):
        radii = [unit * grown * part for part in (1, 0.6, 0.9)]
        reach = unit * 0.4 * grown
        yield (
            *(
                (Disk(LatLon(lat=y, lon=x), radius_m=r), at.disk(y, x, r))
                for (y, x), r in zip(hubs, radii, strict=True)
            ),
            (Corridor(line, reach_m=reach), at.corridor(road, reach)),
            polygon,
        )


@pytest.mark.parametrize("containment", Containment)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PLACES)
def test_stages_of_combined_parts_are_what_brute_force_finds(name, form, containment):
    resolution = 6 if name == "pentagon" else 7
    seed = 100 * list(PLACES).index(name) + list(FORMS).index(form)
    stages = list(staged(name, resolution, seed))
    regions, areas = (
        [FORMS[form](*(part[side] for part in parts)) for parts in stages]
        for side in (0, 1)
    )

    covers = cover_stages(regions, resolution, containment)

    at, some = LocalMap(*PLACES[name]), False
    for area, found in zip(areas, covers, strict=True):
        must, may = at.cover(area, resolution, containment.value)
        some |= len(must) > 0
        assert must <= set(found.to_array().tolist()) <= may
    assert some or containment is Containment.WITHIN or form == "what all share"


@pytest.mark.parametrize("containment", Containment)
def test_many_entangled_places_are_what_brute_force_finds(containment):
    at, regions, areas = LocalMap(*PLACES["plain"]), [], []
    ring = [moved(PLACES["plain"], turn, 3_500) for turn in range(0, 360, 40)]
    boundary = Polygon(
        ((tuple((lon, lat) for lat, lon in (*ring, ring[0])),),), geodesic=True
    )
    # Nine rims that all pass through one cell.
    for turn in range(0, 180, 20):
        lat, lon = moved(PLACES["plain"], turn, 2_000)
        disk = Disk(LatLon(lat=lat, lon=lon), radius_m=2_100)
        regions.append(disk & boundary)
        areas.append(at.disk(lat, lon, 2_100) & at.polygon(ring))
    region, area = (functools.reduce(operator.or_, s) for s in (regions, areas))

    found = set(cover(region, 7, containment).to_array().tolist())

    must, may = at.cover(area, 7, containment.value)
    assert must <= found <= may


CENTER = LatLon(lat=33.5731, lon=-7.5898)


def asked_of(monkeypatch, disk, region, containment):
    """How many cells a disk is held against, edge by edge or by their cores."""
    rows, real = [0], _disk.cell_statuses

    def counted(asked, places):
        rows[0] += len(asked.get(disk, ()))
        return real(asked, places)

    with monkeypatch.context() as patch:
        patch.setattr(_disk, "cell_statuses", counted)
        cover(region, 8, containment)
    return rows[0]


def test_a_rim_within_another_disk_or_beyond_a_boundary_is_not_looked_at(monkeypatch):
    small, large = Disk(CENTER, radius_m=9_000), Disk(CENTER, radius_m=20_000)
    ring = ((-6, 33), (-5, 33), (-5, 34), (-6, 33))
    far_away = Polygon(((ring,),))

    for containment in (Containment.OVERLAP, Containment.WITHIN):
        alone = asked_of(monkeypatch, small, small, containment)

        assert alone > 20
        for region in (small | large, small & far_away, large - small - large):
            assert asked_of(monkeypatch, small, region, containment) == 0


# --- statuses -------------------------------------------------------------------------

# A place of four points: an area is what it holds of them.
AREAS = [frozenset(s) for n in range(5) for s in itertools.combinations(range(4), n)]
FACTS = {
    status.OUT: (False, False),
    status.IN: (True, True),
    status.MIXED: (True, False),
    status.UNSURE: (None, None),
    status.MEETS: (True, None),
    status.LEAVES: (None, False),
}


def facts(area):
    return bool(area), len(area) == 4


def of_status(known):
    """All areas of which a status may be told."""
    return [
        area
        for area in AREAS
        if all(k in (None, f) for k, f in zip(FACTS[known], facts(area), strict=True))
    ]


def common(areas):
    """What is so of all areas: the facts that none of them contradicts."""
    answers = [{fact[i] for fact in map(facts, areas)} for i in (0, 1)]
    return tuple(a.pop() if len(a) == 1 else None for a in answers)


@pytest.mark.parametrize("one", FACTS)
@pytest.mark.parametrize("other", FACTS)
def test_tables_tell_all_that_follows_from_two_statuses_and_no_more(one, other):
    pairs = list(itertools.product(of_status(one), of_status(other)))

    assert FACTS[status.EITHER[one, other]] == common({a | b for a, b in pairs})
    assert FACTS[status.BOTH[one, other]] == common({a & b for a, b in pairs})


@pytest.mark.parametrize("one", FACTS)
def test_the_opposite_of_a_status_is_that_of_what_is_outside(one):
    outside = {frozenset(range(4)) - area for area in of_status(one)}

    assert FACTS[status.OPPOSITE[one]] == common(outside)


@pytest.mark.parametrize("name", ["north pole", "south pole"])
def test_a_boundary_around_a_pole_has_no_seam(name):
    *_, (boundary, area) = next(staged(name, 7, seed=5))

    for containment in Containment:
        must, may = LocalMap(*PLACES[name]).cover(area, 7, containment.value)
        found = set(cover(boundary, 7, containment).to_array().tolist())
        assert must <= found <= may
        assert must
