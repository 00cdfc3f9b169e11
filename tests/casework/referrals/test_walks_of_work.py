"""Random moves of referrals and work, legal and not, keep every promise of the ledger."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from matcher.casework.deadlines.agenda import agenda
from matcher.casework.deadlines.clocks import COLUMNS as CLOCK_COLUMNS
from matcher.casework.ledger.machine import machine, reasons
from matcher.casework.ledger.recording import moves
from matcher.casework.ledger.replaying import differences
from matcher.casework.placements.together import FOUND_BY_THEMSELVES, move_work
from matcher.casework.placements.working import ACTIVE
from matcher.domain.scope import Role
from matcher.errors import IllegalMoves
from matcher.store.events.reading import Wanted
from tests.casework.referrals.test_referring import (
    AT,
    HEADCOUNT,
    OFFICE,
    PEOPLE,
    go,
    opened,
    propose,
)

NO_CASES = pd.DataFrame(columns=["case_id", "person_id", "opened_on"])
EVENTS = sorted({event for _, event in machine("referral").transitions} - {"propose"})
CODES = sorted({code for _, code in reasons()})


class Walks(RuleBasedStateMachine):
    """Random moves, legal and not, never leave the ledger in a state that cannot be."""

    referrals = Bundle("referrals")

    def __init__(self) -> None:
        super().__init__()
        self.store = opened()

    def teardown(self) -> None:
        self.store.close()

    @rule(target=referrals, person=st.sampled_from(PEOPLE), post=st.sampled_from([*HEADCOUNT]))
    def propose(self, person: str, post: str) -> str:
        made = propose(self.store, (person, post))
        return made[0] if made else f"R-{person}-{post}-1"

    @rule(
        one=referrals,
        event=st.sampled_from(EVENTS),
        reason=st.sampled_from(CODES),
        just=st.sampled_from([None, '{"just_cause":true}', '{"just_cause":false}']),
    )
    def move(self, one: str, event: str, reason: str, just: str | None) -> None:
        states = self.store.states(OFFICE, Wanted(ids=[one]))
        before = states["state"].iloc[0]
        legal = machine("referral").next(before, event)
        try:
            go(self.store, one, event, reason=reason, data=just)
        except IllegalMoves:
            after = self.store.states(OFFICE, Wanted(ids=[one]))["state"].iloc[0]
            assert after == before
        else:
            assert legal is not None

    @rule(one=consumes(referrals))
    def forget(self, one: str) -> None:
        assert not self.store.states(OFFICE, Wanted(ids=[one])).empty

    @rule(
        person=st.sampled_from(PEOPLE),
        post=st.sampled_from([None, *HEADCOUNT]),
        event=st.sampled_from(["start", "evidence", "stabilise", "end", "void"]),
    )
    def work(self, person: str, post: str | None, event: str) -> None:
        """One placement a person and post: again after its end is a move it does not have."""
        subject = f"PL-{person}-{post}"
        row: dict[str, str | None] = {"stream": "placement", "subject_id": subject, "event": event}
        row |= {"person_id": person, "vacancy_id": post, "area_code": "320613001"}
        row["on"] = "2026-11-09"
        before = self.store.states(OFFICE)
        given = moves([row | {"reason": "left" if event == "end" else None}])
        try:
            with self.store.writing(actor="u1", at=AT) as batch:
                move_work(batch, given, NO_CASES, role=Role.SUPERVISOR)
        except IllegalMoves:
            pd.testing.assert_frame_equal(self.store.states(OFFICE), before)

    @invariant()
    def nobody_works_twice_and_the_records_say_who_works(self) -> None:
        active = self.store.states(OFFICE, Wanted(streams=["placement"], states=ACTIVE))
        assert active["person_id"].is_unique
        people = self.store.persons(OFFICE, parts=("status",))
        at_work = people["employment_state"].isin(["employed"])
        assert set(people.loc[at_work, "person_id"]) == set(active["person_id"])

    @invariant()
    def no_post_takes_more_than_it_has_places_for(self) -> None:
        with self.store.writing(actor="t", at=AT) as batch:
            taken = batch.hired([*HEADCOUNT])
        for post, count in taken.groupby("vacancy_id").size().items():
            limit = HEADCOUNT[str(post)]
            assert limit is None or count <= limit

    @invariant()
    def who_was_hired_waits_for_nothing_else(self) -> None:
        events = self.store.events(OFFICE, Wanted(streams=["referral"]))
        hires = events[events["event"] == "hire"]
        closed = events[(events["event"] == "close") & (events["reason"] == "hired_elsewhere")]
        works = self.store.events(OFFICE, Wanted(streams=["placement"]))
        begun = works.loc[works["event"] == "start", "person_id"]
        assert set(closed["person_id"]) <= set(hires["person_id"]) | set(begun)

    @invariant()
    def every_open_step_stands_on_the_list_of_its_day(self) -> None:
        states = self.store.states(OFFICE)
        nothing = pd.DataFrame(columns=[*CLOCK_COLUMNS])
        due = agenda(states, nothing, date(2027, 1, 1), ahead_days=0)
        is_open = [
            not machine(stream).is_final(state)
            for stream, state in zip(states["stream"], states["state"], strict=True)
        ]
        dated = states[np.array(is_open, dtype=bool) & states["due_on"].notna().to_numpy()]
        assert set(due["subject_id"]) == set(dated["subject_id"])

    @invariant()
    def states_and_outcomes_are_what_the_moves_say(self) -> None:
        events = self.store.events(OFFICE)
        states = self.store.states(OFFICE)
        if not events.empty:
            assert differences(states, events).empty
        stages = {event: move.stage for (_, event), move in machine("referral").transitions.items()}
        said = events.assign(stage=events["event"].map(stages))
        said = said[said["stage"].fillna("") != ""]
        keys = ["person_id", "vacancy_id", "stage", "on"]
        want = set(map(tuple, said[keys].drop_duplicates().to_numpy().tolist()))
        told = self.store.outcomes(OFFICE)
        told = told[told["channel"] != FOUND_BY_THEMSELVES]
        assert set(map(tuple, told[keys].to_numpy().tolist())) == want


TestWalks = Walks.TestCase
TestWalks.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
