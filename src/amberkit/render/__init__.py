"""From a plan to a message, and from a message to its forms.

`render_message` is the waist: it alone reads a case, and what it returns holds only
what its audience may see. The other functions know nothing but the message, or, for
the map and the reasons, the plan, which holds nothing restricted either.
"""

from amberkit.render._cap import render_cap
from amberkit.render._errors import LanguageMissing, RenderRefused, WordingNotReviewed
from amberkit.render._geojson import render_geojson
from amberkit.render._map import render_map
from amberkit.render._message import render_message
from amberkit.render._projection import project
from amberkit.render._text import render_text
from amberkit.render._times import show_date, show_time
from amberkit.render._why import render_why
from amberkit.render._wording import Wording, load_wording, wording_languages

__all__ = [
    "LanguageMissing",
    "RenderRefused",
    "Wording",
    "WordingNotReviewed",
    "load_wording",
    "project",
    "render_cap",
    "render_geojson",
    "render_map",
    "render_message",
    "render_text",
    "render_why",
    "show_date",
    "show_time",
    "wording_languages",
]
