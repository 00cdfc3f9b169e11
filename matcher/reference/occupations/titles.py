"""Real posting titles with an occupation code, to learn title linking from."""

from __future__ import annotations

from functools import cache

import pandas as pd

from matcher.reference.paths import path


@cache
def silver_titles() -> pd.DataFrame:
    """Posting titles of all trades with their occupation, as `title` and `occupation_code`.

    The labels are silver: about one in eight is wrong, and about one in seven names a group
    (level 1 to 3) only. Good to learn from, not to be measured against as truth.

    Returns:
        4,491 rows of str columns, no title twice. Shared: copy it before changing it.

    Source:
        See `data/occupations/SOURCE.md`.

    Example:
        >>> silver_titles().columns.tolist()
        ['title', 'occupation_code']
    """
    return pd.read_csv(path("occupations", "titles.csv"), dtype="str", keep_default_na=False)
