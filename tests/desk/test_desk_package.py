"""The package: what is hashed is everything, and reads back as it was."""

import attrs
import pytest
from desk_samples import CHIEF, OFFICER, Receiver, Setup

from amberkit.desk import Desk, Package
from amberkit.messages import Operation
from amberkit.values import Audience, Mode


@pytest.fixture(scope="module")
def package(case, plan, agency, examples):
    setup = Setup(
        public=Receiver(
            forms=frozenset(
                {"text/plain", "application/cap+xml", "application/geo+json"}
            )
        )
    )
    digest = case.children[0].photographs[0].sha256.reveal()
    photo = (examples / "casablanca-child.png").read_bytes()
    with Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels) as desk:
        desk.submit(
            case,
            plan,
            agency=agency,
            languages=("ar", "fr"),
            by=OFFICER,
            now=plan.made,
            photos={digest: photo},
        )
        return desk.review(case.id).package


def test_a_package_reads_back_as_it_was(package):
    again = Package.from_canonical(package.canonical())

    assert again == package
    assert again.canonical() == package.canonical()


def test_canonical_bytes_are_plain_ascii_json_without_fractions(package):
    import json

    data = package.canonical()

    def refuse(text):
        raise AssertionError(text)

    json.loads(data, parse_float=refuse, parse_constant=refuse)
    assert data.isascii()
    assert b"\n" not in data


def changed(package):
    """Yield the package with one thing changed, everywhere that something can be."""
    part, cells = package.parts[0], package.cells[0]
    second = attrs.evolve(package.pictures[0], width_px=1)
    yield attrs.evolve(package, case_id="MA-OTHER")
    yield attrs.evolve(package, revision=2)
    yield attrs.evolve(package, mode=Mode.LIVE)
    yield attrs.evolve(package, pack="other")
    yield attrs.evolve(package, expires=package.expires.replace(microsecond=1))
    yield attrs.evolve(package, pictures=(second,))
    yield attrs.evolve(package, pictures=())
    yield attrs.evolve(package, cells=package.cells[1:])
    low, high = cells.ranges[0]
    for other in (
        attrs.evolve(cells, resolution=7),
        attrs.evolve(cells, stage=3),
        attrs.evolve(cells, ranges=((low, high + 1), *cells.ranges[1:])),
    ):
        yield attrs.evolve(package, cells=(other, *package.cells[1:]))
    media_type, data = part.forms[0]
    for other in (
        attrs.evolve(part, channel="other"),
        attrs.evolve(part, audience=Audience.SERVICES),
        attrs.evolve(part, stage=1),
        attrs.evolve(part, starts=part.starts.replace(microsecond=1)),
        attrs.evolve(part, identity="x,y"),
        attrs.evolve(part, pictures=()),
        attrs.evolve(part, forms=((media_type, data + b" "), *part.forms[1:])),
        attrs.evolve(part, forms=(("text/html", data), *part.forms[1:])),
    ):
        yield attrs.evolve(package, parts=(other, *package.parts[1:]))
    yield attrs.evolve(package, parts=package.parts[1:])
    ending = next(p for p in package.parts if p.ending)
    rest = [p for p in package.parts if p is not ending]
    yield attrs.evolve(package, parts=tuple(rest))
    yield attrs.evolve(package, parts=(*rest, attrs.evolve(ending, ending="over")))


def test_whatever_is_changed_changes_the_hash(package):
    salt = bytes(32)
    hashes = {p.content_hash(salt) for p in (package, *changed(package))}

    assert len(hashes) == 1 + len(list(changed(package)))
    assert package.content_hash(bytes(31) + b"1") not in hashes


def test_the_cells_are_those_of_the_plan(package, plan):
    for cells, stage in zip(package.cells, plan.stages, strict=True):
        count = sum(1 for low, high in cells.ranges for _ in range(1) if low <= high)
        assert cells.resolution == stage.cells.resolution
        assert count == len(stage.cells.ranges())
        assert tuple(cells.ranges[0]) == tuple(stage.cells.ranges()[0])


def test_versions_count_on_and_endings_are_last(package):
    contents = list(package.contents(after=10))

    stages = [c for c in contents if c.operation is Operation.PUBLISH]
    endings = [c for c in contents if c.operation is Operation.CANCEL]
    public = [c.version for c in stages if c.channel == "public"]
    assert public == [11, 12, 13, 14, 15]
    assert [c.version for c in stages if c.channel == "services"] == [11]
    assert {c.version for c in endings} == {16}
    assert not any(c.pictures for c in endings)
    assert all(c.pictures for c in stages)


def test_a_package_prints_nothing_of_the_child(package):
    assert "Leïla" not in repr(package)
    assert CHIEF.id not in repr(package)
