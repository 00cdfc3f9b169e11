"""Distance between places as the crow flies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def haversine_km(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each place of `a` is from the place of `b` beside it.

    Args:
        a: (n, 2) longitude and latitude in degrees; NaN unknown. (1, 2) is held against all of `b`.
        b: likewise.

    Returns:
        (n,) kilometres over the surface of a sphere; NaN where either place is unknown.

    Example:
        >>> beijing, shanghai = np.array([[116.4, 39.9]]), np.array([[121.5, 31.2]])
        >>> haversine_km(beijing, shanghai).round()
        array([1071.])
    """
    a_rad, b_rad = np.radians(a), np.radians(b)
    half = np.sin((b_rad - a_rad) / 2.0) ** 2
    chord = half[:, 1] + np.cos(a_rad[:, 1]) * np.cos(b_rad[:, 1]) * half[:, 0]
    distance: NDArray[np.float64] = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1)))
    return distance
