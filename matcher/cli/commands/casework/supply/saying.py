"""What these commands share: who acts on which day, and words in two languages."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any

import typer

from matcher.casework.benefits.kinds import benefits
from matcher.casework.ledger.machine import machine
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.domain.scope import Scope
from matcher.pipeline.casework.supply.doing import Act
from matcher.policy.catalogue import fact_catalogue
from matcher.reference.paths import path
from matcher.store.store import Store

On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-11-02.")]
By = Annotated[str, typer.Option("--by", help="Name of who does it, for the record.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the answer.")]
Reason = Annotated[str | None, typer.Option(help="Coded reason; an unknown one names all.")]
Place = Annotated[str | None, typer.Option(help="Whose law (default: what governs the matter).")]
Layer = Annotated[str, typer.Option(help="source or current (later law on top).")]
Due = Annotated[bool, typer.Option("--due", help="Only what is due by the day.")]


def act_of(session: Session, store: Store, on: str | None, by: str) -> Act:
    """The act of a command on the office's own machine."""
    return Act(Scope.office("casework"), by, session.day(on, store), utc_now())


@cache
def _words() -> dict[tuple[str, str], str]:
    with path("casework", "supply_words.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["word"], lang): row[lang] for row in csv.DictReader(handle) for lang in Language
        }


def say(word: str, language: Language, **parts: Any) -> str:
    """A wording with its parts filled in.

    Example:
        >>> say("months", Language.EN, months=24)
        'for 24 months'
    """
    return _words()[word, language.value].format(**parts)


def state_word(stream: str, state: str, language: Language) -> str:
    """A state as people read it."""
    found = machine(stream).states[state]
    return found.zh if language is Language.ZH else found.en


def benefit_word(name: str, language: Language) -> str:
    """A kind of benefit, or one of its options, as people read it."""
    kind, _, option = name.partition(":")
    found = benefits()[kind]
    said = found.zh if language is Language.ZH else found.en
    return f"{said} ({option})" if option else said


def fact_words(names: Iterable[str], language: Language) -> str:
    """Facts as people read them; in English by their names."""
    known = fact_catalogue()
    if language is Language.EN:
        return ", ".join(names)
    return "、".join(known[name].zh if name in known else name for name in names)


def joined(parts: Iterable[str], language: Language) -> str:
    """Parts of one line."""
    return ("，" if language is Language.ZH else ", ").join(part for part in parts if part)


def number(value: float | None) -> str:
    """A sum without needless decimals.

    Example:
        >>> number(200.0), number(108.5)
        ('200', '108.5')
    """
    if value is None:
        return "?"
    return str(int(value)) if value == int(value) else f"{value:g}"
