"""The register of public-welfare posts: places, holders, terms and looks at real work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from matcher.cli.commands.casework.supply.saying import (
    By,
    Due,
    Lang,
    Layer,
    On,
    Reason,
    act_of,
    joined,
    say,
    state_word,
)
from matcher.cli.session import Session
from matcher.cli.wording import Language
from matcher.pipeline.casework.supply.vacancies import posts as register_of

Post = Annotated[str, typer.Argument(help="Id of the place, as V1-1.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="The register of public-welfare posts.", no_args_is_help=True)
    group.command("register")(register_command)
    group.command("take")(take)
    group.command("check")(check)
    group.command("extend")(extend)
    group.command("free")(free)
    group.command("close")(close)
    group.command("list")(list_command)
    app.add_typer(group, name="posts")


def register_command(
    context: typer.Context,
    vacancy: Annotated[str, typer.Argument(help="Id of the public-welfare vacancy.")],
    funder: Annotated[str | None, typer.Option(help="Who pays (default: as recorded).")] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Register every place of a public-welfare vacancy."""
    session: Session = context.obj
    with session.open_store() as store:
        made = register_of.register(store, act_of(session, store, on, by), vacancy, funder)
    session.answer({"posts": made}, "\n".join(made) or "0")


def take(
    context: typer.Context,
    post: Post,
    person: Annotated[str, typer.Option(help="Id of the person.")],
    despite: Annotated[
        str | None, typer.Option(help="Why, where the right is not known yet; kept on record.")
    ] = None,
    layer: Layer = "current",
    on: On = None,
    by: By = "cli",
) -> None:
    """Give a vacant place to a person for the term by law."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, by)
        clock = register_of.take(store, act, post, person, despite=despite, layer=layer)
    answer = asdict(clock) | {"post_id": post, "last_day": clock.last_day}
    session.answer(answer, f"{post}: {person} – {clock.last_day or '?'}")


def check(
    context: typer.Context,
    post: Post,
    at_work: Annotated[bool, typer.Option("--at-work/--not-at-work", help="What was found.")],
    note: Annotated[str | None, typer.Option(help="What was seen.")] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Write down whether the holder was found at real work."""
    session: Session = context.obj
    with session.open_store() as store:
        register_of.check(store, act_of(session, store, on, by), post, at_work=at_work, note=note)
    session.answer({"post_id": post, "at_work": at_work}, f"{post}: {at_work}")


def extend(
    context: typer.Context, post: Post, layer: Layer = "current", on: On = None, by: By = "cli"
) -> None:
    """Let the holder stay until retirement, where the law prolongs the term."""
    session: Session = context.obj
    with session.open_store() as store:
        until = register_of.extend(store, act_of(session, store, on, by), post, layer=layer)
    session.answer({"post_id": post, "until": until}, f"{post}: {until}")


def free(
    context: typer.Context, post: Post, reason: Reason = None, on: On = None, by: By = "cli"
) -> None:
    """The holder leaves, with a coded reason."""
    session: Session = context.obj
    with session.open_store() as store:
        register_of.free(store, act_of(session, store, on, by), post, reason or "")
    session.answer({"post_id": post, "state": "vacant"}, f"{post}: vacant")


def close(
    context: typer.Context, post: Post, reason: Reason = None, on: On = None, by: By = "cli"
) -> None:
    """Take a vacant place out of the register, with a coded reason."""
    session: Session = context.obj
    with session.open_store() as store:
        register_of.close(store, act_of(session, store, on, by), post, reason or "")
    session.answer({"post_id": post, "state": "closed"}, f"{post}: closed")


def list_command(
    context: typer.Context,
    state: Annotated[list[str] | None, typer.Option(help="Only in this state.")] = None,
    due: Due = False,
    on: On = None,
    lang: Lang = Language.ZH,
) -> None:
    """The register: funder, holder, term, last look; or what is due by the day."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, "cli")
        found = register_of.posts(store, act, states=tuple(state or ()), due=due)
    lines = [
        f"{each.post_id}  "
        + joined(
            (
                state_word("post", each.state, lang),
                each.funder or "",
                each.holder or "",
                say("until", lang, day=each.until) if each.until else "",
                say("over", lang) if each.over else "",
                say("not_at_work", lang) if each.at_work is False else "",
            ),
            lang,
        )
        for each in found
    ]
    session.answer([asdict(each) for each in found], "\n".join(lines))
