"""The published document formats, and the strict way into all of them.

`read_json` turns bytes into plain data and refuses what JSON readers usually let
through; `check` holds plain data against one of the JSON Schemas (2020-12) that lie
beside this module, and words every problem itself, because a validator's own messages
repeat the value that it found.
"""

from amberkit.schemas._check import MAX_PROBLEMS, NAMES, check, json_schema
from amberkit.schemas._json import (
    canonical_json,
    child_path,
    read_json,
    read_source,
    refuse_unless_json,
)

__all__ = [
    "MAX_PROBLEMS",
    "NAMES",
    "canonical_json",
    "check",
    "child_path",
    "json_schema",
    "read_json",
    "read_source",
    "refuse_unless_json",
]
