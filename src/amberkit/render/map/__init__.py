"""Pictures of a plan: a map with a slider over the stages, and a timeline."""

from amberkit.render.map._page import render_map
from amberkit.render.map._timeline import render_timeline

__all__ = ["render_map", "render_timeline"]
