"""Decisions kept as records, and decided again from what they were decided on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import pandas as pd

from matcher.domain.decision import Kept, Override, Verdict
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.law.deciding import Asked, Question, ask
from matcher.policy.catalogue import answer_catalogue, decision_kind
from matcher.policy.decisions import Decided, decide
from matcher.policy.engine.expressions import Literal
from matcher.policy.law import Law
from matcher.policy.recorded.written import facts_of, law_hash, text_of
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class Rerun:
    """A kept decision decided again.

    Attributes:
        number: of the decision.
        decision: its id.
        same: whether the new verdict is the kept one, letter by letter.
        kept_law, law: hashes of the packs of the place and wider ones, then and now.
        kept, found: both verdicts as JSON text.
    """

    number: int
    decision: str
    same: bool
    kept_law: str
    law: str
    kept: str
    found: str

    @property
    def law_changed(self) -> bool:
        """Whether a pack that can answer in the place has changed since."""
        return self.kept_law != self.law


@dataclass(frozen=True, slots=True)
class Listed:
    """One kept decision in short; see `domain.decision.Kept`."""

    number: int
    decision: str
    subject: str
    subject_id: str
    place: str
    layer: str
    on: str
    outcome: str
    law_hash: str
    author: str
    at: str
    computed_class: str | None
    override: Override | None

    @property
    def class_in_use(self) -> str | None:
        """The class an official set, else the one by the rules; None for other matters."""
        return self.override.to if self.override else self.computed_class


def kept_decisions(
    store: Store, scope: Scope, *, subject_id: str | None = None, decision: str | None = None
) -> list[Listed]:
    """The decisions kept within the scope, oldest first.

    Args:
        store: of the records.
        scope: of the reader.
        subject_id: only those about this person, household or employer.
        decision: only this matter.
    """
    found = store.decisions(scope)
    if subject_id is not None:
        found = found[found["subject_id"] == subject_id]
    if decision is not None:
        found = found[found["decision"] == decision]
    verdicts = [json.loads(verdict) for verdict in found["verdict"]]
    short = found.rename(columns={"id": "number"}).assign(
        outcome=[verdict["outcome"] for verdict in verdicts],
        computed_class=[verdict["values"].get("class") for verdict in verdicts],
        override=pd.Series(map(_override_of, found["override"]), index=found.index, dtype=object),
    )
    names = [field.name for field in fields(Listed)]
    return [Listed(*row) for row in short[names].itertuples(index=False)]


def classes_in_use(store: Store, scope: Scope, decision: str = "service_class") -> pd.DataFrame:
    """The class each subject was last given: by the rules, by hand, and the one in use.

    A class set by hand stays in use until an official sets another; later records without one only
    change the computed class beside it.

    Returns:
        `subject_id` (each once, ascending), `computed`, `set_by_hand`, `in_use`, `on`, `author` (of
        the class by hand, else of the record); missing where there is none.
    """
    kept = kept_decisions(store, scope, decision=decision)
    newest = {each.subject_id: each for each in kept}
    by_hand = {each.subject_id: each.override for each in kept if each.override is not None}
    rows = []
    for subject_id, record in sorted(newest.items()):
        hand = by_hand.get(subject_id)
        by_rules = (record.computed_class, None, record.computed_class, record.on, record.author)
        set_ = (record.computed_class, hand.to, hand.to, hand.on, hand.author) if hand else by_rules
        rows.append((subject_id, *set_))
    names = ["subject_id", "computed", "set_by_hand", "in_use", "on", "author"]
    return pd.DataFrame(rows, columns=names)


def decide_and_keep(
    store: Store,
    scope: Scope,
    question: Question,
    *,
    author: str,
    at: datetime,
    override: Override | None = None,
) -> tuple[int, Decided]:
    """Decide about a stored subject and keep the decision; raises as `decide_about`.

    The verdict is worked out from the facts as they are written down, so that what is kept is what
    was used.

    Args:
        store: of the records.
        scope: of the reader.
        question: what is asked.
        author: account or command that decides.
        at: now, with its zone.
        override: an official's own class, kept beside the computed one.

    Returns:
        The number of the record, and the decision in one row.

    Raises:
        WrongUse: an override of a matter that gives no class, or to a class that there is not.
    """
    kept, decided = decided_to_keep(store, scope, question, override=override)
    with store.writing(actor=author, at=at) as batch:
        return batch.keep(kept), decided


def decided_to_keep(
    store: Store, scope: Scope, question: Question, *, override: Override | None = None
) -> tuple[Kept, Decided]:
    """The record of a decision and the decision, for a transaction that does more than keep it.

    Raises:
        WrongUse: as `decide_and_keep`.
    """
    return kept_of(ask(store, scope, question), override=override)


def kept_of(asked: Asked, *, override: Override | None = None) -> tuple[Kept, Decided]:
    """The same for facts that were gathered; raises as `decided_to_keep`."""
    question = asked.question
    law = Law.on_day(asked.place, question.on, layer=question.layer)
    if override is not None:
        _check_class(law, question.decision, override)
    facts = text_of(asked.facts)
    decided = decide(law, question.decision, facts_of(facts))
    kept = Kept(
        decision=question.decision,
        place=asked.place,
        layer=question.layer,
        on=question.on,
        subject=asked.kind,
        subject_id=asked.key,
        area_code=asked.area_code,
        facts=facts,
        law_hash=law_hash(law),
        verdict=verdict_text(decided.verdict(0)),
        override=None if override is None else _text_of(override),
    )
    return kept, decided


def _check_class(law: Law, decision: str, override: Override) -> None:
    answer = decision_kind(decision).answer
    if answer != "class":
        raise WrongUse(
            what=f"'{decision}' gives no class to set by hand",
            expected="a matter that sorts people into classes, such as service_class",
            do="Leave out --override.",
        )
    known = _classes(law, decision)
    if override.to not in known:
        raise WrongUse(
            what=f"'{override.to}' is no class in {law.place}",
            expected=f"one of {', '.join(known)}",
            do="Correct the class after --override.",
        )


def _classes(law: Law, decision: str) -> tuple[str, ...]:
    """The classes that the rule in force names; all where it leaves them to the office."""
    words = answer_catalogue()["class"].values
    rules = law.rules(decision)[:1]
    answers = rules[0].rule.answers.get("class", ()) if rules else ()
    named = {int(each.value.value) for each in answers if isinstance(each.value, Literal)}
    return tuple(words[at] for at in sorted(named)) or words


def _text_of(override: Override) -> str:
    return json.dumps(asdict(override), ensure_ascii=False, sort_keys=True, default=_told)


def _override_of(text: Any) -> Override | None:
    if pd.isna(text):
        return None
    told = json.loads(text)
    return Override(**{**told, "on": date.fromisoformat(told["on"])})


def rerun(store: Store, scope: Scope, number: int) -> Rerun:
    """Decide a kept decision again, from its own facts, by the law as it is now.

    Raises:
        NotFound: no such decision, or none within the scope.
        UnknownCode: a fact that this version no longer has.
    """
    found = store.decisions(scope, [number])
    if found.empty:
        raise NotFound(kind="decision", key=str(number))
    row = found.iloc[0]
    law = Law.on_day(row["place"], date.fromisoformat(row["on"]), layer=row["layer"])
    again = verdict_text(decide(law, row["decision"], facts_of(row["facts"])).verdict(0))
    return Rerun(
        number=number,
        decision=str(row["decision"]),
        same=bool(again == row["verdict"]),
        kept_law=str(row["law_hash"]),
        law=law_hash(law),
        kept=str(row["verdict"]),
        found=again,
    )


def verdict_text(verdict: Verdict) -> str:
    """The verdict as JSON text: the same verdict, the same text."""
    return json.dumps(asdict(verdict), ensure_ascii=False, sort_keys=True, default=_told)


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value.item()
