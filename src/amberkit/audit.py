"""What was done, by whom and when, so that nobody can change it unseen.

Every case has one chain of entries. Each entry holds the hash of the one before, so a
value that was changed, or an entry that was removed, moved or put in, no longer fits:
`verify_chain` says where. A chain that was cut off at its end, or written anew from the
start, fits in itself; `verify_heads` finds that too, against heads that were taken
earlier and kept elsewhere (`heads`, `dump_heads`, `load_heads`). Use both.

An entry holds no facts of a case: machine words, numbers, times, and at most a digest
that only the holder of the case's key can make. So the chain stays when a case is
erased, and still verifies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

import attrs

from amberkit.errors import InvalidDocument, InvalidValue, Problem
from amberkit.schemas import read_json
from amberkit.values import aware_utc, case_id

__all__ = [
    "GENESIS",
    "Entry",
    "Head",
    "dump_heads",
    "follow",
    "heads",
    "load_heads",
    "verify_chain",
    "verify_heads",
]

GENESIS = "0" * 64
"""What stands for the hash of the entry before in the first entry of a chain."""

_DOMAIN = b"amberkit-audit-1\n"
_FORMAT = "amberkit-audit-heads-1"
_KIND = "audit checkpoint"

# Too narrow for a sentence: free text, and with it facts, cannot get in.
_WORD = re.compile(r"[A-Za-z0-9._:@-]{1,64}")
_HEX = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**63 - 1


def _word(value: object) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise InvalidValue("audit word", "1 to 64 of letters, digits and . _ : @ -")
    return value


def _hex(value: object) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise InvalidValue("audit hash", "64 digits of 0-9 and a-f")
    return value


def _whole(value: object) -> int:
    # True is an int, and equal to 1.
    if type(value) is int and abs(value) <= _LARGEST:
        return value
    raise InvalidValue("audit number", f"a whole number of at most {_LARGEST}")


def _index(value: object) -> int:
    if (index := _whole(value)) < 0:
        raise InvalidValue("audit index", "0 or more")
    return index


def _codes(value: Iterable[tuple[str, str | int]]) -> tuple[tuple[str, str | int], ...]:
    pairs = [
        (_word(name), _word(code) if isinstance(code, str) else _whole(code))
        for name, code in value
    ]
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidValue("audit codes", "given once under each name")
    return tuple(sorted(found.items()))


@attrs.frozen(kw_only=True)
class Entry:
    """One thing that was done. Made by `follow`, or read from where it was kept.

    Raises:
        InvalidValue: If a value has not its form; whether the hashes are right is for
            `verify_chain` to say.
    """

    case_id: str = attrs.field(converter=case_id)

    index: int = attrs.field(converter=_index)
    """Place in the chain of its case, from 0."""

    at: dt.datetime = attrs.field(converter=aware_utc)
    """When it was done, in UTC, to the microsecond."""

    event: str = attrs.field(converter=_word)
    """What was done, such as ``approved``."""

    actor: str | None = attrs.field(converter=attrs.converters.optional(_word))
    """Who did it: a pseudonym, of which the agency keeps the table; None: a program."""

    codes: tuple[tuple[str, str | int], ...] = attrs.field(converter=_codes)
    """More about it, sorted by name: machine words and whole numbers, never a fact."""

    digest: str | None = attrs.field(converter=attrs.converters.optional(_hex))
    """HMAC of what it was done to, under the key of the case; hexadecimal."""

    previous: str = attrs.field(converter=_hex)
    """The hash of the entry before, or `GENESIS`."""

    hash: str = attrs.field(converter=_hex)
    """SHA-256 of all of the above; hexadecimal."""


@attrs.frozen(kw_only=True)
class Head:
    """The last entry of one chain, as it once was.

    Raises:
        InvalidValue: If a value has not its form.
    """

    case_id: str = attrs.field(converter=case_id)
    index: int = attrs.field(converter=_index)
    hash: str = attrs.field(converter=_hex)


def _canonical(document: object) -> bytes:
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return text.encode("ascii")


def _hash(entry: Entry) -> str:
    values = attrs.asdict(entry, filter=lambda field, _: field.name != "hash")
    values["at"] = entry.at.isoformat(timespec="microseconds")
    return hashlib.sha256(_DOMAIN + _canonical(values)).hexdigest()


def follow(
    head: Entry | None,
    *,
    case_id: str,
    at: dt.datetime,
    event: str,
    actor: str | None = None,
    codes: Iterable[tuple[str, str | int]] = (),
    digest: str | None = None,
) -> Entry:
    """Return the entry that comes after *head*, or the first one of a case.

    Raises:
        InvalidValue: If a value has not its form (see `Entry`), or *head* is of
            another case.
    """
    entry = Entry(
        case_id=case_id,
        index=head.index + 1 if head else 0,
        at=at,
        event=event,
        actor=actor,
        codes=codes,
        digest=digest,
        previous=head.hash if head else GENESIS,
        hash=GENESIS,
    )
    if head and head.case_id != entry.case_id:
        raise InvalidValue("audit head", "the last entry of the same case")
    return attrs.evolve(entry, hash=_hash(entry))


def verify_chain(entries: Sequence[Entry]) -> tuple[Problem, ...]:
    """Return what does not fit in the chain of one case; nothing if all of it fits.

    Finds values that were changed and entries that were removed, moved, put in or
    taken from another case. An end that was cut off leaves a chain that fits, and so
    does a chain written anew from its start: for those see `verify_heads`.

    A path such as ``$.MA-2026-000117[3]`` names the fourth entry of the sequence.
    """
    problems: list[Problem] = []
    previous = GENESIS
    for index, entry in enumerate(entries):
        case = entries[0].case_id
        for code, wrong, message in (
            ("other-case", entry.case_id != case, "must be of the same case"),
            ("out-of-order", entry.index != index, f"must have the index {index}"),
            ("broken-link", entry.previous != previous, "must name the entry before"),
            ("altered", entry.hash != _hash(entry), "must match its own hash"),
        ):
            if wrong:
                path = f"$.{case}[{index}]"
                problems.append(Problem(path=path, code=code, message=message))
        previous = entry.hash
    return tuple(problems)


def heads(chains: Mapping[str, Sequence[Entry]]) -> tuple[Head, ...]:
    """Return the head of every chain, ordered by case; an empty chain has none.

    Args:
        chains: The entries of each case, by case id.
    """
    return tuple(
        Head(case_id=case, index=chain[-1].index, hash=chain[-1].hash)
        for case, chain in sorted(chains.items())
        if chain
    )


def verify_heads(
    chains: Mapping[str, Sequence[Entry]], heads: Iterable[Head]
) -> tuple[Problem, ...]:
    """Return which *heads* are no longer in their chains; nothing if all of them are.

    Finds a chain that was cut off, written anew or removed since its head was taken.
    A chain may have grown, and cases may have come. It looks at the entries of the
    heads alone, so `verify_chain` must have found nothing in the chains.
    """
    problems: list[Problem] = []
    for head in heads:
        chain = chains.get(head.case_id, ())
        path = f"$.{head.case_id}[{head.index}]"
        if not chain:
            code, message = "missing-case", "must have the chain that it once had"
        elif len(chain) <= head.index:
            code, message = "cut-off", f"must have at least {head.index + 1} entries"
        elif chain[head.index].hash != head.hash:
            code, message = "rewritten", "must be the entry that it once was"
        else:
            continue
        problems.append(Problem(path=path, code=code, message=message))
    return tuple(problems)


def dump_heads(heads: Iterable[Head]) -> bytes:
    """Return a checkpoint: *heads* as JSON, ordered by case, to be kept elsewhere."""
    listed = [attrs.asdict(head) for head in heads]
    listed.sort(key=lambda head: str(head["case_id"]))
    return _canonical({"format": _FORMAT, "heads": listed}) + b"\n"


def load_heads(data: bytes) -> tuple[Head, ...]:
    """Read what `dump_heads` wrote, strictly.

    Raises:
        UnreadableDocument: If *data* is no JSON (see `amberkit.schemas.read_json`).
        InvalidDocument: If it is no checkpoint; every problem is listed.
    """
    document = read_json(data, _KIND)
    listed = document.get("heads") if isinstance(document, dict) else None
    if not isinstance(listed, list) or document != {"format": _FORMAT, "heads": listed}:
        message = f"must have 'format', which is {_FORMAT}, and a list 'heads'"
        problem = Problem(path="$", code="not-a-checkpoint", message=message)
        raise InvalidDocument(_KIND, [problem])
    found: dict[str, Head] = {}
    problems: list[Problem] = []
    for index, item in enumerate(listed):
        path = f"$.heads[{index}]"
        try:
            head = Head(**item)
        except InvalidValue as error:
            message = f"{error.name} must be {error.expected}"
            problems.append(Problem(path=path, code="invalid", message=message))
        except TypeError:
            message = "must be an object with 'case_id', 'index' and 'hash'"
            problems.append(Problem(path=path, code="not-a-head", message=message))
        else:
            if head.case_id in found:
                message = "must be of a case that has no other head"
                problems.append(Problem(path=path, code="twice", message=message))
            found[head.case_id] = head
    if problems:
        raise InvalidDocument(_KIND, problems)
    return tuple(found.values())
