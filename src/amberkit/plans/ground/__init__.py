"""What the agency's own maps say of its land."""

from amberkit.plans.ground._atlas import Atlas, NamedArea, Neighbor, PlaceName, Road

__all__ = ["Atlas", "NamedArea", "Neighbor", "PlaceName", "Road"]
