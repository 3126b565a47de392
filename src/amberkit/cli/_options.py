"""Options that several commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import attrs
from cyclopts import Parameter

from amberkit.values import Mode

__all__ = [
    "Acknowledge",
    "Act",
    "Actor",
    "AgencyFile",
    "At",
    "CaseFile",
    "CaseName",
    "Json",
    "Language",
    "Look",
    "LookAt",
    "ModeOption",
    "Now",
    "PackId",
    "Rules",
    "Setting",
]

CaseFile = Annotated[Path, Parameter(help="The case document, JSON.")]

CaseName = Annotated[str, Parameter(help="The id of a case.")]

AgencyFile = Annotated[
    Path | None,
    Parameter(help="The agency's document; by default agency.json beside the case."),
]

PackId = Annotated[
    str | None,
    Parameter(
        help="The pack of rules; by default the agency's. 'amberkit packs' lists them."
    ),
]

Acknowledge = Annotated[
    tuple[str, ...],
    Parameter(
        help="Criteria without a source that are taken on all the same, by their ids; "
        "nothing live comes of a pack with others.",
        consume_multiple=True,
        negative="",
        show_default=False,
    ),
]

Language = Annotated[
    str, Parameter(help="Language of findings and reasons: en, fr or ar.")
]

ModeOption = Annotated[
    Mode,
    Parameter(
        help="What is made: an exercise, a test or the real thing.",
        negative="",
    ),
]

Now = Annotated[
    str | None,
    Parameter(
        help="The time to work at, with its UTC offset, such as "
        "2026-11-22T18:05:00+01:00; by default when the last thing in the case was "
        "known, and in live mode the clock's."
    ),
]

Json = Annotated[
    bool,
    Parameter(
        help="Print one JSON document and nothing else, errors included.",
        negative="",
        show_default=False,
    ),
]


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Rules:
    """What a plan is made by; the same options wherever a plan is made."""

    agency: AgencyFile = None

    pack: PackId = None

    acknowledge: Acknowledge = ()

    boundary: Annotated[
        Path | None,
        Parameter(help="GeoJSON file with a border that no area may leave."),
    ] = None

    atlas: Annotated[
        Path | None,
        Parameter(
            help="GeoJSON file with administrative areas, roads, neighbors and place "
            "names; 'amberkit schema atlas' says how."
        ),
    ] = None

    languages: Annotated[
        tuple[str, ...],
        Parameter(
            help="Languages of the messages as BCP 47 tags, the leading one first; by "
            "default the pack's.",
            consume_multiple=True,
            negative="",
            show_default=False,
        ),
    ] = ()


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Setting(Rules):
    """What a case is planned under where files are all that comes of it."""

    land: Annotated[
        Path | None,
        Parameter(
            help="GeoJSON file with what is land on the map; by default land.geojson "
            "beside the case."
        ),
    ] = None

    previous: Annotated[
        Path | None,
        Parameter(
            help="The case before its revision: it is planned first, when the last "
            "thing in it was known, and the plan says what has changed since."
        ),
    ] = None

    mode: ModeOption = Mode.EXERCISE

    now: Now = None


StoreTime = Annotated[
    str | None,
    Parameter(
        help="The time to work at, with its UTC offset, such as "
        "2026-11-22T18:05:00+01:00; by default the clock's. A live store takes "
        "no other."
    ),
]

StoreFolder = Annotated[
    Path,
    Parameter(help="The folder of the store. The first submit makes it."),
]


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Look:
    """Which store, for commands that only look."""

    store: StoreFolder

    mode: Annotated[
        Mode | None,
        Parameter(help="What the store is for; by default what it says.", negative=""),
    ] = None


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class LookAt(Look):
    """Which store, for commands that only look, and when."""

    now: StoreTime = None


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class At(LookAt):
    """Which store, and when, for commands that do something."""

    mode: Annotated[
        Mode,
        Parameter(
            help="What the store is for; it keeps the mode that it was made with.",
            negative="",
        ),
    ] = Mode.EXERCISE


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Actor(At):
    """Which store, when, and who acts."""

    by: Annotated[
        str,
        Parameter(help="Who acts: a service number or another pseudonym, no name."),
    ]

    role: Annotated[str, Parameter(help="In what capacity.")] = "officer"

    verifier: Annotated[
        str | None,
        Parameter(
            help="What checks signatures: PACKAGE.MODULE:NAME, an object with a method "
            "verify or what makes one. A live store needs it. Modules are looked for "
            "where PYTHONPATH says."
        ),
    ] = None


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Act(Actor):
    """Which store, when, who acts, and his signature."""

    signature: Annotated[
        Path | None,
        Parameter(help="A file with the signature of who acts."),
    ] = None
