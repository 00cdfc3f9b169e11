"""Marks and numbers of what is made up: nobody real can have them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from stdnum.cn import uscc

GENERATED = "（生成）"
"""Stands before every name that the generator made up."""

NO_SUCH_AREA = "320699"
"""A county code that was never given out: numbers that carry it belong to nobody."""


def made_up_uscc(number: int) -> str:
    """A unified social credit code with a right check sign and a county that does not exist.

    Example:
        >>> made_up_uscc(7)
        '91320699MA00000075'
    """
    body = f"91{NO_SUCH_AREA}MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def made_up_phones(rng: np.random.Generator, n: int) -> NDArray[np.object_]:
    """Telephone numbers of the city that no subscriber has: local numbers never begin with 0."""
    return np.array([f"0513-00{number:06d}" for number in rng.integers(0, 10**6, n)], object)
