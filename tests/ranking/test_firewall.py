"""Sex, age, household and all that the law knows of a person cannot reach the ranker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import generate_city
from matcher.domain.kinds import Kind
from matcher.market.arrays import Csr, Jobseekers, Market, Places
from matcher.market.build import build_market
from matcher.ranking.features import feature_names, pair_features
from matcher.ranking.history.past import Past, past_of
from matcher.ranking.history.record import record_of
from matcher.ranking.ranker import Ranker
from matcher.ranking.training.examples import Scheme
from matcher.ranking.training.labels import logged_answers
from matcher.ranking.training.train import train_ranker
from matcher.reference.columns import columns
from tests.contracts.test_ranker import RANKERS

ROOT = Path(__file__).resolve().parents[2]
LAW_KNOWS = tuple(each.name for each in columns(Kind.PERSONS) if each.part == "status")
NEVER = ("sex", "birth_date", "hukou_kind", "disability", "dibao", "household_id", "health")
BARRED_ROOMS = ("policy", "store", "screening", "casework", "ingest", "documents", "settings")
PAIRS = 60_000


def test_the_catalogue_keeps_apart_what_the_law_knows() -> None:
    assert set(NEVER) <= set(LAW_KNOWS)


def modules_reached(start: str) -> set[str]:
    """Every module of ours that importing the modules below `start` can bring in."""
    waiting = list((ROOT / start).rglob("*.py"))
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in imported(path.read_text("utf-8")):
            place = ROOT / name.replace(".", "/")
            found = [place.with_suffix(".py"), place / "__init__.py"]
            waiting += [each for each in found if each.is_file()]
    return {path.relative_to(ROOT).with_suffix("").as_posix() for path in seen}


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_that_the_ranker_imports_leads_to_the_policy_store() -> None:
    reached = modules_reached("matcher/ranking")
    assert "matcher/market/arrays" in reached
    barred = [each for each in reached if each.split("/")[1] in BARRED_ROOMS]
    assert barred == []


def words_about_status(source: str) -> list[str]:
    """Names, attributes and texts of code that are a column the law knows, or `Standing`."""
    barred = {*LAW_KNOWS, "Standing", "standing"}
    tree = ast.parse(source)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    said = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            said.append(node.attr)
        elif isinstance(node, ast.Name):
            said.append(node.id)
        elif isinstance(node, ast.alias):
            said.append(node.name)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        ):
            said += node.value.replace(",", " ").replace("persons.", " ").split()
    return sorted({word for word in said if word in barred})


def test_no_line_of_the_ranker_names_what_the_law_knows() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): words
        for path in sorted((ROOT / "matcher" / "ranking").rglob("*.py"))
        if (words := words_about_status(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "from matcher.market.arrays import Standing",
        "def f(market):\n    return market.standing.sex",
        "def f(frame):\n    return frame['birth_date']",
        "SOURCE = 'persons.dibao, vacancies.title'",
    ],
)
def test_a_planted_look_at_status_is_caught(planted: str) -> None:
    assert words_about_status(planted)


def test_a_work_profile_has_no_column_that_the_law_knows() -> None:
    assert not {each.name for each in fields(Jobseekers)} & set(LAW_KNOWS)


@pytest.fixture(scope="module")
def city_frames() -> dict[Kind, pd.DataFrame]:
    """The records of the demo city."""
    return generate_city(demo_seed(), demo_day()).frames


@pytest.fixture(scope="module")
def frames(city_frames: dict[Kind, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Persons and vacancies of the demo city."""
    return city_frames[Kind.PERSONS], city_frames[Kind.VACANCIES]


def flipped(persons: pd.DataFrame) -> pd.DataFrame:
    """Everybody with another sex, age, household, hukou and all else that the law knows."""
    other = persons.copy()
    rng = np.random.default_rng(11)
    for name in LAW_KNOWS:
        if name in other and name != "seeks_work":
            other[name] = other[name].iloc[rng.permutation(len(other))].to_numpy()
    other["sex"] = persons["sex"].map({"female": "male", "male": "female"})
    other["hukou_kind"] = persons["hukou_kind"].map({"urban": "rural", "rural": "urban"})
    born = pd.to_datetime(persons["birth_date"]) + pd.DateOffset(years=17)
    other["birth_date"] = born.dt.strftime("%Y-%m-%d").astype("str")
    for name in ("disability", "dibao", "laid_off"):
        other[name] = ~persons[name].fillna(value=False).astype("boolean")
    return other.astype(persons.dtypes)


@pytest.fixture(scope="module")
def markets(frames: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[Market, Market]:
    """The market, and the market after everybody was flipped."""
    persons, vacancies = frames
    before = build_market(persons, vacancies, on=demo_day())
    after = build_market(flipped(persons), vacancies, on=demo_day())
    return before, after


def parts(value: Any) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of a record, by name."""
    for each in fields(value):
        part = getattr(value, each.name)
        if isinstance(part, Places | Csr):
            yield from ((f"{each.name}.{name}", array) for name, array in parts(part))
        else:
            yield each.name, np.asarray(part)


def test_the_flip_changes_everybody_s_standing(markets: tuple[Market, Market]) -> None:
    """Else the tests below would prove nothing."""
    before, after = markets
    asked = before.standing.sex >= 0
    assert (before.standing.sex[asked] != after.standing.sex[asked]).all()
    born = ~np.isnat(before.standing.birth_date)
    assert (before.standing.birth_date[born] != after.standing.birth_date[born]).all()
    assert (before.standing.household != after.standing.household).mean() > 0.9
    assert (before.standing.disability != after.standing.disability).mean() > 0.9


def test_the_work_profiles_stay_bit_for_bit(markets: tuple[Market, Market]) -> None:
    before, after = (dict(parts(market.jobseekers)) for market in markets)
    assert before.keys() == after.keys()
    for name, array in before.items():
        same = array.tolist() == after[name].tolist() if array.dtype == object else None
        assert same or array.tobytes() == after[name].tobytes(), name


@pytest.fixture(scope="module")
def pairs(markets: tuple[Market, Market]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs drawn from the whole city."""
    rng, market = np.random.default_rng(5), markets[0]
    people = rng.integers(0, len(market.jobseekers), PAIRS).astype(np.int32)
    return people, rng.integers(0, len(market.vacancies), PAIRS).astype(np.int32)


def features_of(
    market: Market, at: tuple[np.ndarray, np.ndarray], names: Any, past: Past | None = None
) -> np.ndarray:
    return pair_features(
        market.jobseekers, market.vacancies, market.terms, *at, on=market.on, names=names, past=past
    )


def past_in(market: Market, outcomes: pd.DataFrame) -> Past:
    """Who went for what in a market."""
    went = outcomes[outcomes["stage"] == "applied"]
    people = pd.Index(market.jobseekers.ids).get_indexer(pd.Index(went["person_id"]))
    posts = pd.Index(market.vacancies.ids).get_indexer(pd.Index(went["vacancy_id"]))
    here = (people >= 0) & (posts >= 0)
    at = people[here].astype(np.int32), posts[here].astype(np.int32)
    past = past_of(market.jobseekers, market.vacancies, market.terms, *at)
    answers = logged_answers(outcomes, market.jobseekers.ids, market.vacancies.ids)
    interest, success = answers.interest, answers.success
    assert interest is not None
    assert success is not None
    answered = [(each.vacancy_at, each.label) for each in (interest, success)]
    return replace(past, record=record_of(market.vacancies, *answered))


@pytest.fixture(scope="module")
def pasts(
    markets: tuple[Market, Market], city_frames: dict[Kind, pd.DataFrame]
) -> tuple[Past, Past]:
    """The past of the market, and of the market after everybody was flipped."""
    before, after = (past_in(each, city_frames[Kind.OUTCOMES]) for each in markets)
    return before, after


@pytest.fixture(scope="module")
def trained(markets: tuple[Market, Market], pasts: tuple[Past, Past]) -> Ranker:
    """A ranker trained on the city as it is."""
    market = markets[0]
    ranker, _ = train_ranker(
        market.jobseekers,
        market.vacancies,
        market.terms,
        pasts[0],
        lawful=lambda person_at, vacancy_at: np.ones(len(person_at), np.bool_),
        proposed=lambda people: (
            np.repeat(people, 40).astype(np.int32),
            np.tile(np.arange(40, dtype=np.int32), len(people)),
        ),
        on=market.on,
        name="flip",
        seed=0,
        scheme=Scheme(folds=1, negatives=20),
    )
    return ranker


def test_every_feature_stays_bit_for_bit(
    markets: tuple[Market, Market],
    pasts: tuple[Past, Past],
    pairs: tuple[np.ndarray, np.ndarray],
) -> None:
    before, after = (
        features_of(market, pairs, feature_names(), past)
        for market, past in zip(markets, pasts, strict=True)
    )
    known = ~np.isnan(before).all(axis=0)
    assert [name for name, told in zip(feature_names(), known, strict=True) if not told] == []
    assert before.tobytes() == after.tobytes()


@pytest.mark.slow
def test_the_trained_ranker_s_scores_and_reasons_stay_bit_for_bit(
    trained: Ranker,
    markets: tuple[Market, Market],
    pasts: tuple[Past, Past],
    pairs: tuple[np.ndarray, np.ndarray],
) -> None:
    before, after = (
        features_of(market, pairs, trained.features, past)
        for market, past in zip(markets, pasts, strict=True)
    )
    assert len(np.unique(trained.score(before))) > 100
    assert trained.score(before).tobytes() == trained.score(after).tobytes()
    told, again = (trained.contributions(each[:500]) for each in (before, after))
    assert told.tobytes() == again.tobytes()


@pytest.mark.parametrize("name", sorted(RANKERS))
def test_every_ranker_s_scores_stay_bit_for_bit(
    name: str, markets: tuple[Market, Market], pairs: tuple[np.ndarray, np.ndarray]
) -> None:
    ranker: Ranker = RANKERS[name]()
    before, after = (ranker.score(features_of(each, pairs, ranker.features)) for each in markets)
    assert len(np.unique(before)) > 100
    assert before.tobytes() == after.tobytes()
