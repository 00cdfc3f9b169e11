"""Decisions kept as records, and decided again from what they were decided on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from matcher.domain.decision import Kept, Verdict
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.pipeline.law.deciding import Question, ask
from matcher.policy.decisions import Decided, decide
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
    outcomes = [json.loads(verdict)["outcome"] for verdict in found["verdict"]]
    short = found.rename(columns={"id": "number"}).assign(outcome=outcomes)
    names = [field.name for field in fields(Listed)]
    return [Listed(*row) for row in short[names].itertuples(index=False)]


def decide_and_keep(
    store: Store, scope: Scope, question: Question, *, author: str, at: datetime
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

    Returns:
        The number of the record, and the decision in one row.
    """
    asked = ask(store, scope, question)
    law = Law.on_day(asked.place, question.on, layer=question.layer)
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
    )
    with store.writing(actor=author, at=at) as batch:
        return batch.keep(kept), decided


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
