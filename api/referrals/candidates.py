"""The people put forward to an employer, in words fit for it: by pseudonym, without status."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from api.auth.callers import Caller
from api.explanations.schemas import ReasonOut
from api.market import Markets
from api.protocol.language import Language
from api.referrals.schemas import CandidateOut
from matcher.casework.ledger.machine import machine
from matcher.casework.privacy.pseudonyms import Pseudonyms
from matcher.casework.referrals.referring import STREAM
from matcher.domain.kinds import Kind
from matcher.domain.match import Reason
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves, NotFound
from matcher.explanation.explain import view_for
from matcher.explanation.sentences import Reader
from matcher.pipeline import matching
from matcher.pipeline.casework.moving import Desk, move_referral
from matcher.ranking.ranker import Ranker
from matcher.store.events.reading import Wanted
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

SETTLED = frozenset({"hired", "started", "retained", "ended", "closed", "lapsed"})
"""States in which nobody weighs any more whether somebody fits."""

SHOWN = (
    *("referred", "interviewed", "offered", "hired", "started"),
    *("retained", "ended", "refused_by_employer"),
)
"""Before a referral the employer hears of nobody; of who said no, nothing either."""

MOST_POSTS = 5000


def reach(caller: Caller) -> Scope:
    """An employer serves no area; what it may reach is picked by its own posts instead."""
    return replace(caller.scope, areas=("",))


def own_referrals(store: Store, caller: Caller) -> pd.DataFrame:
    """The referrals to the caller's own posts that it may know of."""
    mine = Condition("employer_id", Test.EQUAL, str(caller.account.employer_id))
    listing = Listing(Kind.VACANCIES, where=(mine,), limit=MOST_POSTS)
    posts = store.page(caller.scope, listing).rows["vacancy_id"].tolist()
    wanted = Wanted([STREAM], list(SHOWN), of="vacancy_id", ids=posts)
    return store.states(reach(caller), wanted)


class Said:
    """Candidates of one employer in words fit for it."""

    def __init__(
        self, markets: Markets, ranker: Ranker, names: Pseudonyms, employer_id: str
    ) -> None:
        self._markets, self._ranker, self._names = markets, ranker, names
        self._employer_id = employer_id

    def candidate(
        self, row: dict[str, Any], caller: Caller, on: date, language: Language
    ) -> CandidateOut:
        """One candidate; the reasons are those of the profile and the post, never of the law."""
        reasons = [] if row["state"] in SETTLED else self._reasons(row, caller, on)
        return CandidateOut(
            candidate=self._names.of(self._employer_id, row["person_id"]),
            referral=self._names.of(self._employer_id, row["subject_id"]),
            vacancy_id=row["vacancy_id"],
            state=row["state"],
            version=row["version"],
            since=row["since"],
            answer_by=row.get("due_on"),
            next=list(machine(STREAM).events_from(row["state"], Role.EMPLOYER)),
            reasons=[ReasonOut.of(each, language) for each in reasons],
        )

    def _reasons(self, row: dict[str, Any], caller: Caller, on: date) -> list[Reason]:
        snapshot = self._markets.of(reach(caller), on)
        try:
            said = matching.explain(snapshot, self._ranker, row["person_id"], row["vacancy_id"])
        except NotFound:
            # Filled posts and people in work are not on the market any more; the referral is.
            return []
        return list(view_for(said, Reader.EMPLOYER).reasons)


def answered(
    store: Store,
    names: Pseudonyms,
    caller: Caller,
    key: str,
    event: str,
    on: date,
    **said: Any,
) -> tuple[str, int]:
    """Write an employer's answer down; where the referral stands then, and its version.

    Raises:
        NotFound: no referral of this pseudonym to this employer.
        IllegalMoves: not from where it stands.
    """
    own = own_referrals(store, caller)
    subject_id = names.behind(str(caller.account.employer_id), key, own["subject_id"])
    if subject_id is None:
        raise NotFound(kind=STREAM, key=key)
    desk = Desk(store, reach(caller), caller.account.username, caller.at)
    try:
        done = move_referral(desk, subject_id, event, on, **said)
    except IllegalMoves as wrong:
        # The number of a referral holds its person's: the refusal speaks of the pseudonym.
        told = [problem.replace(subject_id, key) for problem in wrong.problems]
        raise IllegalMoves(problems=told) from None
    last = done.events[done.events["subject_id"] == subject_id].iloc[-1]
    after = store.states(reach(caller), Wanted([STREAM], ids=[subject_id]))
    return str(last["state"]), int(after["version"].iloc[0])
