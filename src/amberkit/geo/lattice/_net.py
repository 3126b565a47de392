"""The net of the icosahedron on which h3 lays its lattice: faces, folds and base cells.

Seen on the plane of a face, which touches the unit sphere in the face's middle, a
complex number is a place. A place beyond an edge lies on the next face, as if the net
were unfolded, and one motion of the plane, ``a z + b``, folds it over. Nothing below a
hexagonal base cell leads past two edges. A base cell that is a pentagon sits on a
corner of the icosahedron, where five faces meet and not six: there each of the five
subtrees has a sheet of its own, on the face along whose middle its steps of even
resolution run. Those of odd ones run 19 degrees beside it, and the face is 60 degrees
wide, so they too need one edge at most.

No table of h3 is copied: the corners of the icosahedron are the centers of the
pentagons, and how the lattice lies below a base cell is read off one child.
"""

from __future__ import annotations

import functools
import itertools

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.earth._spherical import vectors
from amberkit.geo.lattice import _h3
from amberkit.geo.lattice._ids import IS_PENTAGON, PENTAGONS, slot_ids

__all__ = [
    "ACROSS",
    "SIXTH",
    "SIXTH_OF_DIGIT",
    "STAY",
    "STEP_0",
    "Net",
    "Planes",
    "net",
]

Complex = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEP_0 = 0.38196601125010500
"""Length of a step between neighboring centers of resolution 0 on the plane that
touches the unit sphere in the middle of a face: RES0_U_GNOMONIC in h3's constants.h."""

SIXTH = np.exp(1j * np.pi / 3 * np.arange(6))
# Which sixth of a turn each digit goes, counter-clockwise from that of digit 4.
SIXTH_OF_DIGIT = np.array([0, 4, 2, 3, 0, 5, 1])
STAY = 6
"""The step to the child in the middle, where others are sixths of a turn."""

_RESOLUTIONS = np.arange(16)
ACROSS = (
    STEP_0
    * 7 ** (-_RESOLUTIONS / 2)
    * np.exp(1j * np.arcsin(np.sqrt(3 / 28)) * (_RESOLUTIONS % 2))
)
"""The step of each resolution in the direction of digit 4, in its own frame."""


@attrs.frozen(eq=False)
class Planes:
    """The faces of the icosahedron as planes, and how they join at their edges."""

    origin: Floats
    """The middle of each face, ``(20, 3)``."""
    axes: Floats
    """Unit vectors x, towards a corner, and y, left of it, in each face: ``(2, 20,
    3)``."""
    apothem: float
    """How far each edge is from the middle."""
    outward: Complex
    """The direction of each edge of each face, ``(20, 3)``."""
    beyond: Ints
    """The face beyond it, ``(20, 3)``."""
    turn: Complex
    """With *shift*, the motion onto that face's plane, ``(20, 3)``."""
    shift: Complex

    def flattened(self, vector: Floats) -> tuple[Ints, Complex]:
        """Return the face of each unit vector, ``(n, 3)``, and its place there."""
        face = (vector @ self.origin.T).argmax(axis=1)
        return face, _flat(self.origin[face], self.axes[:, face], vector)

    def folded(self, face: Ints, z: Complex) -> tuple[Ints, Complex]:
        """Return face and place of what lies beyond an edge of *face*, if it does."""
        # What is nearer to the middle than an edge needs no closer look.
        (far,) = np.nonzero(z.real**2 + z.imag**2 > self.apothem**2)
        folded_face, folded_z = face.copy(), z.copy()
        for edge in range(3):
            outward = self.outward[face[far], edge]
            away = z.real[far] * outward.real + z.imag[far] * outward.imag
            # Rounding must not put what lies on an edge on either side of it.
            over = far[away > self.apothem + 1e-13]
            there = face[over], edge
            folded_z[over] = self.turn[there] * z[over] + self.shift[there]
            folded_face[over] = self.beyond[there]
        return folded_face, folded_z

    def lifted(self, face: Ints, z: Complex) -> Floats:
        """Return places of faces as unit vectors, ``(n, 3)``."""
        x, y = self.axes[0], self.axes[1]
        on_plane = z.real[:, None] * x[face]
        on_plane += z.imag[:, None] * y[face]
        on_plane += self.origin[face]
        # The plane is 1 away from the middle of the earth, the place on it a bit more.
        on_plane /= np.sqrt(1 + z.real**2 + z.imag**2)[:, None]
        return np.asarray(on_plane)


@attrs.frozen(eq=False)
class Net:
    """The planes, and where the base cells lie on them."""

    planes: Planes

    # From base cells to the plane.
    sheet: Ints
    """The sheet for base cell and leading digit, ``(122, 7)``."""
    face: Ints
    """The face on which each sheet lies."""
    start: Complex
    """The center of its base cell there."""
    frame: Complex
    """The direction of digit 4, at even resolutions."""

    # From the plane to base cells.
    base: Ints
    """The base cell at ``a + b w`` steps from the middle of each face, ``(20, 7, 7)``,
    where a negative index counts from the end."""
    spin: Ints
    """How many sixths of a turn its digits are ahead of steps on the face, by parity of
    resolution and direction of the first step, if any: ``(20, 7, 7, 2, 7)``; -1 where
    no point of the face leads."""


@functools.cache
def net() -> Net:
    """Return the one net there is, made when first asked for."""
    planes = _planes()
    hubs = vectors(*_h3.centers(slot_ids(np.arange(122), 0)))
    # The children of the base cells at resolution 1, and at 2 those next to the middle.
    near = {r: np.full((122, 7, 3), np.nan) for r in (1, 2)}
    base, digit = np.divmod(np.arange(122 * 7), 7)
    real = ~(IS_PENTAGON[base] & (digit == 1))
    base, digit = base[real], digit[real]
    for r, child in near.items():
        slots = base * 7**r + digit
        child[base, digit] = vectors(*_h3.centers(slot_ids(slots, r)))
    return Net(planes, *_sheets(planes, hubs, near[1]), *_homes(planes, hubs, near))


def _flat(origin: Floats, axes: Floats, vector: Floats) -> Complex:
    depth = (vector * origin).sum(axis=-1)
    x, y = (vector * axes).sum(axis=-1) / depth
    return np.asarray(x + 1j * y)


def _planes() -> Planes:
    corner = vectors(*_h3.centers(slot_ids(PENTAGONS, 0)))
    near = corner @ corner.T > 0.4
    faces = [
        trio
        for trio in itertools.combinations(range(12), 3)
        if all(near[pair] for pair in itertools.combinations(trio, 2))
    ]
    origin = corner[np.array(faces)].sum(axis=1)
    origin /= np.linalg.norm(origin, axis=1, keepdims=True)
    along = corner[[trio[0] for trio in faces]]
    along = along - (along * origin).sum(axis=1, keepdims=True) * origin
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    axes = np.stack((along, np.cross(origin, along)))

    apothem = 0.0
    outward, turn, shift = np.zeros((3, 20, 3), complex)
    beyond = np.zeros((20, 3), np.int64)
    for face, trio in enumerate(faces):
        for edge, ends in enumerate(itertools.combinations(trio, 2)):
            (other,) = (
                i for i, of in enumerate(faces) if i != face and set(ends) <= set(of)
            )
            here, there = (
                _flat(origin[i], axes[:, [i]], corner[list(ends)])
                for i in (face, other)
            )
            apothem = float(abs(here.mean()))
            outward[face, edge] = here.mean() / apothem
            beyond[face, edge] = other
            turn[face, edge] = (there[1] - there[0]) / (here[1] - here[0])
            shift[face, edge] = there[0] - turn[face, edge] * here[0]
    return Planes(origin, axes, apothem, outward, beyond, turn, shift)


def _sheets(
    planes: Planes, hubs: Floats, child: Floats
) -> tuple[Ints, Ints, Complex, Complex]:
    """Return how the lattice lies below each base cell, as `Net` has it."""
    sheet = np.zeros((122, 7), np.int64)
    placed: list[tuple[int, complex, complex]] = []
    for base, hub in enumerate(hubs):
        for lead in range(2, 7) if IS_PENTAGON[base] else (1,):
            aim = child[base, lead] if IS_PENTAGON[base] else hub
            (face,), _ = planes.flattened(aim[None])
            # One child shows how the lattice lies, if it is on the face for sure.
            inward = child[base, 1:] @ (aim + planes.origin[face])
            shown = int(np.nanargmax(inward)) + 1
            seen = np.stack((hub, child[base, shown]))
            z, arm = _flat(planes.origin[face], planes.axes[:, [face]], seen)
            ahead = (arm - z) / (ACROSS[1] * SIXTH[SIXTH_OF_DIGIT[shown]])
            # The lattice is in line with the faces, whose x axes lead to a corner.
            frame = SIXTH[np.abs(SIXTH - ahead).argmin()]
            sheet[base, [0, lead]] = len(placed)
            placed.append((face, z, frame))
    face_of, start, frame = zip(*placed, strict=True)
    return sheet, np.array(face_of), np.array(start), np.array(frame)


def _homes(planes: Planes, hubs: Floats, near: dict[int, Floats]) -> tuple[Ints, Ints]:
    """Return which base cells can be seen from each face, and how, as `Net` has it."""
    base = np.full((20, 7, 7), -1)
    spin = np.full((20, 7, 7, 2, STAY + 1), -1)
    for a, b in itertools.product(range(-3, 4), repeat=2):
        z = ACROSS[0] * (a + b * SIXTH[1])
        at = _seen(planes, z, hubs)
        base[:, a, b] = at
        faces = np.flatnonzero(at >= 0)
        if not len(faces):
            continue
        for r, k in itertools.product((1, 2), range(6)):
            children = np.nan_to_num(near[r].reshape(-1, 3))
            child = _seen(planes, z + ACROSS[r] * SIXTH[k], children)[faces]
            owner, digit = np.divmod(child, 7)
            known = (child >= 0) & (owner == at[faces])
            spin[faces[known], a, b, r % 2, k] = (SIXTH_OF_DIGIT[digit] - k)[known] % 6
    # A hexagon is turned alike in all directions: one that is seen tells of the rest.
    f, i, j = np.nonzero((base >= 0) & ~IS_PENTAGON[base])
    spin[f, i, j] = spin[f, i, j].max(axis=(1, 2), keepdims=True)
    spin[..., STAY] = 0
    return base, spin


def _seen(planes: Planes, z: complex, places: Floats) -> Ints:
    """Return which of *places* lies at *z* of each face, ``(20,)``; -1 for none."""
    vector = planes.lifted(*planes.folded(np.arange(20), np.full(20, z)))
    near = vector @ places.T
    return np.where(near.max(axis=1) > 1 - 1e-12, near.argmax(axis=1), -1)
