"""What will be done when, for whom and why: from a decision to areas and times."""

from amberkit.plans._errors import PlanRefused
from amberkit.plans._make import plan_alert
from amberkit.plans._overrides import Concern, Override
from amberkit.plans._plan import (
    AlertPlan,
    Cause,
    CauseCode,
    Revision,
    Schedule,
    ServicesPlan,
)
from amberkit.plans.exposure import (
    Exposure,
    ExposureBudget,
    PastAlert,
    Window,
)
from amberkit.plans.ground import (
    Atlas,
    NamedArea,
    Neighbor,
    PlaceName,
    Road,
    load_atlas,
)
from amberkit.plans.growth import Origin, Why, WhyCode
from amberkit.plans.stages import Part, Stage
from amberkit.plans.timeline import (
    Due,
    Event,
    EventKind,
    Progress,
    due,
    extend,
    timeline,
)
from amberkit.plans.trail import Effect, Focus, Weighed

__all__ = [
    "AlertPlan",
    "Atlas",
    "Cause",
    "CauseCode",
    "Concern",
    "Due",
    "Effect",
    "Event",
    "EventKind",
    "Exposure",
    "ExposureBudget",
    "Focus",
    "NamedArea",
    "Neighbor",
    "Origin",
    "Override",
    "Part",
    "PastAlert",
    "PlaceName",
    "PlanRefused",
    "Progress",
    "Revision",
    "Road",
    "Schedule",
    "ServicesPlan",
    "Stage",
    "Weighed",
    "Why",
    "WhyCode",
    "Window",
    "due",
    "extend",
    "load_atlas",
    "plan_alert",
    "timeline",
]
