"""What the shapes of regions say of places, each asked of a place only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from amberkit.geo.covers import _corridor, _disk, _planar
from amberkit.geo.covers._places import Places
from amberkit.geo.covers._status import IN, UNSURE
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._regions import Corridor, Disk, Round

__all__ = ["Cells", "Known", "Shape"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

Shape: TypeAlias = Round | Plane

_UNASKED = -1


class Known:
    """What is known at once of the balls around places, and of their centers."""

    def __init__(
        self, places: Places, settled: Mapping[Shape, Signs] | None = None
    ) -> None:
        self.places = places
        self._statuses = dict(settled or {})
        self._holds = {shape: line.copy() for shape, line in self._statuses.items()}

    def below(self, places: Places, owner: Ints) -> Known:
        """Return what this tells of descendants: a hull holds all of them.

        Args:
            places: Cells below these places.
            owner: The row of the place that each is below.
        """
        lines = {shape: line[owner] for shape, line in self._statuses.items()}
        for line in lines.values():
            line[line > IN] = _UNASKED
        return Known(places, lines)

    def status(self, shape: Shape, rows: Ints) -> Signs:
        """Return OUT, IN or UNSURE for the ball of each place in *rows*."""
        return self._line(self._statuses, shape, rows, self._ball_status)

    def holds(self, shape: Shape, rows: Ints) -> Bools:
        """Tell which places in *rows* have their center in a shape."""
        return self._line(self._holds, shape, rows, self._holds_center).astype(bool)

    def _line(
        self,
        lines: dict[Shape, Signs],
        shape: Shape,
        rows: Ints,
        answer: Callable[[Shape, Ints], npt.NDArray[np.generic]],
    ) -> Signs:
        line = lines.get(shape)
        if line is None:
            line = lines[shape] = np.full(len(self.places), _UNASKED, np.int8)
        new = rows[line[rows] == _UNASKED]
        if len(new):
            line[new] = answer(shape, new)
        return np.asarray(line[rows])

    def _ball_status(self, shape: Shape, rows: Ints) -> Signs:
        if isinstance(shape, Disk):
            return _disk.ball_status(shape, self.places, rows)
        if isinstance(shape, Corridor):
            return _corridor.ball_status(shape, self.places, rows)
        return _planar.ball_status(shape, self.places, rows)

    def _holds_center(self, shape: Shape, rows: Ints) -> Bools:
        if isinstance(shape, Disk):
            return self.places.are_within(shape.center, shape.radius_m, rows)
        lat, lon = self.places.lat[rows], self.places.lon[rows]
        if isinstance(shape, Corridor):
            return shape.contains_points(lat=lat, lon=lon)
        return shape.contains(lat, lon)


class Cells:
    """What is so of cells, exactly: more is asked where a ball does not tell."""

    def __init__(self, balls: Known) -> None:
        self.places = balls.places
        self._balls = balls
        self._exact: dict[Shape, Signs] = {}

    def status(self, shape: Shape, rows: Ints) -> Signs:
        """Return OUT, IN or MIXED for each cell in *rows*."""
        status = self._balls.status(shape, rows)
        (at,) = np.nonzero(status == UNSURE)
        if len(at):
            self.ask({shape: rows[at]})
            status[at] = self._exact[shape][rows[at]]
        return status

    def ask(self, questions: Mapping[Shape, Ints]) -> None:
        """Have shapes look at cells of which their balls do not tell.

        One question of many cells costs little more than of one, and so does one of
        many disks.

        Args:
            questions: For each shape the rows of cells.
        """
        disks: dict[Disk, Ints] = {}
        for shape, rows in questions.items():
            line = self._exact.get(shape)
            if line is None:
                line = np.full(len(self.places), _UNASKED, np.int8)
                self._exact[shape] = line
            new = rows[line[rows] == _UNASKED]
            if not len(new):
                continue
            if isinstance(shape, Disk):
                disks[shape] = new
            elif isinstance(shape, Corridor):
                line[new] = _corridor.cell_status(shape, self.places, new)
            else:
                line[new] = _planar.cell_status(shape, self.places, new)
        if disks:
            found = _disk.cell_statuses(disks, self.places)
            for (disk, new), status in zip(disks.items(), found, strict=True):
                self._exact[disk][new] = status
