"""Commands of the register: profile, fact, duplicates, merge and unmerge."""

from __future__ import annotations

import json
from typing import Annotated, Any

import numpy as np
import typer

from matcher.casework.register.completeness import Completeness
from matcher.casework.register.declaring import Declaration
from matcher.casework.register.duplicates import in_words
from matcher.casework.register.merging import Pair
from matcher.cli.commands.matching import LanguageOption, OnOption
from matcher.cli.session import Session, parse_day, utc_now
from matcher.cli.wording import Language
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.register import declaring, merging
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.casework.register.profile import Profile, completeness_of, profile_of
from matcher.policy.catalogue import decision_kind
from matcher.store.store import Store

By = Annotated[str, typer.Option(help="Who answers for it.")]
RoleOption = Annotated[Role, typer.Option("--role", help="In which role.")]
Person = Annotated[str | None, typer.Option(help="About this person.")]
Household = Annotated[str | None, typer.Option(help="About this household.")]
PlaceOption = Annotated[
    str | None, typer.Option(help="Place path (default: where the person lives).")
]
ReasonOption = Annotated[str, typer.Option(help="Coded reason; a wrong one lists those there are.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("profile")(profile)
    facts = typer.Typer(help="Facts that people declare.", no_args_is_help=True)
    facts.command("declare")(declare)
    facts.command("verify")(verify)
    facts.command("withdraw")(withdraw)
    facts.command("expire")(expire)
    app.add_typer(facts, name="fact")
    app.command("duplicates")(duplicates)
    app.command("merge")(merge)
    app.command("unmerge")(unmerge)


def hand_of(
    session: Session, store: Store, on: str | None, by: str, role: Role, *, purpose: str
) -> Hand:
    """Who acts: a named official of the office, on the day."""
    return Hand(Scope.office(purpose), by, role, session.day(on, store), utc_now())


def subject_of(person: str | None, household: str | None) -> tuple[Kind, str]:
    """The one record that a command is about.

    Raises:
        WrongUse: both are named, or none.
    """
    if person is not None and household is None:
        return Kind.PERSONS, person
    if household is not None and person is None:
        return Kind.HOUSEHOLDS, household
    raise WrongUse(
        what="the subject was named twice or not at all",
        expected="--person ID or --household ID",
        do="Name one of them.",
    )


def profile(
    context: typer.Context,
    person: Person = None,
    everyone: Annotated[bool, typer.Option("--all", help="How clear everyone is.")] = False,
    place: PlaceOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many questions, or people.")] = 5,
    on: OnOption = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """What is clear of a person by the place's "six clear", and what to ask next."""
    session: Session = context.obj
    if (person is None) == (not everyone):
        raise WrongUse(
            what="profile was told whom to show in none or both ways",
            expected="--person ID or --all",
            do="Name one of them.",
        )
    with session.open_store() as store:
        day = session.day(on, store)
        scope = Scope.office("profile")
        if person is None:
            found = completeness_of(store, scope, day, place=place)
            answer = _everyone(found, top)
            session.answer(answer, _everyone_text(answer, language))
            return
        shown = profile_of(store, scope, person, day, place=place)
    session.answer(_profile_answer(shown, top), _profile_text(shown, top, language))


def _everyone(found: Completeness, top: int) -> dict[str, Any]:
    """Counts by profile, and those of whom least is clear."""
    asked = found.asked > 0
    by_profile = []
    for at, each in enumerate(found.profiles):
        rows = found.profile_at == at
        missing = (~found.filled[at][rows]).sum(axis=0)
        by_profile.append(
            {"rule": each.rule, "place": each.place, "name": each.zh, "persons": int(rows.sum())}
            | {"whole": int((found.clear[rows] == len(each.items)).sum())}
            | {"missing": {item.name: int(n) for item, n in zip(each.items, missing, strict=True)}}
        )
    least = [at for at in np.argsort(found.share, kind="stable") if asked[at]][:top]
    return {
        "persons": len(found.person_ids),
        "without_a_text": int((~asked).sum()),
        "profiles": by_profile,
        "least_clear": [
            {"person_id": str(found.person_ids[at])}
            | {"clear": int(found.clear[at]), "asked": int(found.asked[at])}
            for at in least
        ],
    }


def _everyone_text(answer: dict[str, Any], language: Language) -> str:
    chinese = language is Language.ZH
    lines = []
    for each in answer["profiles"]:
        told = (
            f"{each['persons']:,} 人，全部清楚 {each['whole']:,} 人"
            if chinese
            else f"{each['persons']:,} people, {each['whole']:,} whole"
        )
        lines.append(f"{each['name']} [{each['rule']}]: {told}")
        lines += [f"  {name}: {n:,}" for name, n in each["missing"].items() if n]
    rest = answer["without_a_text"]
    lines.append(f"所在地无规定：{rest:,} 人" if chinese else f"no text asks: {rest:,} people")
    lines += [
        f"  {each['person_id']}  {each['clear']}/{each['asked']}" for each in answer["least_clear"]
    ]
    return "\n".join(lines)


def _profile_answer(shown: Profile, top: int) -> dict[str, Any]:
    asked, missing = shown.clear.of(0)
    return {
        "person_id": shown.person_id,
        "profile": None
        if asked is None
        else {"rule": asked.rule, "place": asked.place, "name": asked.zh},
        "clear": int(shown.clear.clear[0]),
        "asked": int(shown.clear.asked[0]),
        "missing": [{"item": each.name, "zh": each.zh, "en": each.en} for each in missing],
        "questions": [
            {"facts": each.facts, "settles": each.settles, "zh": each.zh, "en": each.en}
            | {"may_settle": dict(each.may_settle), "weight": round(each.weight, 3)}
            for each in shown.to_ask.questions[:top]
        ],
        "decided": shown.to_ask.decided,
        "open": shown.to_ask.open,
        "to_certify": shown.to_ask.to_certify,
        "beyond": shown.to_ask.beyond,
        "declared": [
            {"fact": str(subject), "state": str(state)}
            for subject, state in zip(
                shown.declared["subject_id"], shown.declared["state"], strict=True
            )
        ],
    }


def _profile_text(shown: Profile, top: int, language: Language) -> str:
    chinese = language is Language.ZH
    asked, missing = shown.clear.of(0)
    if asked is None:
        lines = [
            f"{shown.person_id}  " + ("所在地没有建档规定" if chinese else "no text asks for items")
        ]
    else:
        told = f"{int(shown.clear.clear[0])}/{len(asked.items)}"
        name = asked.zh if chinese else asked.en
        lines = [f"{shown.person_id}  {name} {told} [{asked.rule}]"]
        lines += [f"  ? {each.zh if chinese else each.en}" for each in missing]
    lines += [
        f"{at}. {each.zh if chinese else each.en}"
        for at, each in enumerate(shown.to_ask.questions[:top], start=1)
    ]
    for zh, en, matters in (
        ("待认定后可确定：", "settled by certification: ", shown.to_ask.to_certify),
        ("当地未定标准：", "left to the place: ", shown.to_ask.beyond),
    ):
        names = [decision_kind(each).zh if chinese else each for each in matters]
        lines += [(zh if chinese else en) + "、".join(names)] if names else []
    return "\n".join(lines)


def declare(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Column or fact.")],
    value: Annotated[str, typer.Argument(help="As in a file: 是, 2025-03-01, 保洁；护理.")],
    said_by: Annotated[str, typer.Option("--said-by", help="Who declared it.")],
    by: By,
    person: Person = None,
    household: Household = None,
    evidence: Annotated[str | None, typer.Option(help="Document shown.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day on which it counts.")] = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """Write down somebody's word for a fact; it counts once it is verified."""
    session: Session = context.obj
    kind, key = subject_of(person, household)
    last = None if until is None else parse_day(until)
    said = Declaration(kind, key, name, value, said_by, evidence, last)
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="fact")
        subject = declaring.declare(store, hand, said)
    session.answer({"fact": subject, "state": "declared"}, f"{subject}: 已申报 / declared")


def verify(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Column or fact.")],
    by: By,
    person: Person = None,
    household: Household = None,
    evidence: Annotated[str | None, typer.Option(help="Document seen.")] = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """Confirm a declared fact; the record says it from now on."""
    session: Session = context.obj
    kind, key = subject_of(person, household)
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="fact")
        declaring.verify(store, hand, kind, key, name, evidence=evidence)
    session.answer({"record": key, "fact": name, "state": "verified"}, f"{key} {name}: 已核实")


def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Column or fact.")],
    by: By,
    reason: ReasonOption,
    person: Person = None,
    household: Household = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """Take a fact back; what it wrote to the record goes too."""
    session: Session = context.obj
    kind, key = subject_of(person, household)
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="fact")
        declaring.withdraw(store, hand, kind, key, name, reason=reason)
    session.answer({"record": key, "fact": name, "state": "withdrawn"}, f"{key} {name}: 已撤回")


def expire(
    context: typer.Context,
    by: By = "daily",
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """Close facts whose last day is past, so that they are asked again; run it daily."""
    session: Session = context.obj
    with session.open_store() as store:
        closed = declaring.expire(store, hand_of(session, store, on, by, role, purpose="fact"))
    session.answer({"expired": list(closed)}, f"已过期 / expired: {len(closed)}")


def duplicates(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, help="How many pairs.")] = 20,
    language: LanguageOption = Language.ZH,
) -> None:
    """Who may be registered twice, with score and reasons; nobody is merged by it."""
    session: Session = context.obj
    with session.open_store() as store:
        found = merging.duplicates_in(store, Scope.office("duplicates"))
    pairs = found.persons.pairs
    homes = found.households
    answer = {
        "persons": json.loads(pairs.head(top).to_json(orient="records")),
        "persons_found": len(pairs),
        "households": json.loads(homes.head(top).to_json(orient="records")),
        "households_found": len(homes),
        "crowded_keys": [{"key": key, "largest": n} for key, n in found.persons.crowded],
    }
    session.answer(answer, _duplicates_text(answer, language))


def _duplicates_text(answer: dict[str, Any], language: Language) -> str:
    chinese = language is Language.ZH
    people, homes = ("人员", "家庭") if chinese else ("people", "households")
    wrong = "  ✗ 信息矛盾，请先核对" if chinese else "  ✗ contradictory: check first"
    lines = [f"{people} {answer['persons_found']:,}"]
    lines += [
        f"  {each['left']} = {each['right']}  [{each['score']}]  "
        f"{in_words(each['reasons'], language.value)}{wrong * bool(each['contradicts'])}"
        for each in answer["persons"]
    ]
    lines.append(f"{homes} {answer['households_found']:,}")
    shared = "共有成员" if chinese else "members in both"
    lines += [
        f"  {each['left']} = {each['right']}  {shared} {each['shared']}/{each['of']}"
        for each in answer["households"]
    ]
    crowded = "键过于集中，未比较" if chinese else "shared by too many, not compared"
    lines += [
        f"  ! {each['key']}: {crowded} ({each['largest']})" for each in answer["crowded_keys"]
    ]
    return "\n".join(lines)


Survivor = Annotated[str, typer.Argument(help="The record that stays.")]
Loser = Annotated[str, typer.Argument(help="The record that is given up.")]
Homes = Annotated[bool, typer.Option("--households", help="Households instead of persons.")]


def merge(
    context: typer.Context,
    survivor: Survivor,
    loser: Loser,
    reason: ReasonOption,
    by: By,
    households: Homes = False,
    dismiss: Annotated[
        bool, typer.Option("--dismiss", help="They are two: do not list them again.")
    ] = False,
    on: OnOption = None,
    role: RoleOption = Role.SUPERVISOR,
) -> None:
    """Make two records one; nothing is deleted, and 'unmerge' takes it apart again."""
    session: Session = context.obj
    pair = Pair(Kind.HOUSEHOLDS if households else Kind.PERSONS, survivor, loser)
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="merge")
        if dismiss:
            merging.dismiss(store, hand, pair, reason=reason)
            session.answer({"merge": pair.subject_id, "state": "dismissed"}, "不是重复 / two")
            return
        done = merging.merge(store, hand, pair, reason=reason)
    _tell(session, done, "merged", f"{loser} → {survivor}")


def unmerge(
    context: typer.Context,
    survivor: Survivor,
    loser: Loser,
    reason: ReasonOption,
    by: By,
    households: Homes = False,
    on: OnOption = None,
    role: RoleOption = Role.SUPERVISOR,
) -> None:
    """Take a merge apart: what it moved goes back, what came later stays."""
    session: Session = context.obj
    pair = Pair(Kind.HOUSEHOLDS if households else Kind.PERSONS, survivor, loser)
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="merge")
        done = merging.unmerge(store, hand, pair, reason=reason)
    _tell(session, done, "unmerged", f"{survivor} ↛ {loser}")


def _tell(session: Session, done: merging.Merged, state: str, words: str) -> None:
    lines = [f"{words}: " + ", ".join(f"{kind} {n}" for kind, n in done.moved.items())]
    lines += [f"  ! 未结事项 / still open: {each}" for each in done.open_matters]
    answer = {"merge": done.subject_id, "state": state, "moved": done.moved}
    session.answer(answer | {"open_matters": list(done.open_matters)}, "\n".join(lines))
