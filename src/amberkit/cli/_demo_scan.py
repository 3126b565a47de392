"""A search through every byte of the demo's store, before an erasure and after it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from amberkit.cases import Case, dump_case

__all__ = ["Found", "digests", "scan", "search", "traces"]

_NOT_PERSONAL = ("$schema", "id", "attributions", "disclosures")
_WORD_OR_TIME = re.compile(r"[a-z_]+|\d{4}-\d\d-\d\dT.*")


@attrs.frozen
class Found:
    """What a search has found."""

    files: int
    """How many files were read."""

    bytes: int
    hits: Mapping[str, int]
    """How often anything searched for occurs, by file; only files with any."""


def traces(case: Case, pictures: Iterable[bytes]) -> set[bytes]:
    """Return what tells of a case, in each form in which it may be kept.

    Every text of the case document that is neither a word of a vocabulary nor a time,
    and every part of a list; in UTF-8, UTF-16 and as JSON escapes it. The exact points.
    Of each picture some bytes from its middle.
    """
    whole = {
        text
        for key, value in dump_case(case).items()
        if key not in _NOT_PERSONAL
        for text in _texts(value)
    }
    parts = {part.strip() for text in whole for part in re.split("[,،;]", text)}
    texts = {text for text in whole | parts if len(text) > 3}
    found = {text.encode(how) for text in texts for how in ("utf-8", "utf-16-le")}
    found |= {json.dumps(text)[1:-1].encode() for text in texts}
    return found | {data[len(data) // 2 :][:24] for data in pictures}


def digests(pictures: Iterable[bytes]) -> set[bytes]:
    """Return the SHA-256 of each picture, as bytes and in hexadecimal."""
    found = [hashlib.sha256(data) for data in pictures]
    return {h.digest() for h in found} | {h.hexdigest().encode() for h in found}


def _texts(value: object) -> Iterator[str]:
    match value:
        case Mapping():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
        case float():
            yield str(value)
        case str() if not _WORD_OR_TIME.fullmatch(value):
            yield value


def scan(folder: Path, needles: Collection[bytes]) -> Found:
    """Search every byte of every file below *folder*, in another process.

    In another one, for whoever opens the file of a database in the process that has it
    open, and closes it, takes the database's locks away.
    """
    code = f"import sys; from {__name__} import search; search(sys.argv[1])"
    ran = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-c", code, str(folder)],
        input=json.dumps([needle.hex() for needle in needles]).encode(),
        stdout=subprocess.PIPE,
        check=True,
        # Ctrl-C is for who has started it.
        start_new_session=True,
    )
    return Found(**json.loads(ran.stdout))


def search(folder: str) -> None:
    """Read needles from standard input, and print how often each file has them."""
    needles = [bytes.fromhex(each) for each in json.loads(sys.stdin.read())]
    files = size = 0
    hits: dict[str, int] = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            files, size = files + 1, size + len(data)
            if count := sum(data.count(needle) for needle in needles):
                hits[str(path.relative_to(folder))] = count
    print(json.dumps({"files": files, "bytes": size, "hits": hits}))
