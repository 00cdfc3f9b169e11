"""What the law asks of a posting, checked at the door: nothing is refused, everything is marked."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.ingest.reading.cells import spread_text
from matcher.reference.columns import LIST_SEPARATOR
from matcher.reference.paths import path

ASKED = (
    *("employer_name", "employer_id", "headcount", "area_code", "area_name", "work_form"),
    *("wage", "wage_min", "wage_max", "wage_note", "sex_required", "age_min", "age_max"),
)
"""The columns that `compliance` looks at."""

_PARTIAL_TIME = ("part_time", "hourly", "by_task")


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that a posting may lack or may not ask, with its legal basis.

    Attributes:
        code: as in the `warnings` column.
        zh, en: what to tell the employer.
        basis: document, number and article; what was read and what was told is in `grade`.
        is_unlawful: the law forbids it; else it is a warning only.
    """

    code: str
    zh: str
    en: str
    basis: str
    grade: str
    is_unlawful: bool

    @property
    def sentence(self) -> str:
        """The Chinese sentence with its basis."""
        return f"{self.zh}（依据：{self.basis}）" if self.basis else self.zh


@cache
def concerns() -> dict[str, Concern]:
    """Every concern by its code, from `data/policy/compliance.csv`."""
    with path("policy", "compliance.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Concern(
                row["code"],
                row["zh"],
                row["en"],
                " ".join(filter(None, (row["document"], row["number"], row["article"]))),
                row["grade"],
                row["level"] == "unlawful",
            )
            for row in csv.DictReader(file)
        }


def compliance(frame: pd.DataFrame, floor: NDArray[np.float64]) -> dict[str, NDArray[np.bool_]]:
    """Which postings each concern is about.

    Args:
        frame: vacancies with the columns of `ASKED`.
        floor: (n,) yuan a month, the lowest minimum wage of the post's region; NaN unknown.

    Returns:
        Concern code to (n,) flags, in the order of the table of concerns.
    """
    low = frame["wage_min"].fillna(frame["wage_max"]).to_numpy(np.float64, na_value=np.nan)
    negotiable = frame["wage_note"].str.contains("negotiable", na=False).to_numpy(np.bool_)
    has_words = frame["wage"].notna().to_numpy() & ~negotiable
    place = frame["area_code"].notna() | frame["area_name"].notna()
    employer = frame["employer_name"].notna() | frame["employer_id"].notna()
    part = frame["work_form"].isin(_PARTIAL_TIME).to_numpy()
    flags = {
        "no_employer": ~employer.to_numpy(),
        "no_headcount": frame["headcount"].isna().to_numpy(),
        "no_place": ~place.to_numpy(),
        "no_pay": np.isnan(low) & ~has_words,
        "sex_limit": frame["sex_required"].notna().to_numpy(),
        "age_limit": (frame["age_min"].notna() | frame["age_max"].notna()).to_numpy(),
        "below_minimum_wage": (low < floor) & ~part,
    }
    return {code: flags[code] for code in concerns()}


def joined_codes(flags: dict[str, NDArray[np.bool_]], n_rows: int) -> pd.Series[str]:
    """(n,) the codes of each row joined by `;`, NA where there is none.

    Example:
        >>> joined_codes({"no_pay": np.array([True, False])}, 2).tolist()
        ['no_pay', nan]
    """
    codes = list(flags)
    pattern = np.zeros(n_rows, np.int32)
    for at, code in enumerate(codes):
        pattern |= flags[code].astype(np.int32) << at
    texts = [
        LIST_SEPARATOR.join(code for bit, code in enumerate(codes) if number >> bit & 1) or None
        for number in range(1 << len(codes))
    ]
    return spread_text(pattern, texts)
