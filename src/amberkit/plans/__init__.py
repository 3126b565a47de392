"""What will be done when, for whom and why: from a decision to areas and times."""

from amberkit.plans._errors import PlanRefused
from amberkit.plans._growth import Why, WhyCode
from amberkit.plans._make import plan_alert
from amberkit.plans._plan import AlertPlan, Override, ServicesPlan, Stage

__all__ = [
    "AlertPlan",
    "Override",
    "PlanRefused",
    "ServicesPlan",
    "Stage",
    "Why",
    "WhyCode",
    "plan_alert",
]
