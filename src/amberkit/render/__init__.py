"""From a plan to a message, and from a message to its forms.

`render_message` is the waist: it alone tells of a case, and what it returns holds only
what its audience may see. `clean_photographs` takes from the case which photographs
are its own. The other functions know nothing but the message, or the plan, which holds
nothing restricted either; an ending is made without a case.
"""

from amberkit.render._cap import cap_template, render_cap
from amberkit.render._changes import render_changes, render_concern, render_sightings
from amberkit.render._ending import ENDINGS, render_ending
from amberkit.render._errors import (
    LanguageMissing,
    PhotographRefused,
    RenderRefused,
    WordingNotReviewed,
)
from amberkit.render._forms import render_forms
from amberkit.render._geojson import render_geojson
from amberkit.render._message import render_message
from amberkit.render._photographs import clean_photograph, clean_photographs
from amberkit.render._projection import project
from amberkit.render._text import render_text
from amberkit.render._times import show_date, show_time
from amberkit.render._why import render_why
from amberkit.render._wording import Wording, load_wording, wording_languages
from amberkit.render.map import render_map, render_timeline

__all__ = [
    "ENDINGS",
    "LanguageMissing",
    "PhotographRefused",
    "RenderRefused",
    "Wording",
    "WordingNotReviewed",
    "cap_template",
    "clean_photograph",
    "clean_photographs",
    "load_wording",
    "project",
    "render_cap",
    "render_changes",
    "render_concern",
    "render_ending",
    "render_forms",
    "render_geojson",
    "render_map",
    "render_message",
    "render_sightings",
    "render_text",
    "render_timeline",
    "render_why",
    "show_date",
    "show_time",
    "wording_languages",
]
