"""Areas for the public, one after the other: what places add, cut and covered."""

from amberkit.plans.stages._stage import Part, Stage
from amberkit.plans.stages._stages import stages_from
from amberkit.plans.stages._tracks import tracks_from

__all__ = ["Part", "Stage", "stages_from", "tracks_from"]
