"""No code or column of the ranker names what stands behind the firewall."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import matcher.ranking
from matcher.ranking.features import FEATURES

ROOM = Path(matcher.ranking.__file__).parent


BEHIND_THE_WALL = {
    *("standing", "Standing", "Market", "sex", "birth_date", "age", "retirement_date"),
    *("retirement_sure", "health", "disability", "household", "household_ids", "hukou_kind"),
    *("dibao", "tier", "sex_required", "age_min", "age_max", "public_welfare"),
    *("public_welfare_kind", "graduate_year", "group_tags"),
}
MAY_ORDER_BY_LAW = {"order.py"}
"""Ordering by tier is law applied after the score; it computes no feature."""


def reaches_past_the_wall(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.Name):
            names = [node.id]
        elif isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value]
        found += [name for name in names if name in BEHIND_THE_WALL]
    return found


def test_no_ranking_code_names_what_stands_behind_the_firewall() -> None:
    files = [file for file in ROOM.rglob("*.py") if file.name not in MAY_ORDER_BY_LAW]
    assert len(files) >= 5
    assert {
        file.name: names
        for file in files
        if (names := reaches_past_the_wall(file.read_text(encoding="utf-8")))
    } == {}


@pytest.mark.parametrize(
    "source",
    [
        "from matcher.market.arrays import Standing",
        "def f(market): return market.standing",
        "def f(person): return person.sex",
        "def f(person): return getattr(person, 'dibao')",
        "def f(age): return age",
    ],
)
def test_a_planted_reach_past_the_firewall_is_caught(source: str) -> None:
    assert reaches_past_the_wall(source)


def test_no_feature_is_made_from_status_or_identity_columns() -> None:
    from matcher.domain.kinds import Kind  # noqa: PLC0415 - used by this test alone
    from matcher.reference.columns import columns  # noqa: PLC0415 - used by this test alone

    hidden = {column.name for column in columns(Kind.PERSONS) if column.part != "profile"}
    hidden -= {"person_id"}
    for entry in FEATURES.values():
        words = set(entry.source.replace("persons.", "").replace(",", " ").split())
        assert not words & hidden, entry.name
