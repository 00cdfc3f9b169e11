"""Small frames and records for tests: a test states only what it is about, the rest is NA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matcher.domain.kinds import KEYS, Kind
from matcher.reference.columns import conform


def make_frame(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A conformed frame of the kind; rows without their key get one like `persons-0`."""
    filled = [
        dict.fromkeys(KEYS[kind][:1], f"{kind.value}-{at}") | dict(row)
        for at, row in enumerate(rows)
    ]
    return conform(kind, pd.DataFrame(filled))
