"""Covers from the command line."""

from __future__ import annotations

import json

import h3
import pytest

CASABLANCA = ("33.5731", "-7.5898")


def test_a_cover_is_counted_and_measured(amberkit):
    ran = amberkit("cover", *CASABLANCA, "--radius-km", "5")

    assert ran.code == 0
    assert ran.out.startswith("cells at resolution 8: 118\ncompact: ")
    assert ran.out.endswith(" km2\n")


def test_compact_cells_stand_for_all_cells_of_the_cover(amberkit):
    listed = amberkit("cover", *CASABLANCA, "--radius-km", "20", "--cells").out.split()

    told = amberkit("cover", *CASABLANCA, "--radius-km", "20", "--json").json()
    assert listed == told["compact"]
    assert len(h3.uncompact_cells(listed, 8)) == told["count"]


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("-33.5", "-7.5"),
        ("-.5", "-.5"),
        ("-3e1", "-7e-1"),
        ("0", "-180"),
        ("-90", "-0"),
    ],
)
def test_south_and_west_are_written_with_a_minus(lat, lon, amberkit):
    told = amberkit("cover", lat, lon, "--radius-km", "3", "--json").json()

    cell = h3.latlng_to_cell(float(lat), float(lon), 8)
    assert cell in h3.uncompact_cells(told["compact"], 8)


def test_negative_numbers_may_follow_the_options(amberkit):
    first = amberkit("cover", "--radius-km", "3", "-33.5", "-7.5")

    assert first.out == amberkit("cover", "-33.5", "-7.5", "--radius-km", "3").out


def test_fewer_cells_lie_within_than_overlap(amberkit):
    counts = [
        amberkit(
            "cover", *CASABLANCA, "--radius-km", "5", "--json", "--containment", how
        ).json()["count"]
        for how in ("within", "center", "overlap")
    ]

    assert counts == sorted(set(counts))


def test_a_cover_does_not_leave_its_boundary(amberkit, tmp_path):
    ring = [[-7.6, 33], [-7, 33], [-7, 34], [-7.6, 34], [-7.6, 33]]
    border = tmp_path / "border.json"
    border.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    options = ["--radius-km", "5", "--containment", "center", "--cells"]

    cells = amberkit("cover", *CASABLANCA, *options, "--boundary", border).out.split()

    centers = [h3.cell_to_latlng(cell) for cell in h3.uncompact_cells(cells, 8)]
    assert centers
    assert all(lon >= -7.6 for _, lon in centers)
