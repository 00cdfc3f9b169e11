"""Which benefits may stand together, and the best of what may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from matcher.casework.benefits.quoting import CEILING, Quote
from matcher.domain.decision import Citation, Outcome


@dataclass(frozen=True, slots=True)
class Clash:
    """Two benefits of which only one may be had, or one that was had before (`beside` is itself).

    `beside` names the other benefit, or the option of the same one.
    """

    benefit: str
    beside: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Combination:
    """What to apply for.

    Attributes:
        benefits: kinds that may stand together; an option is named `tax_relief:option_a_max_yuan`.
        yuan: their sums that are known; a ceiling of a loan is not money received and not in it.
        open: those of them whose sum the text leaves open.
        left_out: what clashes with a better choice, or was had before.
    """

    benefits: tuple[str, ...]
    yuan: float
    open: tuple[str, ...]
    left_out: tuple[str, ...]


def option_clashes(quotes: Iterable[Quote]) -> list[Clash]:
    """Options of one benefit never stand together."""
    return [
        Clash(f"{each.benefit.id}:{one}", f"{each.benefit.id}:{other}", each.citations)
        for each in quotes
        for (one, _), (other, _) in combinations(each.options, 2)
    ]


def best_combination(quotes: Sequence[Quote], clashes: Sequence[Clash]) -> Combination:
    """The choice without a clash that brings most.

    More known yuan goes first, then more benefits, then the order of the table; a sum by the month
    without a last month counts once. A sum that the text leaves open counts nothing and is told
    apart. Benefits are few: every choice is looked at.
    """
    worth = _worth(quotes)
    had = {each.benefit for each in clashes if each.benefit == each.beside}
    names = [name for name in worth if name not in had and _kind(name) not in had]
    pairs = [
        {one, other}
        for one, other in combinations(names, 2)
        if any(_clash(each, one, other) for each in clashes)
    ]
    chosen = _chosen(names, {name: worth[name] or 0.0 for name in names}, pairs)
    return Combination(
        benefits=chosen,
        yuan=sum(worth[name] or 0.0 for name in chosen),
        open=tuple(name for name in chosen if worth[name] is None),
        left_out=tuple(name for name in worth if name not in chosen),
    )


def _kind(name: str) -> str:
    return name.partition(":")[0]


def _clash(said: Clash, one: str, other: str) -> bool:
    named = {said.benefit, said.beside}
    return len(named) > 1 and bool({one, other} == named or ({_kind(one), _kind(other)} == named))


def _chosen(
    names: Sequence[str], worth: dict[str, float], pairs: Sequence[set[str]]
) -> tuple[str, ...]:
    """Those that clash with nothing, and the best choice of the rest."""
    torn = [name for name in names if any(name in pair for pair in pairs)]
    best: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
    for size in range(1, len(torn) + 1):
        for choice in combinations(torn, size):
            if any(pair <= set(choice) for pair in pairs):
                continue
            value = sum(worth[name] for name in choice)
            if (value, size) > best[:2]:
                best = (value, size, choice)
    return tuple(name for name in names if name not in torn or name in best[2])


def _worth(quotes: Iterable[Quote]) -> dict[str, float | None]:
    """What each choice brings in yuan over its whole time; None where the text leaves it open."""
    found: dict[str, float | None] = {}
    for each in quotes:
        if each.outcome is not Outcome.MET:
            continue
        if each.options:
            found |= {f"{each.benefit.id}:{name}": yuan for name, yuan in each.options}
            continue
        found[each.benefit.id] = 0.0 if each.per == CEILING or not each.is_money else each.yuan
    return found
