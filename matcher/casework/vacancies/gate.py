"""The quality gate: which concerns about a posting send it back, and which are only marked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.reference.paths import path

RETURN, MARK = "return", "mark"


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says of one posting.

    Attributes:
        returned: codes of `data/policy/compliance.csv` that send it back.
        marked: codes that are told and do not.
        reason: the coded reason of the return, that of its first code; None where it passes.
    """

    returned: tuple[str, ...]
    marked: tuple[str, ...]
    reason: str | None

    @property
    def passes(self) -> bool:
        """Whether the posting may be offered to anybody."""
        return not self.returned


@cache
def _rows() -> Mapping[str, tuple[str, str | None]]:
    with path("casework", "vacancy_gate.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: (row["gate"], row["reason"] or None) for row in csv.DictReader(handle)}


def passing(flags: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """(n,) which postings no concern sends back.

    Args:
        flags: concern to (n,) flags, of every concern of the compliance table.

    Example:
        >>> no, yes = np.array([False]), np.array([True])
        >>> passing({"sex_limit": yes, "age_limit": no}).tolist()
        [False]
    """
    held = [flags[code] for code in flags if _rows()[code][0] == RETURN]
    return np.asarray(~np.logical_or.reduce(held), np.bool_)


def gate(flags: Mapping[str, NDArray[np.bool_]], row: int) -> Gate:
    """What the gate says of one of the postings.

    Example:
        >>> gate({"sex_limit": np.array([True]), "age_limit": np.array([True])}, 0)
        Gate(returned=('sex_limit',), marked=('age_limit',), reason='unlawful')
    """
    raised = [code for code, flagged in flags.items() if flagged[row]]
    returned = tuple(code for code in raised if _rows()[code][0] == RETURN)
    return Gate(
        returned=returned,
        marked=tuple(code for code in raised if code not in returned),
        reason=_rows()[returned[0]][1] if returned else None,
    )
