"""A small office in which people apply for the posts that stood longest, and a model for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from matcher.domain.kinds import KEYS, Kind
from matcher.ranking.ranker import check_width
from matcher.ranking.shelf.opening import KIND_FILE, kind_content
from matcher.ranking.shelf.shelf import CARD
from matcher.store.store import Store
from tests.factories import make_frame

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
PEOPLE, POSTS, HEADCOUNT = 160, 60, 500
KIND = "leaning"


class Leaning:
    """A ranker that leans on one feature, towards much or little of it."""

    def __init__(self, name: str, sign: float) -> None:
        self.name, self._sign = name, sign
        self.features: tuple[str, ...] = ("days_since_posted",)
        self.groups: tuple[str, ...] = ("freshness",)
        self.base = 0.5

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        check_width(self, features)
        days = np.nan_to_num(features[:, 0] / 365, nan=0.0)
        return np.clip(0.5 + self._sign * (days - 0.5), 0, 1).astype(np.float32)

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        return (self.score(features) - np.float32(self.base))[:, None]


def leaning_folder(folder: Path, name: str, sign: float) -> Path:
    """The files of such a model."""
    folder.mkdir(parents=True)
    (folder / KIND_FILE).write_bytes(kind_content(KIND))
    (folder / "leaning.json").write_bytes(orjson.dumps({"name": name, "sign": sign}))
    (folder / CARD).write_bytes(orjson.dumps({"name": name}))
    return folder


def load_leaning(folder: Path) -> Leaning:
    """The model in a folder."""
    raw = orjson.loads((folder / "leaning.json").read_bytes())
    return Leaning(raw["name"], raw["sign"])


LOADERS = {KIND: load_leaning}


def fill(store: Store, *, people: int = PEOPLE, dated: bool = True) -> None:
    """Put the office's records into a store.

    Half of the people are women; nobody's sex has to do with what they apply for.
    """
    rng = np.random.default_rng(4)
    age = rng.permutation(POSTS) * 5
    posted = [(ON - timedelta(days=int(days) + 60)).isoformat() for days in age]
    persons = [
        {
            "person_id": f"P{at:03}",
            "sex": "female" if at % 2 else "male",
            "birth_date": f"{1960 + at % 40}-05-01",
            "area_code": "320613",
            "hukou_kind": "rural" if at % 3 == 0 else "urban",
            "household_id": f"H{at // 2:03}",
        }
        for at in range(people)
    ]
    vacancies = [
        {
            "vacancy_id": f"V{at:03}",
            "title": "保洁员",
            "area_code": "320613",
            "headcount": HEADCOUNT,
            "wage_min": 3000,
            "wage_max": 3500,
            "posted_on": posted[at],
            "expires_on": "2027-06-30",
        }
        for at in range(POSTS)
    ]
    with store.writing(actor="test", at=AT) as batch:
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, persons))
        batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, vacancies))
        rows = _outcomes(rng, age, people, dated=dated)
        batch.upsert(Kind.OUTCOMES, make_frame(Kind.OUTCOMES, rows))


def _outcomes(
    rng: np.random.Generator, age: NDArray[np.int64], people: int, *, dated: bool
) -> list[dict[str, Any]]:
    liking = np.exp(age / 40)
    rows: list[dict[str, Any]] = []
    for at in range(people):
        if at % 10 == 9:
            continue
        for post in rng.choice(POSTS, size=5, replace=False, p=liking / liking.sum()):
            on = (ON - timedelta(days=int(rng.integers(1, 50)))).isoformat() if dated else None
            taken = rng.random() < age[post] / age.max()
            for stage in ("applied", "referred", "hired" if taken else "refused_by_employer"):
                row = (f"P{at:03}", f"V{post:03}", stage, on)
                rows.append(dict(zip(KEYS[Kind.OUTCOMES], row, strict=True)))
    return rows
