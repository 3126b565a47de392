"""Channels that come with amberkit: publishers for what every agency has."""

from __future__ import annotations

from amberkit.channels._folder import Folder

__all__ = ["Folder"]
