"""Promises as tests, for who writes what plugs into amberkit.

`PackConformance` is a class that a pack's author inherits in a test module of pytest.
Importing this package does not import pytest.
"""

import sys

if "pytest" in sys.modules:
    # Before it is imported, or an author sees a bare AssertionError.
    sys.modules["pytest"].register_assert_rewrite("amberkit.testing._packs")

from amberkit.testing._packs import PackConformance

__all__ = ["PackConformance"]
