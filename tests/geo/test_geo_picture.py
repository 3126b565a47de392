"""What a notebook shows: short words, and a small picture that needs nothing else."""

import re
import time
import xml.etree.ElementTree as ET

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from pyproj import Geod

from amberkit.geo import CellSet, Disk, LatLon, cover

BASE_CELLS = sorted(h3.get_res0_cells())
GEOD = Geod(ellps="WGS84")
SVG = "{http://www.w3.org/2000/svg}"


def disk(lat, lon, radius):
    return Disk(LatLon(lat=lat, lon=lon), radius_m=radius)


def one(lat, lon, resolution):
    return CellSet.from_cells(
        [h3.latlng_to_cell(lat, lon, resolution)], resolution=resolution
    )


CASABLANCA = cover(disk(33.5731, -7.5898, 160_000), 7)
EVERYTHING = CellSet.from_cells(BASE_CELLS, resolution=9)
BASE_CELL = CellSet.from_cells(BASE_CELLS[9:10], resolution=15)
# A third of the cells of a disk, scattered.
SCATTERED = CellSet.from_cells(
    cover(disk(33.5731, -7.5898, 160_000), 9).to_array()[::3], resolution=9
)


class Picture:
    """A picture read by other means."""

    def __init__(self, cells):
        root = ET.fromstring(cells._repr_svg_())
        _, _, self.width, self.height = map(float, root.get("viewBox").split())
        self.texts = [t.text for t in root.iter(SVG + "text")]
        self.title = root.find(SVG + "title").text
        self.paths = [p.get("d") for p in root.iter(SVG + "path")]

    def rings(self, index=0):
        lines = re.findall(r"M([^Mz]*)z", self.paths[index])
        return [np.array([p.split(",") for p in line.split()], float) for line in lines]

    def area(self, index=0):
        shapes = [shapely.Polygon(r) for r in self.rings(index) if len(r) > 2]
        total = shapely.Polygon()
        for shape in shapes:
            total = shapely.symmetric_difference(total, shape.buffer(0))
        return total.area

    def meters_per_pixel(self):
        bar = float(re.search(r"h([\d.]+)", self.paths[1])[1])
        number, unit = self.texts[0].split()
        return float(number) * {"km": 1000, "m": 1}[unit] / bar


# --- words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (CellSet(9), "resolution=9, cells=0, compact=0, area='0.0 m2'"),
        (EVERYTHING, "cells=4842432842, compact=122, area='510,065,621.7 km2'"),
        (SCATTERED, rf"cells={len(SCATTERED)}, compact={len(SCATTERED.compact)}\)"),
    ],
)
def test_repr_is_short_and_says_the_area_where_it_is_quick_to_tell(cells, words):
    assert re.search(words, repr(cells))


@pytest.mark.parametrize("resolution", [11, 10, 9, 8])
def test_the_area_of_one_cell_is_told_in_a_unit_that_fits(resolution):
    cells = one(33.5731, -7.5898, resolution)
    ring = np.array(h3.cell_to_boundary(next(iter(cells))))
    area = abs(GEOD.polygon_area_perimeter(ring[:, 1], ring[:, 0])[0])

    words = re.search("area='(.*)'", repr(cells))[1]

    number, unit = words.replace(",", "").split()
    assert unit == ("km2" if area >= 1e5 else "m2")
    assert float(number) * {"km2": 1e6, "m2": 1}[unit] == pytest.approx(
        area, abs={"km2": 5e4, "m2": 0.2}[unit]
    )


# --- pictures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        cover(disk(33.5731, -7.5898, 160_000), 8),
        cover(disk(33.5731, -7.5898, 160_000) - disk(33.5731, -7.5898, 80_000), 8),
        cover(disk(10.0, 180.0, 160_000) | disk(11.0, -178.0, 90_000), 7),
        cover(disk(89.0, 10.0, 700_000), 6),
        one(33.5731, -7.5898, 9),
        one(-60.0, 0.0, 15),
        CellSet.from_cells(h3.get_pentagons(4)[:1], resolution=4),
        cover(disk(33.5731, -7.5898, 500_000), 10),
    ],
)
def test_the_drawing_is_to_scale(cells):
    picture = Picture(cells)

    area = picture.area() * picture.meters_per_pixel() ** 2

    assert area == pytest.approx(cells.area_m2, rel=0.02)
    rings = np.concatenate(picture.rings())
    assert (rings > 0).all()
    assert (rings < (picture.width, picture.height)).all()


def test_the_caption_says_what_the_set_is():
    picture = Picture(CASABLANCA)

    assert picture.texts == [
        "50 km",
        f"resolution 7 · 14,619 cells · {CASABLANCA.area_m2 / 1e6:,.1f} km2",
    ]
    assert picture.title == picture.texts[1]
    assert Picture(one(0, 0, 5)).texts[1].startswith("resolution 5 · 1 cell · ")


@pytest.mark.parametrize(
    ("lat", "lon", "axis", "sign"), [(0.9, 0.0, 1, -1), (0.0, 0.9, 0, 1)]
)
def test_north_is_up_and_east_is_right(lat, lon, axis, sign):
    picture = Picture(cover(disk(0.0, 0.0, 30_000) | disk(lat, lon, 10_000), 7))

    small, large = sorted(picture.rings(), key=lambda ring: np.ptp(ring, axis=0).max())
    apart = small.mean(axis=0) - large.mean(axis=0)
    assert np.sign(apart[axis]) == sign
    assert abs(apart[axis]) > 100 > 20 > abs(apart[1 - axis])


def test_no_seam_is_drawn_at_the_antimeridian():
    cells = cover(disk(10.0, 180.0, 100_000), 6)

    assert len(cells.outline()["coordinates"]) == 2
    assert len(Picture(cells).rings()) == 1


@pytest.mark.parametrize(
    ("cells", "share"),
    [
        (EVERYTHING, 1),
        (EVERYTHING - cover(disk(-60.0, 100.0, 500_000), 9), 0.99),
        (CellSet.from_cells(BASE_CELLS, resolution=1) - one(0, 0, 1), 0.999),
        (cover(disk(90.0, 0.0, 9_000_000), 4), 0.45),
    ],
)
def test_what_reaches_too_far_is_drawn_on_a_plate_of_the_world(cells, share):
    picture = Picture(cells)

    world = (480 - 32) ** 2 / 2
    assert picture.area(1) / world == pytest.approx(share, abs=0.02)
    assert not any("m" in text.split()[-1:] for text in picture.texts)


def test_an_empty_set_is_a_caption():
    picture = Picture(CellSet(7))

    assert picture.paths == []
    assert picture.texts == ["resolution 7 · 0 cells · 0.0 m2"]


@pytest.mark.parametrize("cells", [BASE_CELL, SCATTERED, EVERYTHING])
def test_more_than_can_be_seen_is_drawn_coarser_and_says_so(cells):
    text = cells._repr_svg_()

    drawn = int(re.fullmatch(r"drawn at resolution (\d+)", Picture(cells).texts[-1])[1])
    assert drawn < cells.resolution
    assert len(text) < 100_000


@pytest.mark.parametrize("cells", [BASE_CELL, SCATTERED, EVERYTHING])
def test_words_and_picture_take_no_time_to_speak_of(cells):
    begin = time.process_time()
    repr(cells)
    cells._repr_svg_()

    assert time.process_time() - begin < 5


def test_a_notebook_shows_the_picture_which_asks_for_nothing():
    text = CASABLANCA._repr_html_()

    assert text == CASABLANCA._repr_svg_()
    assert re.findall(r"\w+://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(
        r"<(script|image|use|style|foreignObject)|href|url\(|@import", text
    )
