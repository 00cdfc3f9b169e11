"""Benefits: quoted by law, applied for, granted, paid by the month, ended."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from matcher.casework.benefits.granting import Granted
from matcher.casework.benefits.quoting import Quote, for_employer
from matcher.cli.commands.casework.supply.saying import (
    By,
    Due,
    Lang,
    Layer,
    On,
    Place,
    Reason,
    act_of,
    benefit_word,
    fact_words,
    joined,
    number,
    say,
    state_word,
)
from matcher.cli.session import Session
from matcher.cli.wording import Language
from matcher.pipeline.casework.supply.benefits.granting import (
    apply_for,
    change,
    grant,
    granted_list,
    pay,
    prolong,
)
from matcher.pipeline.casework.supply.benefits.quoting import Hire, Quoted, assumption, quoted

Person = Annotated[str, typer.Option(help="Id of the person.")]
Vacancy = Annotated[str | None, typer.Option(help="As taken on for this vacancy.")]
Matter = Annotated[str, typer.Argument(help="Id of the matter, as 'apply' gave it.")]
Assume = Annotated[
    list[str] | None, typer.Option("--assume", help="A fact to assume, name=value; repeatable.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Benefits: quotes by law, grants, payments.", no_args_is_help=True)
    group.command("quote")(quote_command)
    group.command("apply")(apply_command)
    group.command("grant")(grant_command)
    group.command("pay")(pay_command)
    group.command("move")(move_command)
    group.command("prolong")(prolong_command)
    group.command("list")(list_command)
    app.add_typer(group, name="benefits")


def quote_command(
    context: typer.Context,
    person: Person,
    vacancy: Vacancy = None,
    employer_view: Annotated[
        bool, typer.Option("--employer-view", help="Sums and papers only, without any status.")
    ] = False,
    place: Place = None,
    layer: Layer = "current",
    assume: Assume = None,
    on: On = None,
    lang: Lang = Language.ZH,
) -> None:
    """What a person, the household and the employer could have, what to ask, what goes together."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, "cli")
        hire = _hire(person, vacancy, place, layer, assume, act.on)
        found = quoted(store, act.scope, hire)
    if employer_view:
        seen = for_employer(found.quotes)
        lines = [_quote_text(each, lang) for each in seen]
        session.answer([_seen(each) for each in seen], "\n".join(lines) or say("nothing", lang))
        return
    session.answer(_answer(found), _text(found, lang))


def _hire(
    person: str,
    vacancy: str | None,
    place: str | None,
    layer: str,
    assume: list[str] | None,
    on: Any,
) -> Hire:
    stated = dict(map(assumption, assume or ()))
    return Hire(person, on, vacancy_id=vacancy, place=place, layer=layer, assumed=stated)


def apply_command(
    context: typer.Context,
    person: Person,
    benefit: Annotated[str, typer.Option(help="Its kind, as 'quote' names it.")],
    vacancy: Vacancy = None,
    employer: Annotated[str | None, typer.Option(help="Id of the employer who applies.")] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Write down that a benefit is applied for."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, by)
        subject = apply_for(store, act, Hire(person, act.on, vacancy), benefit, employer)
    session.answer({"matter": subject}, subject)


def grant_command(
    context: typer.Context,
    matter: Matter,
    place: Place = None,
    layer: Layer = "current",
    assume: Assume = None,
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """Grant what was applied for by the law of the day; refused with the rules that say no."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, by)
        found = grant(store, act, matter, _hire("", None, place, layer, assume, act.on))
    session.answer(_quote_answer(found), _quote_text(found, lang))


def pay_command(
    context: typer.Context,
    matter: Matter,
    month: Annotated[str | None, typer.Option(help="As 2026-11 (default the next).")] = None,
    yuan: Annotated[float | None, typer.Option(help="The sum, where none was granted.")] = None,
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """Write down a payment; a month is paid once, and none beyond the term."""
    session: Session = context.obj
    with session.open_store() as store:
        done = pay(store, act_of(session, store, on, by), matter, month=month, yuan=yuan)
    session.answer(_granted_answer(done), _granted_text(done, lang))


def move_command(
    context: typer.Context,
    matter: Matter,
    event: Annotated[
        str, typer.Argument(help="suspend, resume, end, reclaim, refuse or withdraw.")
    ],
    reason: Reason = None,
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """Suspend, resume, end, reclaim, refuse or withdraw, with the coded reason it needs."""
    session: Session = context.obj
    with session.open_store() as store:
        done = change(store, act_of(session, store, on, by), matter, event, reason)
    session.answer(_granted_answer(done), _granted_text(done, lang))


def prolong_command(
    context: typer.Context,
    matter: Matter,
    place: Place = None,
    layer: Layer = "current",
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """Let a subsidy run until retirement, where the law of the day prolongs it."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, by)
        done = prolong(store, act, matter, Hire("", act.on, place=place, layer=layer))
    session.answer(_granted_answer(done), _granted_text(done, lang))


def list_command(
    context: typer.Context,
    person: Annotated[str | None, typer.Option(help="Only of this person.")] = None,
    due: Due = False,
    on: On = None,
    lang: Lang = Language.ZH,
) -> None:
    """The ledger: what was granted, paid and is left."""
    session: Session = context.obj
    with session.open_store() as store:
        found = granted_list(store, act_of(session, store, on, "cli"), person_id=person, due=due)
    lines = [_granted_text(each, lang) for each in found]
    session.answer([_granted_answer(each) for each in found], "\n".join(lines))


def _answer(found: Quoted) -> dict[str, Any]:
    return {
        "person_id": found.hire.person_id,
        "vacancy_id": found.hire.vacancy_id,
        "as_of": found.hire.on,
        "quotes": [_quote_answer(each) for each in found.quotes],
        "silent": found.silent,
        "clashes": [asdict(each) for each in found.clashes],
        "best": asdict(found.best),
        "ask_for": found.ask_for,
        "assumed": found.assumed,
    }


def _quote_answer(each: Quote) -> dict[str, Any]:
    return asdict(each) | {"benefit": each.benefit.id}


def _seen(each: Quote) -> dict[str, Any]:
    """A quote as an employer may see it: without the keys that tell of a person."""
    hidden = ("citations", "ask_for", "reason", "place", "prolonged", "options", "outcome")
    return {name: cell for name, cell in _quote_answer(each).items() if name not in hidden}


def _granted_answer(each: Granted) -> dict[str, Any]:
    return asdict(each) | {"remaining": each.remaining, "last_month": each.last_month}


def _text(found: Quoted, lang: Language) -> str:
    lines = [_quote_text(each, lang) for each in found.quotes]
    for clash in found.clashes:
        rules = ", ".join(citation.rule for citation in clash.citations)
        names = {
            "one": benefit_word(clash.benefit, lang),
            "other": benefit_word(clash.beside, lang),
        }
        word = "had" if clash.benefit == clash.beside else "clash"
        lines.append(say(word, lang, rules=rules, **names))
    if found.silent:
        kinds = joined((benefit_word(name, lang) for name in found.silent), lang)
        lines.append(say("silent", lang, kinds=kinds))
    best = joined((benefit_word(name, lang) for name in found.best.benefits), lang)
    yuan = number(found.best.yuan)
    lines.append(say("best", lang, kinds=best or say("nothing", lang), yuan=yuan))
    return "\n".join(lines)


def _quote_text(each: Quote, lang: Language) -> str:
    parts = [say(each.outcome.value, lang)]
    if each.per:
        parts.append(say(f"yuan_{each.per}", lang, yuan=number(each.yuan)))
    parts += [say(name, lang, yuan=number(yuan)) for name, yuan in each.options]
    parts += [say("not_stated", lang)] * each.amount_not_stated
    parts += [say("extra", lang, yuan=number(each.extra_yuan))] * bool(each.extra_yuan)
    parts += [say("months", lang, months=each.months)] * bool(each.months)
    parts += [say("until", lang, day=each.ends_on)] * bool(each.ends_on)
    parts += [say("ask", lang, facts=fact_words(each.ask_for, lang))] * bool(each.ask_for)
    papers = joined((p.zh if lang is Language.ZH else p.en for p in each.papers), lang)
    parts += [say("papers", lang, papers=papers)] * bool(papers)
    parts += [say("rules", lang, rules=", ".join(each.rules))] * bool(each.rules)
    parts.append(say("as_of", lang, day=each.as_of))
    return f"{benefit_word(each.benefit.id, lang)}: {joined(parts, lang)}"


def _granted_text(each: Granted, lang: Language) -> str:
    parts = [state_word("benefit", each.state, lang)]
    parts.append(say("paid", lang, count=len(each.paid), yuan=number(each.yuan_paid)))
    if each.remaining is not None:
        parts.append(say("left", lang, count=each.remaining))
    return f"{each.subject_id}  {benefit_word(each.benefit, lang)}: {joined(parts, lang)}"
