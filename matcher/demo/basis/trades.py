"""The trades of the demo city, as arrays: wages, skills, and how near one trade is to another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, shares, table
from matcher.ranking.pairs import tree_table
from matcher.reference.areas import areas
from matcher.reference.education import levels
from matcher.reference.occupations import occupations
from matcher.reference.paths import path

SHORTEST_TITLE, LONGEST_TITLE = 2, 18
PLACE_LENGTHS = (2, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """The trades, in the order of data/demo/trades.csv.

    Attributes:
        frame: the table itself, weights and wages as numbers.
        education: (t,) int8, level that posts of the trade usually ask for.
        nearness: (t, t) float32 in [0, 1]: how well somebody of the row's trade fits the column's;
            1 the same, less for the same family, and a floor by how easily outsiders enter. Second
            trades are drawn by it; the truth goes by `fit_of_steps`.
        skills, certificates: the words; `has_skill`, `has_certificate` (t, words) bool.
        titles: for each trade pairs of posting title and occupation code: crawled titles that show
            a word of the trade, then our own words for its jobs.
    """

    frame: pd.DataFrame
    education: NDArray[np.int8]
    nearness: NDArray[np.float32]
    skills: NDArray[np.object_]
    has_skill: NDArray[np.bool_]
    certificates: NDArray[np.object_]
    has_certificate: NDArray[np.bool_]
    titles: tuple[tuple[tuple[str, str], ...], ...]

    def __len__(self) -> int:
        return len(self.frame)

    def column(self, name: str) -> NDArray[np.float64]:
        """A numeric column of the table, by trade."""
        return self.frame[name].to_numpy(np.float64)

    def at(self, name: str) -> int:
        """The position of the trade with this id."""
        return int(self.frame.index[self.frame["trade"] == name][0])


def words_of(cell: object) -> list[str]:
    """The items of a list cell of our own tables.

    Example:
        >>> words_of("保洁;修剪"), words_of(None)
        (['保洁', '修剪'], [])
    """
    return cell.split(";") if isinstance(cell, str) else []


def word_masks(cells: pd.Series) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """The words of list cells, first seen first, and which cell has which.

    Example:
        >>> words, has = word_masks(pd.Series(["a;b", "b"]))
        >>> words.tolist(), has.tolist()
        (['a', 'b'], [[True, True], [False, True]])
    """
    lists = [words_of(cell) for cell in cells]
    words = list(dict.fromkeys(word for row in lists for word in row))
    return np.array(words, object), np.array([[word in row for word in words] for row in lists])


def _nearness(frame: pd.DataFrame) -> NDArray[np.float32]:
    family = frame["family"].to_numpy()
    near = np.where(family[:, None] == family[None, :], assumed("nearness_family"), 0.0)
    ease = frame["entry_ease"].to_numpy(np.float64) * assumed("nearness_entry")
    near = np.maximum(near, ease[None, :])
    np.fill_diagonal(near, 1.0)
    return near.astype(np.float32)


def fit_of_steps(posts: Sequence[str]) -> NDArray[np.float32]:
    """(t, m) in [0, 1]: how near each trade is to each post by the official classification.

    Read off the steps between the two codes, as the market reads them: 1 for none, less by the
    rows `fit_steps.*` of the assumptions, and what is left where only the major group is shared.

    Args:
        posts: (m,) occupation codes.
    """
    at = occupations().index(list(trades().frame["occupation_code"]))
    steps = tree_table()[at[:, None], occupations().index(list(posts))[None, :]]
    labels, _ = shares("fit_steps")
    worth = np.array([assumed(f"fit_steps.{label}") for label in labels], np.float32)
    return np.asarray(worth[steps])


def clean_title(title: str) -> str:
    """The trade's part of a crawled title: what follows "招聘", without brackets and promises.

    Example:
        >>> clean_title("某物业招聘保安（包住）+五险"), clean_title("保洁员")
        ('保安', '保洁员')
    """
    text = re.sub(r"[（(【\[].*?([）)】\]]|$)", "", title)
    text = re.split(r"招聘|诚聘|急聘|直招|急招|高薪聘|招募", text)[-1]
    return re.split(r"[+/\-—，,。！!~\s]|\d|包吃|包住|月薪|月入|双休|就近|日结", text)[0].strip()


def _titles(frame: pd.DataFrame) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Titles per trade: crawled ones whose code and words fit the trade, then our own words.

    The labels of the crawled titles are silver, so a title must also show a word of its trade;
    titles that name a place are left out, for the demo city is another one.
    """
    posted = pd.read_csv(path("occupations", "titles.csv"), dtype=str)
    posted["clean"] = [clean_title(title) for title in posted["title"]]
    length = posted["clean"].str.len()
    elsewhere = np.array([_names_a_place(title) for title in posted["clean"]])
    posted = posted[length.between(SHORTEST_TITLE, LONGEST_TITLE) & ~elsewhere]
    found = []
    for row in frame.itertuples():
        codes = tuple(words_of(row.codes))
        fits = posted["occupation_code"].str.startswith(codes)
        fits &= posted["clean"].str.contains(str(row.title_words))
        own = dict.fromkeys(words_of(row.job_words), str(row.occupation_code))
        crawled = dict(
            zip(posted.loc[fits, "clean"], posted.loc[fits, "occupation_code"], strict=True)
        )
        found.append(tuple({**own, **crawled}.items()))
    return tuple(found)


@cache
def _place_names() -> frozenset[str]:
    """Names of cities and counties without their rank, as titles write them."""
    names = (name for code, name in areas().names.items() if len(code) in (4, 6))
    short = (each for name in names for each in (name, name.rstrip("市县区")))
    return frozenset(name for name in short if len(name) in PLACE_LENGTHS)


def _names_a_place(title: str) -> bool:
    places = _place_names()
    return any(
        title[at : at + length] in places
        for length in PLACE_LENGTHS
        for at in range(len(title) - length + 1)
    )


@cache
def trades() -> Trades:
    """The trades of the demo city.

    Example:
        >>> made = trades()
        >>> made.nearness[made.at("cleaning"), made.at("cleaning")]
        np.float32(1.0)
    """
    frame = table("trades").copy()
    numbers = ["certificate_share", "weight_persons", "weight_vacancies", "female_share"]
    numbers += ["wage_median", "entry_ease"]
    frame[numbers] = frame[numbers].astype(float)
    skills, has_skill = word_masks(frame["skills"])
    certificates, has_certificate = word_masks(frame["certificates"])
    return Trades(
        frame=frame,
        education=levels(frame["education"]),
        nearness=_nearness(frame),
        skills=skills,
        has_skill=has_skill,
        certificates=certificates,
        has_certificate=has_certificate,
        titles=_titles(frame),
    )
