"""How large an area has to be at what time, and why."""

from amberkit.plans.growth._steps import Movement, Size, Step, steps
from amberkit.plans.growth._why import Origin, Why, WhyCode

__all__ = ["Movement", "Origin", "Size", "Step", "Why", "WhyCode", "steps"]
