"""What the agency's own maps say of its land."""

from amberkit.plans.ground._atlas import Atlas, NamedArea, Neighbor, PlaceName, Road
from amberkit.plans.ground._load import load_atlas

__all__ = ["Atlas", "NamedArea", "Neighbor", "PlaceName", "Road", "load_atlas"]
