"""All that one revision of a case may send: what is hashed, approved and released.

A package is canonical JSON: keys sorted, no spaces, integers and strings only. Two
people approve the SHA-256 of it, salted for the case, so that the hash says nothing to
anybody who can guess at the content.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from amberkit.messages import Operation, Picture
from amberkit.publish import Content
from amberkit.schemas import canonical_json
from amberkit.values import Audience, CaseId, Mode

__all__ = ["Cells", "Package", "Part"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class Part:
    """What one channel gets: a stage of the alert, or one of its endings."""

    channel: str
    audience: Audience
    stage: int | None
    """Index of the stage; None for an ending."""

    ending: str | None
    """Which ending; None for a stage."""

    starts: dt.datetime
    """From when on it may go out."""

    identity: str
    """``sender,identifier``, as CAP refers to it."""

    forms: tuple[tuple[str, bytes], ...] = attrs.field(repr=False)
    """Pairs of media type and UTF-8, with slots for what is not known yet."""

    pictures: tuple[str, ...] = attrs.field(default=(), repr=False)
    """SHA-256 of each picture that goes with it."""


@attrs.frozen(kw_only=True)
class Cells:
    """The H3 cells of one stage: closed intervals of ids, sorted and disjoint."""

    stage: int
    resolution: int
    ranges: tuple[tuple[int, int], ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Package:
    """One revision of a case, rendered for every channel."""

    case_id: CaseId
    revision: int
    mode: Mode
    pack: str
    expires: dt.datetime
    parts: tuple[Part, ...]
    cells: tuple[Cells, ...]
    pictures: tuple[Picture, ...] = ()

    def canonical(self) -> bytes:
        """Return the bytes that are hashed and kept, equal for equal packages."""
        document = {
            "amberkit": 1,
            "case_id": self.case_id,
            "revision": self.revision,
            "mode": self.mode.value,
            "pack": self.pack,
            "expires": _to_us(self.expires),
            "parts": [
                {
                    "channel": part.channel,
                    "audience": part.audience.value,
                    "stage": part.stage,
                    "ending": part.ending,
                    "starts": _to_us(part.starts),
                    "identity": part.identity,
                    "forms": [[kind, data.decode()] for kind, data in part.forms],
                    "pictures": part.pictures,
                }
                for part in self.parts
            ],
            "cells": [[c.stage, c.resolution, c.ranges] for c in self.cells],
            "pictures": [
                [
                    picture.sha256,
                    picture.media_type,
                    picture.width_px,
                    picture.height_px,
                    base64.b64encode(picture.data).decode(),
                ]
                for picture in self.pictures
            ],
        }
        return canonical_json(document)

    @classmethod
    def from_canonical(cls, data: bytes) -> Package:
        """Return the package of which *data* are the canonical bytes."""
        raw: dict[str, Any] = json.loads(data)
        return cls(
            case_id=CaseId(raw["case_id"]),
            revision=raw["revision"],
            mode=Mode(raw["mode"]),
            pack=raw["pack"],
            expires=_from_us(raw["expires"]),
            parts=tuple(_part(part) for part in raw["parts"]),
            cells=tuple(
                Cells(
                    stage=stage,
                    resolution=resolution,
                    ranges=tuple((low, high) for low, high in ranges),
                )
                for stage, resolution, ranges in raw["cells"]
            ),
            pictures=tuple(
                Picture(
                    sha256=sha256,
                    media_type=media_type,
                    width_px=width,
                    height_px=height,
                    data=base64.b64decode(encoded),
                )
                for sha256, media_type, width, height, encoded in raw["pictures"]
            ),
        )

    def content_hash(self, salt: bytes) -> str:
        """Return the SHA-256 of *salt* and the canonical bytes, in hexadecimal."""
        return hashlib.sha256(salt + self.canonical()).hexdigest()

    def contents(self, *, after: int) -> Iterator[Content]:
        """Yield what is released: versions count on from *after*, endings last."""
        pictures = {picture.sha256: picture for picture in self.pictures}
        last = after + 1 + max((part.stage or 0 for part in self.parts), default=0)
        for part in self.parts:
            is_ending = part.stage is None
            yield Content(
                channel=part.channel,
                audience=part.audience,
                operation=Operation.CANCEL if is_ending else Operation.PUBLISH,
                version=last + 1 if part.stage is None else after + 1 + part.stage,
                ending=part.ending,
                starts=part.starts,
                identity=part.identity,
                forms=part.forms,
                pictures=tuple(pictures[sha256] for sha256 in part.pictures),
            )


def _part(raw: dict[str, Any]) -> Part:
    forms: Sequence[Sequence[str]] = raw["forms"]
    return Part(
        channel=raw["channel"],
        audience=Audience(raw["audience"]),
        stage=raw["stage"],
        ending=raw["ending"],
        starts=_from_us(raw["starts"]),
        identity=raw["identity"],
        forms=tuple((kind, text.encode()) for kind, text in forms),
        pictures=tuple(raw["pictures"]),
    )


def _to_us(time: dt.datetime) -> int:
    return (time - _EPOCH) // _TICK


def _from_us(value: int) -> dt.datetime:
    return _EPOCH + value * _TICK
