"""The commands decide and decisions: one matter, one subject, by the law of a place or several."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from matcher.cli.commands.matching import LanguageOption, OnOption
from matcher.cli.policy_wording import turning_answer, turning_text
from matcher.cli.session import Session, utc_now
from matcher.cli.side_by_side import side_by_side_answer, side_by_side_text
from matcher.cli.wording import Language, verdict_answer, verdict_text
from matcher.domain.decision import ClassWithOverride, Override
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.law import keeping
from matcher.pipeline.law.deciding import Question, decided_about, decided_in_places, turning_of
from matcher.store.store import Store

NO = 1
SHOWN = 12
"""Letters of a hash that a person reads; the answer in JSON has all of them."""

Person = Annotated[str | None, typer.Option(help="About this person.")]
Household = Annotated[str | None, typer.Option(help="About this household.")]
Employer = Annotated[str | None, typer.Option(help="About this employer.")]
Placement = Annotated[
    str | None, typer.Option(help="About this placement (default: the person's newest).")
]
Case = Annotated[str | None, typer.Option(help="About this case (default: the subject's newest).")]
Post = Annotated[str | None, typer.Option(help="For this public-welfare post (with --person).")]
Places = Annotated[
    list[str] | None,
    typer.Option("--place", help="Place path (default: where the subject lives); repeatable."),
]
Layer = Annotated[str, typer.Option(help="source or current (later law on top).")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the decision as a record.")]
Class = Annotated[
    str | None, typer.Option("--override", help="With --keep: the class an official sets instead.")
]
Reason = Annotated[str | None, typer.Option(help="With --override: why.")]
By = Annotated[str | None, typer.Option(help="With --override: who answers for it.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("decide")(decide)
    decisions = typer.Typer(help="Decisions that were kept.", no_args_is_help=True)
    decisions.command("list")(list_kept)
    decisions.command("rerun")(rerun)
    app.add_typer(decisions, name="decisions")


def decide(
    context: typer.Context,
    decision: Annotated[str, typer.Argument(help="Id of the decision.")],
    person: Person = None,
    household: Household = None,
    employer: Employer = None,
    placement: Placement = None,
    case: Case = None,
    vacancy: Post = None,
    places: Places = None,
    layer: Layer = "current",
    on: OnOption = None,
    keep: Keep = False,
    override: Class = None,
    reason: Reason = None,
    by: By = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """One policy decision about one subject, with citations and what would turn it."""
    session: Session = context.obj
    with session.open_store() as store:
        question = Question(
            decision=decision,
            on=session.day(on, store),
            person_id=person,
            household_id=household,
            vacancy_id=vacancy,
            employer_id=employer,
            placement_id=placement,
            case_id=case,
            place=places[0] if places else None,
            layer=layer,
        )
        by_hand = _by_hand(question, override, reason, by, keep=keep)
        if places and len(places) > 1:
            _side_by_side(session, store, question, places, language, keep=keep)
            return
        _one(session, store, question, by_hand, language, keep=keep)


def _one(
    session: Session,
    store: Store,
    question: Question,
    by_hand: Override | None,
    language: Language,
    *,
    keep: bool,
) -> None:
    scope = Scope.office("decide")
    kept = {}
    if keep:
        number, decided = keeping.decide_and_keep(
            store, scope, question, author="cli", at=utc_now(), override=by_hand
        )
        session.say(f"kept as decision {number}")
        kept = {"number": number}
    else:
        decided = decided_about(store, scope, question)
    verdict, turning = decided.verdict(0), turning_of(decided)
    text = f"{verdict_text(verdict, language)}\n{turning_text(turning, language)}"
    answer = verdict_answer(verdict) | {"turning": turning_answer(turning)} | kept
    if by_hand is not None:
        both = ClassWithOverride(verdict, by_hand)
        answer |= {"override": asdict(by_hand)}
        text = f"{text}\n{both.zh if language is Language.ZH else both.en}"
    session.answer(answer, text)


def _side_by_side(
    session: Session,
    store: Store,
    question: Question,
    places: list[str],
    language: Language,
    *,
    keep: bool,
) -> None:
    if keep:
        raise WrongUse(
            what="a decision in several places cannot be kept",
            expected="one --place with --keep",
            do="Keep the decision of the place that governs.",
        )
    question = replace(question, place=None)
    found = decided_in_places(store, Scope.office("decide"), question, places)
    session.answer(side_by_side_answer(found), side_by_side_text(found, language))


def _by_hand(
    question: Question, to: str | None, reason: str | None, by: str | None, *, keep: bool
) -> Override | None:
    """The official's own class, or None where none is given."""
    if to is None and reason is None and by is None:
        return None
    if not keep:
        raise WrongUse(
            what="a class set by hand is nowhere kept",
            expected="--override CLASS --reason TEXT --by NAME with --keep",
            do="Add --keep.",
        )
    return Override(to=to or "", reason=reason or "", author=by or "", on=question.on)


def list_kept(
    context: typer.Context,
    subject: Annotated[str | None, typer.Option(help="Only those about this id.")] = None,
    decision: Annotated[str | None, typer.Option(help="Only this matter.")] = None,
) -> None:
    """The decisions that were kept, oldest first: about whom, by which law, when and by whom."""
    session: Session = context.obj
    with session.open_store() as store:
        found = keeping.kept_decisions(
            store, Scope.office("decisions"), subject_id=subject, decision=decision
        )
    lines = [
        f"{each.number}  {each.on}  {each.decision}  {each.subject} {each.subject_id}  "
        f"{each.place}: {each.outcome}{_classes(each)}  ({each.author}, {each.at})"
        for each in found
    ]
    session.answer([asdict(each) for each in found], "\n".join(lines) or "no decision was kept")


def _classes(kept: keeping.Listed) -> str:
    computed = f" class {kept.computed_class}" if kept.computed_class else ""
    if kept.override is None:
        return computed
    return f"{computed or ' no class'}, set by hand: {kept.override.to} ({kept.override.author})"


def rerun(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of a kept decision.")],
) -> None:
    """Decide a kept decision again from its own facts; code 1 when the verdict is another."""
    session: Session = context.obj
    with session.open_store() as store:
        found = keeping.rerun(store, Scope.office("rerun"), number)
    law = "the law is the same"
    if found.law_changed:
        law = f"the law has changed since: {found.kept_law[:SHOWN]} then, {found.law[:SHOWN]} now"
    said = "the same verdict, bit for bit" if found.same else "another verdict"
    answer = asdict(found) | {"law_changed": found.law_changed}
    session.answer(answer, f"decision {number} ({found.decision}): {said}; {law}")
    if not found.same:
        raise typer.Exit(NO)
