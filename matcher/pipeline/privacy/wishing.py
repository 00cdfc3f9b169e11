"""Whether somebody wants lists made from their profile, and who is not to get such lists."""

from __future__ import annotations

from matcher.casework.ledger.recording import moves, record
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.pipeline.casework.register.hand import Hand
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "wish"
DECLINED = "not_personalised"


def wish(store: Store, hand: Hand, person_id: str, *, personalised: bool) -> str:
    """Write down a person's wish; saying the same again changes nothing.

    Returns:
        Where the wish stands: "personalised" or "not_personalised".

    Raises:
        NotFound: no such person within the scope.
        IllegalMoves: the role may not.
    """
    person = store.persons(hand.scope, [person_id])
    if person.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    target = "personalised" if personalised else DECLINED
    subject = f"W-{person_id}"
    found = store.states(hand.scope, Wanted(streams=(STREAM,), ids=[subject]))
    if len(found) and found["state"].iloc[0] == target:
        return target
    area = person["area_code"].astype(object).where(person["area_code"].notna(), None).iloc[0]
    row = {
        "stream": STREAM,
        "subject_id": subject,
        "event": "allow" if personalised else "decline",
        "on": hand.on.isoformat(),
        "person_id": person_id,
        "area_code": area,
    }
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(batch, moves([row]), role=hand.role)
    return target


def not_personalised(store: Store, scope: Scope, person_id: str | None = None) -> dict[str, str]:
    """Who within the scope is to get lists that know nothing of them, and why.

    Args:
        store: of the records.
        scope: who asks.
        person_id: of whom alone it is asked; None asks of everyone.

    Returns:
        Person id to "wish" or "no_consent"; the wish goes first. Whoever was not asked for
        consent is not among them: the office acts by its statutory duty.
    """
    asked = None if person_id is None else [person_id]
    refused = dict.fromkeys(store.consent_refused(scope, asked), "no_consent")
    subjects = None if person_id is None else [f"W-{person_id}"]
    states = store.states(scope, Wanted(streams=(STREAM,), ids=subjects))
    allowed = set(states.loc[states["state"] != DECLINED, "person_id"])
    declined = dict.fromkeys(states.loc[states["state"] == DECLINED, "person_id"], "wish")
    kept = {person: why for person, why in refused.items() if person not in allowed}
    return kept | declined
