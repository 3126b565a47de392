"""Faults planted on purpose: for each a test, named here, that does not let it pass."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = Path(importlib.util.find_spec("amberkit").submodule_search_locations[0])

FAULTS = {
    "a hull that is too narrow by 5 %": (
        "covers/_places.py",
        "return steps * (1 + 1e-6) + 1e-10",
        "return steps * 0.95",
        "test_geo_bounds.py::"
        "test_the_farthest_descendants_come_up_to_the_hull_but_not_beyond",
    ),
    "a fold over the next edge": (
        "lattice/_net.py",
        "folded_face[over] = self.beyond[one, edge]",
        "folded_face[over] = self.beyond[one, (edge + 1) % 3]",
        "test_geo_lattice.py::test_every_coarse_cell_is_where_h3_has_it",
    ),
    "pentagons with a seventh child": (
        "lattice/_lattice.py",
        "real[7 * pentagons + 1] = False",
        "real[7 * pentagons + 1] = True",
        "test_geo_lattice.py::test_a_descent_finds_children_where_h3_has_them",
    ),
    "an antimeridian that edges do not cross": (
        "regions/_rings.py",
        "line[:, 0] += 360 * turns",
        "line[:, 0] += 0 * turns",
        "test_geo_cover.py::test_a_shape_across_the_antimeridian_is_one_however_written",
    ),
    "a last word that is not exact": (
        "covers/_disk.py",
        "open_in = (edges.least_m() <= radius) & ~some_in[edges.cell]",
        "open_in = (edges.least_a <= radius) & ~some_in[edges.cell]",
        "test_geo_random_covers.py::test_a_random_cover_is_what_brute_force_finds",
    ),
    "a union of two halves that is taken for neither": (
        "covers/_status.py",
        "all_in = np.where(one == OUT, ALL_IN[other], all_in)",
        "all_in = np.where(one == MIXED, ALL_IN[other], all_in)",
        "test_geo_joined_covers.py::"
        "test_stages_of_combined_parts_are_what_brute_force_finds",
    ),
    "what a hull tells, handed to the wrong children": (
        "covers/_known.py",
        "line[owner] for shape",
        "line[owner - 1] for shape",
        "test_geo_joined_covers.py::"
        "test_stages_of_combined_parts_are_what_brute_force_finds",
    ),
}


def passes(package, test):
    """Whether a test passes with *package* in place of the library."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
    )
    # 1 is a test that failed; anything else but success is no answer.
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    return ran.returncode == 0


@pytest.fixture
def package(tmp_path):
    return shutil.copytree(PACKAGE, tmp_path / "amberkit")


@pytest.mark.nightly
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught_by_its_test(fault, package):
    file, right, wrong, test = FAULTS[fault]
    assert passes(package, test)

    source = package / "geo" / file
    text = source.read_text(encoding="utf-8")
    assert text.count(right) == 1
    source.write_text(text.replace(right, wrong), encoding="utf-8")

    assert not passes(package, test)
