"""Where places are: GB/T 2260 areas from province to community, their names and centroids."""

from __future__ import annotations

from matcher.reference.areas.distance import haversine_km
from matcher.reference.areas.table import Areas, FormerArea, areas

__all__ = ["Areas", "FormerArea", "areas", "haversine_km"]
