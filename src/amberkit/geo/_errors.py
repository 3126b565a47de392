"""What can go wrong in geometry, one class for each kind of answer to it."""

from __future__ import annotations

from amberkit.errors import AmberkitError

__all__ = [
    "BudgetExceeded",
    "CoverTooLarge",
    "InvalidCell",
    "InvalidRegion",
    "MixedResolutions",
    "NotEnclosable",
]


class InvalidRegion(AmberkitError, ValueError):
    """A polygon does not describe an area, or a line no way.

    Attributes:
        reason: What is wrong and what would be right.
        polygon: Index of the polygon, or None where the whole document is meant.
        ring: Index of the ring in that polygon (0 is the outer one), or None.
        vertex: Index of the position in that ring or line, or None.
        line: Index of the line of a corridor, or None.
    """

    def __init__(
        self,
        reason: str,
        polygon: int | None = None,
        ring: int | None = None,
        vertex: int | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(reason, polygon, ring, vertex, line)
        self.reason = reason
        self.polygon = polygon
        self.ring = ring
        self.vertex = vertex
        self.line = line

    def __str__(self) -> str:
        places = {
            "line": self.line,
            "polygon": self.polygon,
            "ring": self.ring,
            "vertex": self.vertex,
        }
        where = ", ".join(f"{k} {v}" for k, v in places.items() if v is not None)
        return f"{where}: {self.reason}" if where else self.reason


class InvalidCell(AmberkitError, ValueError):
    """An id is not a cell of the resolution that is asked for.

    Attributes:
        expected: What would be right.
        index: Where the first bad id stands, counted from 0 over the flat array.
    """

    def __init__(self, expected: str, index: int) -> None:
        super().__init__(expected, index)
        self.expected = expected
        self.index = index

    def __str__(self) -> str:
        return f"id at index {self.index} must be {self.expected}"


class MixedResolutions(AmberkitError, ValueError):
    """Two cell sets of different resolutions were combined.

    Attributes:
        left: Resolution of the left operand.
        right: Resolution of the right operand.
    """

    def __init__(self, left: int, right: int) -> None:
        super().__init__(left, right)
        self.left = left
        self.right = right

    def __str__(self) -> str:
        return (
            f"cannot combine cells of resolutions {self.left} and {self.right}; "
            "cover both regions at one resolution"
        )


class CoverTooLarge(AmberkitError, ValueError):
    """A cover would need more cells on its rim than the budget allows.

    Attributes:
        resolution: The resolution that was asked for.
        max_rim_cells: The budget.
    """

    def __init__(self, resolution: int, max_rim_cells: int) -> None:
        super().__init__(resolution, max_rim_cells)
        self.resolution = resolution
        self.max_rim_cells = max_rim_cells

    def __str__(self) -> str:
        return (
            f"a cover at resolution {self.resolution} needs more than "
            f"{self.max_rim_cells} cells on its rim; use a coarser resolution, a "
            "smaller region or a larger max_rim_cells"
        )


class BudgetExceeded(AmberkitError, ValueError):
    """A set has more cells than may be listed, or more on its rim than may be drawn.

    Attributes:
        cells: How many there are; on a rim, as far as they were counted.
        max_cells: The budget.
        advice: What would help.
    """

    def __init__(
        self,
        cells: int,
        max_cells: int,
        advice: str = "use ranges() or compact, or raise max_cells",
    ) -> None:
        super().__init__(cells, max_cells, advice)
        self.cells = cells
        self.max_cells = max_cells
        self.advice = advice

    def __str__(self) -> str:
        return (
            f"{self.cells} cells are more than the {self.max_cells} allowed; "
            f"{self.advice}"
        )


class NotEnclosable(AmberkitError, ValueError):
    """No polygon of so few vertices can be proved to enclose the region.

    Attributes:
        reason: What stands in the way and what would help.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the region cannot be enclosed: {self.reason}"
