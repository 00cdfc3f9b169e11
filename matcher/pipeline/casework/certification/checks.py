"""What the law of the place asks of a move of certification, beside the machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.casework.certification.steps import AFTER, BEFORE
from matcher.domain.decision import Outcome
from matcher.errors import WrongUse
from matcher.pipeline.casework.certification.footing import File, Footing, rules_of

CERTIFIED, QUESTIONED = "certified", "questioned"
IS_CERTIFIED = (CERTIFIED, QUESTIONED)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the official says with a move.

    Attributes:
        reason: a coded reason, where the move needs one.
        evidence: the document seen.
        note: in words; needed to certify against what the law says of the facts on record.
        number: of the certificate; None makes one from the case.
        until: a day that the official sets where the law sets none.
        notice_days: the length of notice that the place sets, where its text leaves it open.
    """

    reason: str | None = None
    evidence: str | None = None
    note: str | None = None
    number: str | None = None
    until: date | None = None
    notice_days: int | None = None


def _needs_evidence(file: File, _stands: Footing, stated: Stated) -> None:
    if not stated.evidence:
        raise WrongUse(
            what=f"certification {file.case_id} would move without evidence",
            expected="the document that was seen",
            do="Name it with --evidence.",
        )


def _notice_has_its_time(file: File, stands: Footing, _stated: Stated) -> None:
    """Names are shown before or after recognition, as the place says."""
    is_after = file.state in IS_CERTIFIED
    moment = stands.route.moment
    if moment is not None and is_after != (moment == AFTER):
        raise WrongUse(
            what=f"certification {file.case_id} would be shown at the wrong time",
            expected=f"notice {moment} recognition by {stands.route.notice_rule}",
            do="Follow the order of the place.",
        )


def _notice_is_over(file: File, stands: Footing, _stated: Stated) -> None:
    if stands.route.moment != BEFORE:
        return
    if file.said.get("publicised_on") is None or stands.notice_is_short:
        days = "" if stands.notice_days is None else f" for {stands.notice_days} day(s)"
        raise WrongUse(
            what=f"certification {file.case_id} was not shown to the public long enough",
            expected=f"a notice{days} before it goes on, by {stands.route.notice_rule}",
            do="Publish it, or wait until the notice is over.",
        )


def _goes_to(office: str) -> Callable[[File, Footing, Stated], None]:
    def check(file: File, stands: Footing, _stated: Stated) -> None:
        step = file.step or stands.route.offices[0]
        if stands.route.after(step) != office:
            raise WrongUse(
                what=f"certification {file.case_id} is with the {step} and does not go to "
                f"the {office} next",
                expected=f"the order {' → '.join(stands.route.offices)} "
                f"({', '.join(rules_of(stands.steps)) or 'no text'})",
                do="Follow the order of the place.",
            )

    return check


def _is_with_the_last_office(file: File, stands: Footing, _stated: Stated) -> None:
    if file.step != stands.route.decides:
        raise WrongUse(
            what=f"certification {file.case_id} is with the {file.step}",
            expected=f"a decision by the {stands.route.decides} "
            f"({', '.join(rules_of(stands.steps)) or 'no text'})",
            do="Send the file on first.",
        )


def _answers_the_law(file: File, stands: Footing, stated: Stated) -> None:
    """Certifying against what the facts on record say is the official's to explain."""
    if stands.status.outcome is not Outcome.MET and not stated.note:
        asks = ", ".join(stands.status.ask_for)
        raise WrongUse(
            what=f"by the facts on record {file.status} is {stands.status.outcome.value} "
            f"for certification {file.case_id}" + (f" (ask: {asks})" if asks else ""),
            expected="facts that show it, or a note of who decides",
            do="Complete the facts, or say why with --note.",
        )


CHECKS: dict[str, Sequence[Callable[[File, Footing, Stated], None]]] = {
    "verify": (_needs_evidence,),
    "publish": (_notice_has_its_time,),
    "to_street": (_goes_to("street"), _notice_is_over),
    "to_county": (_goes_to("county"), _notice_is_over),
    "certify": (_is_with_the_last_office, _notice_is_over, _answers_the_law),
    "review": (_needs_evidence,),
}
"""What the law of the place asks of a move, beside the machine."""
