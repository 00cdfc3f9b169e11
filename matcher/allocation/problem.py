"""The pairing problem as arrays: who can be sent where, how often, and how well it fits.

Rows are sorted by id on the way in, so positions are ranks of ids and a plan cannot depend on the
order in which rows came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import MalformedProblem

MAX_SCORE = 10_000
MAX_TIE = 1_000
NO_TIER = 0
"""A person whom no tier of the law covers; never counted before anyone."""

NO_HOUSEHOLD = -1
NAMED_IN_A_PROBLEM = 5
"""How many ids a message lists before it only counts."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Persons, vacancies and the pairs that are lawful and worth proposing.

    Attributes:
        person_ids: (n,) object, ascending.
        tier: (n,) int16, what the persons table says; 1 goes before 2, `NO_TIER` none. Pairs are
            ordered by `edge_tier`, which falls back to it.
        household: (n,) int32 position in `household_ids`; `NO_HOUSEHOLD` none.
        household_ids: (n_households,) object, ascending.
        zero_employment: (n,) bool, a member of a zero-employment household.
        cap: (n,) int32, the most posts a person may be sent to.
        vacancy_ids: (m,) object, ascending.
        places: (m,) int32, how many people a post may be sent.
        public_welfare: (m,) bool.
        person_at, vacancy_at: (n_edges,) int32, sorted by (person, vacancy), each pair once.
        score: (n_edges,) int32 in 0..10000.
        edge_tier: (n_edges,) int16, the tier of this person for this post, since the law that sets
            it is the post's; 1 goes before 2, `NO_TIER` none. Only public-welfare posts go by it.
        tie: (n,) int32 in 0..1000, who goes first where everything else is equal; more goes first.
    """

    person_ids: NDArray[np.object_]
    tier: NDArray[np.int16]
    household: NDArray[np.int32]
    household_ids: NDArray[np.object_]
    zero_employment: NDArray[np.bool_]
    cap: NDArray[np.int32]
    vacancy_ids: NDArray[np.object_]
    places: NDArray[np.int32]
    public_welfare: NDArray[np.bool_]
    person_at: NDArray[np.int32]
    vacancy_at: NDArray[np.int32]
    score: NDArray[np.int32]
    edge_tier: NDArray[np.int16]
    tie: NDArray[np.int32]

    @property
    def n_persons(self) -> int:
        """How many people there are, with or without an edge."""
        return len(self.person_ids)

    @property
    def n_vacancies(self) -> int:
        """How many vacancies there are, with or without an edge."""
        return len(self.vacancy_ids)

    @property
    def n_edges(self) -> int:
        """How many pairs could be made."""
        return len(self.score)


@dataclass(frozen=True, slots=True)
class Plan:
    """Pairings by position in a problem, sorted by (person, vacancy).

    A plan read from a file may hold anything: -1 stands for an id that the problem lacks. What is
    wrong with a plan is for `check` to say.

    Attributes:
        person_at, vacancy_at: (n_pairings,) int32.
        score: (n_pairings,) int32, as the plan states it.
    """

    person_at: NDArray[np.int32]
    vacancy_at: NDArray[np.int32]
    score: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.person_at)


def build_problem(persons: pd.DataFrame, vacancies: pd.DataFrame, edges: pd.DataFrame) -> Problem:
    """The problem of three tables in the form of the bare pairing files.

    Args:
        persons: `person_id`, `tier`, `household_id`, `zero_employment`, `cap`, and perhaps `tie`
            (0 to 1000, more goes first). An empty tier is none, an empty household a person alone,
            an empty cap 1, an empty flag no, an empty tie rank 0.
        vacancies: `vacancy_id`, `places`, `public_welfare`.
        edges: `person_id`, `vacancy_id`, `score`, and perhaps `tier`: that of the person for this
            post, empty none. Without this column the person's tier holds for all of their pairs.

    Raises:
        MalformedProblem: with every kind of problem found, each naming ids.
    """
    problems = [
        *_missing_columns(persons, ("person_id", "tier", "household_id", "zero_employment", "cap")),
        *_missing_columns(vacancies, ("vacancy_id", "places", "public_welfare")),
        *_missing_columns(edges, ("person_id", "vacancy_id", "score")),
    ]
    if problems:
        raise MalformedProblem(problems=problems)
    problems = [*_person_problems(persons), *_vacancy_problems(vacancies)]
    problems += _edge_problems(persons, vacancies, edges)
    if problems:
        raise MalformedProblem(problems=problems)
    return _arrays(persons, vacancies, edges)


def _arrays(persons: pd.DataFrame, vacancies: pd.DataFrame, edges: pd.DataFrame) -> Problem:
    persons = persons.sort_values("person_id", kind="stable")
    vacancies = vacancies.sort_values("vacancy_id", kind="stable")
    person_ids = persons["person_id"].to_numpy(dtype=object)
    vacancy_ids = vacancies["vacancy_id"].to_numpy(dtype=object)
    person_at = pd.Index(person_ids).get_indexer(pd.Index(edges["person_id"])).astype(np.int32)
    vacancy_at = pd.Index(vacancy_ids).get_indexer(pd.Index(edges["vacancy_id"])).astype(np.int32)
    order = np.lexsort((vacancy_at, person_at))
    household, household_ids = pd.factorize(persons["household_id"], sort=True)
    tier = _whole(persons["tier"], NO_TIER).astype(np.int16)
    own = _whole(edges["tier"], NO_TIER).astype(np.int16) if "tier" in edges else tier[person_at]
    return Problem(
        person_ids=person_ids,
        tier=tier,
        household=household.astype(np.int32),
        household_ids=np.asarray(household_ids, dtype=object),
        zero_employment=_whole(persons["zero_employment"], 0).astype(np.bool_),
        cap=_whole(persons["cap"], 1).astype(np.int32),
        vacancy_ids=vacancy_ids,
        places=_whole(vacancies["places"], 0).astype(np.int32),
        public_welfare=_whole(vacancies["public_welfare"], 0).astype(np.bool_),
        person_at=person_at[order],
        vacancy_at=vacancy_at[order],
        score=_whole(edges["score"], 0).astype(np.int32)[order],
        edge_tier=own[order],
        tie=_tie(persons),
    )


def _tie(persons: pd.DataFrame) -> NDArray[np.int32]:
    if "tie" in persons:
        return _whole(persons["tie"], 0).astype(np.int32)
    return np.zeros(len(persons), dtype=np.int32)


def read_plan(problem: Problem, rows: pd.DataFrame) -> Plan:
    """A plan of ids as positions; ids that the problem lacks become -1.

    Args:
        problem: whose ids.
        rows: `person_id`, `vacancy_id`, `score`, in any order.

    Raises:
        MalformedProblem: a column is missing or a score is no whole number.
    """
    problems = list(_missing_columns(rows, ("person_id", "vacancy_id", "score")))
    if not problems:
        problems = list(_range_problems(rows, "score", None, None, "person_id"))
    if problems:
        raise MalformedProblem(problems=problems)
    person_at = (
        pd.Index(problem.person_ids).get_indexer(pd.Index(rows["person_id"])).astype(np.int32)
    )
    vacancy_at = (
        pd.Index(problem.vacancy_ids).get_indexer(pd.Index(rows["vacancy_id"])).astype(np.int32)
    )
    order = np.lexsort((vacancy_at, person_at))
    score = _whole(rows["score"], -1).astype(np.int32)
    return Plan(person_at[order], vacancy_at[order], score[order])


def plan_frame(problem: Problem, plan: Plan) -> pd.DataFrame:
    """The plan as `person_id`, `vacancy_id`, `score`, sorted by the ids."""
    return pd.DataFrame(
        {
            "person_id": problem.person_ids[plan.person_at],
            "vacancy_id": problem.vacancy_ids[plan.vacancy_at],
            "score": plan.score,
        }
    )


def _whole(column: pd.Series, missing: int) -> NDArray[np.int64]:
    return pd.to_numeric(column).fillna(missing).to_numpy(dtype=np.int64)


def _missing_columns(frame: pd.DataFrame, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name not in frame:
            yield f"there is no column {name} among {', '.join(map(str, frame.columns))}"


def _person_problems(persons: pd.DataFrame) -> Iterator[str]:
    yield from _id_problems(persons, "person_id")
    yield from _range_problems(persons, "tier", 1, np.iinfo(np.int16).max, "person_id")
    yield from _range_problems(persons, "zero_employment", 0, 1, "person_id")
    yield from _range_problems(persons, "cap", 0, np.iinfo(np.int32).max, "person_id")
    if "tie" in persons:
        yield from _range_problems(persons, "tie", 0, MAX_TIE, "person_id")


def _vacancy_problems(vacancies: pd.DataFrame) -> Iterator[str]:
    yield from _id_problems(vacancies, "vacancy_id")
    yield from _range_problems(vacancies, "places", 0, np.iinfo(np.int32).max, "vacancy_id")
    yield from _range_problems(vacancies, "public_welfare", 0, 1, "vacancy_id")
    yield from _empty(vacancies, "places", "vacancy_id")


def _edge_problems(
    persons: pd.DataFrame, vacancies: pd.DataFrame, edges: pd.DataFrame
) -> Iterator[str]:
    yield from _range_problems(edges, "score", 0, MAX_SCORE, "person_id")
    yield from _empty(edges, "score", "person_id")
    if "tier" in edges:
        yield from _range_problems(edges, "tier", 1, np.iinfo(np.int16).max, "person_id")
    for name, known in (("person_id", persons), ("vacancy_id", vacancies)):
        strange = ~edges[name].isin(known[name].dropna())
        yield from _named(f"edges name a {name} that is not listed", edges.loc[strange, name])
    twice = edges.duplicated(["person_id", "vacancy_id"])
    yield from _named("edges list a pair twice", edges.loc[twice, "person_id"])


def _id_problems(frame: pd.DataFrame, name: str) -> Iterator[str]:
    if frame[name].isna().any():
        yield f"{int(frame[name].isna().sum())} row(s) have no {name}"
    yield from _named(f"{name} is listed twice", frame.loc[frame[name].duplicated(), name])


def _empty(frame: pd.DataFrame, name: str, key: str) -> Iterator[str]:
    yield from _named(f"{name} is empty", frame.loc[frame[name].isna(), key])


def _range_problems(
    frame: pd.DataFrame, name: str, low: int | None, high: int | None, key: str
) -> Iterator[str]:
    numbers = pd.to_numeric(frame[name], errors="coerce").astype("Float64")
    wrong = numbers.isna() & frame[name].notna() | (numbers % 1 != 0).fillna(False)
    if low is not None and high is not None:
        wrong |= ((numbers < low) | (numbers > high)).fillna(False)
    wanted = "a whole number" if low is None else f"a whole number from {low} to {high}"
    yield from _named(f"{name} is not {wanted}", frame.loc[wrong.astype(bool), key])


def _named(problem: str, ids: pd.Series) -> Iterator[str]:
    if len(ids):
        listed = ", ".join(map(str, ids.head(NAMED_IN_A_PROBLEM)))
        more = f" and {len(ids) - NAMED_IN_A_PROBLEM} more" if len(ids) > NAMED_IN_A_PROBLEM else ""
        yield f"{problem}: {listed}{more}"
