"""Bad documents, and what of the example may never show in a message."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from amberkit.channels import Folder
from amberkit.desk import VerifierUnreachable
from amberkit.messages import Delivery
from amberkit.publish import Outcome, Receipt
from amberkit.values import Principal

# Personal values of docs/examples/casablanca.json, in every class of privacy.
CANARIES = (
    "Leïla", "ليلى", "Mitali", "المثالي", "Nadia", "+212", "Imaginaire", "2017-03-14",
    "épicier", "joggeur", "33.59", "-7.61", "33.60212", "asthme", "inhalateur",
    "Amandiers", "Patinoire", "fusain", "camarade", "cicatrice", "4??17", "B-12",
    "PV fictif", "PV-FICTIF", "acheter du pain",
)  # fmt: skip


def edit(path: Path, *changes: tuple[list[str | int], Any]) -> None:
    """Set values in a JSON document, each at a path of keys; None removes."""
    document = json.loads(path.read_bytes())
    for keys, value in changes:
        place = document
        for key in keys[:-1]:
            place = place[key]
        if value is None:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value
    path.write_text(json.dumps(document), encoding="utf-8")


TWELVE_MISTAKES: tuple[tuple[list[str | int], Any], ...] = (
    (["id"], "Leïla"),
    (["revision"], 0),
    (["children", 0, "age_years"], -9),
    (["children", 0, "sex"], "Leïla"),
    (["children", 0, "birth_date"], "14 mars 2017"),
    (["children", 0, "appearance", "height_cm"], "132"),
    (["last_seen", "time"], "hier"),
    (["last_seen", "at", "lat"], 133.59438),
    (["circumstances", "danger"], "joggeur"),
    (["report", "received"], None),
    (["report", "reporter", "relation"], "Nadia"),
    (["Imaginaire rue"], "14 bis"),
)


def missing(folder: Path) -> str:
    return str(folder / "nowhere.json")


def broken_json(folder: Path) -> str:
    path = folder / "case.json"
    path.write_text('{"children": [{"given_name": "Leïla", }]}', encoding="utf-8")
    return str(path)


def not_utf8(folder: Path) -> str:
    path = folder / "case.json"
    path.write_bytes(b'{"id": "Le\xefla"}')
    return str(path)


def a_folder(folder: Path) -> str:
    return str(folder)


def too_long_a_name(folder: Path) -> str:
    return str(folder / ("x" * 300))


def no_path_at_all(folder: Path) -> str:
    return f"{folder}/case\0.json"


def too_large(folder: Path) -> str:
    path = folder / "case.json"
    path.write_bytes(b" " * 4_000_001)
    return str(path)


def an_array(folder: Path) -> str:
    path = folder / "case.json"
    path.write_text('["Leïla"]', encoding="utf-8")
    return str(path)


def twelve_mistakes(folder: Path) -> str:
    path = folder / "casablanca.json"
    edit(path, *TWELVE_MISTAKES)
    return str(path)


def impossible_coordinate(folder: Path) -> str:
    path = folder / "casablanca.json"
    edit(path, (["last_seen", "at", "lat"], 133.59438))
    return str(path)


def no_polygon(folder: Path) -> str:
    path = folder / "region.json"
    path.write_text('{"type": "Point", "coordinates": [-7.6, 33.6]}', encoding="utf-8")
    return str(path)


def open_ring(folder: Path) -> str:
    ring = [[-8, 33], [-7, 33], [-7, 34], [-8, 34]]
    path = folder / "region.json"
    path.write_text(
        json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8"
    )
    return str(path)


CASE = "MA-EXAMPLE-2026-0001"


def at(clock: str, day: int = 22) -> tuple[str, str]:
    """Return the option for a time of the day on which the example happens."""
    return "--now", f"2026-11-{day}T{clock}:00+01:00"


def move_to(path: Path, received: dt.datetime) -> None:
    """Move every time of a case document so that it was reported at *received*."""
    text = path.read_text(encoding="utf-8")
    old = dt.datetime.fromisoformat(json.loads(text)["report"]["received"])
    moved = re.sub(
        r"\d{4}-\d\d-\d\dT[0-9:+]*",
        lambda m: (dt.datetime.fromisoformat(m[0]) + (received - old)).isoformat(),
        text,
    )
    path.write_text(moved, encoding="utf-8")


class Believes:
    """A verifier that believes who signs with his own id."""

    def verify(
        self, principal: Principal, statement: bytes, signature: bytes | None
    ) -> bool:
        assert statement.startswith(b"amberkit ")
        return signature == principal.id.encode()


BELIEVES = Believes()


class Refuses(Folder):
    """A folder that refuses whatever it is given."""

    def publish(self, delivery: Delivery, /, *, now: dt.datetime) -> Receipt:
        return Receipt(key=delivery.key, outcome=Outcome.REJECTED, at=now)


def signs(statement: bytes) -> bytes:
    """Sign a submission as officer-7, as `Believes` expects it."""
    assert re.fullmatch(rb"amberkit submit [0-9a-f]{12} [0-9a-f]{64}", statement)
    return b"officer-7"


def signs_as_another(_: bytes) -> bytes:
    return b"somebody-else"


def signs_nothing(_: bytes) -> None: ...


def cannot_sign(_: bytes) -> bytes:
    raise VerifierUnreachable


class Unreachable:
    """A verifier that nobody can reach."""

    def verify(self, *_: object) -> bool:
        raise VerifierUnreachable


def breaks() -> object:
    raise RuntimeError


def makes_nothing() -> object:
    return object()
