"""Step 4 of a fair: pairing as a job, its board, and each change shown before it is kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, replace
from datetime import date
from threading import Lock
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Form, Query, Request, Response

from api.auth.callers import Caller
from api.deps import MarketsDep, StoreDep
from api.fairs.standing import Head, Organiser, head_of
from api.jobs.ordering import ordered
from api.market import Markets
from api.rankers import Rankers
from api.records.resource import Id
from api.web.pages import back_to, page, pages_router
from matcher.allocation.problem import Problem
from matcher.domain.job import Job, JobKind, JobState
from matcher.errors import Infeasible, MalformedProblem, NotFound
from matcher.pipeline.fairs.kept import left_to_plan, results_of
from matcher.pipeline.pairing.board import Board, board_of, levels_of, why_of
from matcher.pipeline.pairing.fair import ask_of
from matcher.pipeline.pairing.filing import PLAN, certificate_of, plan_of, plans_of, table_of
from matcher.pipeline.pairing.gathering import Ask, fair_problem
from matcher.pipeline.pairing.trying import Change, changed, effect_of
from matcher.pipeline.snapshot import Snapshot
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/fairs/{key}/plan")

PAGE = 40
Short = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]
JobKey = Annotated[str, Query(max_length=32, pattern=r"^[0-9a-f]*$")]
SHOWS = "^(all|unplaced|placed|pinned|funded|tier[0-9]{1,2})$"


@router.get("")
def show_plan(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    key: Id,
    job: JobKey = "",
    show: Annotated[str, Query(pattern=SHOWS)] = "all",
    post: Short = "",
    at: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """The newest plan, or how far the job is that makes one; every plan has its own address."""
    head, user = head_of(store, caller, key), caller.account.username
    jobs = plans_of(store, key, user)
    running = next((each for each in jobs if not each.has_ended), None)
    done = [each for each in jobs if each.state is JobState.DONE]
    asked = store.jobs.find(job) if job else None
    facts: dict[str, Any] = {"head": head, "step": "plan", "running": running, "done": done[:8]}
    # A plan that was asked for by its number is shown, unless it is still being made.
    wanted = plan_of(store, job, user) if asked and asked.state is JobState.DONE else None
    wanted = wanted or (done[0] if done else None)
    failed = jobs[0] if jobs and jobs[0].state is JobState.FAILED else None
    facts |= {"failed": failed, "board": None, "ask": Ask()}
    if wanted is not None and wanted.parameters["fair_id"] == key:
        board = board_of(store, wanted)
        facts |= _board_facts(board, show, post, at)
    facts["told"] = request.query_params.get("done")
    return page(request, "fairs/plan.html", caller, **facts)


def _board_facts(board: Board, show: str, post: str, at: int) -> dict[str, Any]:
    rows, placed = board.rows, board.rows["vacancy_id"].notna()
    tiers = sorted(int(each) for each in rows["tier"].dropna().unique())
    chosen = {
        "all": rows["person_id"].notna(),
        "unplaced": ~placed,
        "placed": placed,
        "pinned": rows["is_pinned"],
        "funded": rows["public_welfare"] == 1,
        **{f"tier{tier}": (rows["tier"] == tier).fillna(value=False) for tier in tiers},
    }
    counts = {name: int(rows.loc[mask, "person_id"].nunique()) for name, mask in chosen.items()}
    found = rows[chosen.get(show, chosen["all"])]
    found = found[found["vacancy_id"] == post] if post else found
    booths = [
        {"employer": str(group["employer_name"].iloc[0]), "posts": group.to_dict("records")}
        for _, group in board.posts.groupby("employer_id", sort=False, dropna=False)
    ]
    return {
        "board": board,
        "ask": board.ask,
        "levels": board.levels(),
        "counts": counts,
        "show": show,
        "post": post,
        "rows": found.iloc[at : at + PAGE].to_dict("records"),
        "total": len(found),
        "at": at,
        "later": at + PAGE if at + PAGE < len(found) else None,
        "waiting": rows[~placed].drop_duplicates("person_id").head(PAGE).to_dict("records"),
        "booths": booths,
        "moved": board.moved.head(200).to_dict("records"),
        "n_moved": len(board.moved),
        "absent": set(board.ask.absent),
        "titles": dict(zip(board.posts["vacancy_id"], board.posts["title"], strict=True)),
    }


@router.post("")
def order_plan(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    invitations: Annotated[int, Form(ge=1, le=20)] = 1,
    ratio: Annotated[float, Form(gt=0, le=20)] = 1.0,
    floor: Annotated[int, Form(ge=0, le=1000)] = 0,
    one_per_employer: Annotated[bool, Form()] = False,
    households_first: Annotated[bool, Form()] = False,
) -> Response:
    """Have the fair paired, as a job that goes on when this page is closed."""
    ask = Ask(
        invitations=invitations,
        ratio=ratio,
        floor=floor,
        one_per_employer=one_per_employer,
        households_first=households_first,
    )
    head = head_of(store, caller, key)
    return _ordered(store, caller, head, ask)


@router.post("/again")
def plan_again(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    job: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
) -> Response:
    """Plan what is left of the day: without who did not come, around who did, moving the fewest."""
    head = head_of(store, caller, key)
    before = plan_of(store, job, caller.account.username)
    pairings = store.pairings(caller.scope, fair_ids=[key], at=caller.at)
    absent, settled = left_to_plan(results_of(store, caller.scope, key, pairings))
    ask, over = ask_of(certificate_of(store, before)), {who for who, _ in settled} | set(absent)
    pins = tuple(pair for pair in ask.pins if pair[0] not in over)
    again = replace(ask, pins=pins, absent=absent, settled=settled)
    return _ordered(store, caller, head, again, previous=before)


@router.post("/change")
def change_plan(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    job: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
    do: Annotated[Change, Form()],
    person: Annotated[str, Form(min_length=1, max_length=64)],
    vacancy: Annotated[str, Form(min_length=1, max_length=64)],
    instead: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Keep a change whose effect was shown: the plan is made anew around it."""
    head = head_of(store, caller, key)
    before = plan_of(store, job, caller.account.username)
    ask = _asked(before, store, do, person, vacancy, instead)
    return _ordered(store, caller, head, ask, previous=before)


@router.post("/stop")
def stop_plan(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    job: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
) -> Response:
    """Ask the job to stop."""
    found = store.jobs.find(job)
    if found.actor != caller.account.username or found.parameters.get("fair_id") != key:
        raise NotFound(kind="plan", key=job)
    store.jobs.cancel(job, actor=caller.scope, at=caller.at)
    return back_to(head_of(store, caller, key).path("plan", done="stopped"))


@router.get("/options")
def show_options(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    markets: MarketsDep,
    key: Id,
    job: JobKey,
    person: Short,
) -> Response:
    """Where a person could be sent, each with what it is worth and whether a place is free."""
    head = head_of(store, caller, key)
    plan = plan_of(store, job, caller.account.username)
    _, problem = _problem(request, caller, markets, head, plan, store)
    if person not in problem.person_ids:
        raise NotFound(kind="person", key=person)
    board = board_of(store, plan)
    at = problem.person_ids.tolist().index(person)
    edges = problem.person_at == at
    could = pd.DataFrame(
        {
            "vacancy_id": problem.vacancy_ids[problem.vacancy_at[edges]],
            "score": problem.score[edges],
            "own_tier": problem.edge_tier[edges],
        }
    ).merge(board.posts, on="vacancy_id")
    held = board.rows[(board.rows["person_id"] == person) & board.rows["vacancy_id"].notna()]
    could["is_held"] = could["vacancy_id"].isin(held["vacancy_id"])
    could = could.sort_values(["is_held", "score"], ascending=False)
    facts: dict[str, Any] = {
        "head": head,
        "step": "plan",
        "job": job,
        "person": person,
        "held": held.to_dict("records"),
        "options": could.to_dict("records"),
    }
    return page(request, "fairs/options.html", caller, **facts)


@router.get("/effect")
def show_effect(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    markets: MarketsDep,
    key: Id,
    job: JobKey,
    do: Change,
    person: Short,
    vacancy: Short,
    instead: Short = "",
) -> Response:
    """What a change would do, with nothing kept yet."""
    head = head_of(store, caller, key)
    plan = plan_of(store, job, caller.account.username)
    snapshot, problem = _problem(request, caller, markets, head, plan, store)
    ask, board = _asked(plan, store, do, person, vacancy, instead), board_of(store, plan)
    facts: dict[str, Any] = {
        "head": head,
        "step": "plan",
        "job": job,
        "change": {"do": do.value, "person": person, "vacancy": vacancy, "instead": instead},
        "titles": dict(zip(board.posts["vacancy_id"], board.posts["title"], strict=True)),
        "effect": None,
        "refused": "",
    }
    try:
        effect = effect_of(snapshot, problem, table_of(store, plan, PLAN), ask)
    except (Infeasible, MalformedProblem) as refused:
        facts["refused"] = str(refused)
        return page(request, "fairs/effect.html", caller, status=422, **facts)
    levels = zip(
        levels_of(effect.before, effect.before),
        levels_of(effect.after, effect.after),
        strict=True,
    )
    facts["effect"] = effect
    facts["levels"] = [(old.name, old.tier, old.value, new.value) for old, new in levels]
    facts |= {"moved": effect.moved.to_dict("records"), "absent": set()}
    return page(request, "fairs/effect.html", caller, **facts)


@router.get("/certificate")
def show_certificate(
    request: Request, caller: Organiser, store: StoreDep, key: Id, job: JobKey
) -> Response:
    """The plan in words: its aims, what is proved, and why who comes first is not at a post."""
    head = head_of(store, caller, key)
    board = board_of(store, plan_of(store, job, caller.account.username))
    left = board.left_out.merge(board.posts[["vacancy_id", "title"]], on="vacancy_id", how="left")
    facts: dict[str, Any] = {
        "head": head,
        "step": "plan",
        "board": board,
        "levels": board.levels(),
        "left": [
            {
                "title": row["title"],
                "key": row["vacancy_id"],
                "person": row["person_id"],
                "tier": row["tier"],
                "why": why_of(row["why"]),
            }
            for row in left.sort_values(["title", "vacancy_id", "person_id"]).to_dict("records")
        ],
        "titles": dict(zip(board.posts["vacancy_id"], board.posts["title"], strict=True)),
        "n_left": len(left),
    }
    return page(request, "fairs/certificate.html", caller, **facts)


def _asked(plan: Job, store: Store, do: Change, person: str, vacancy: str, instead: str) -> Ask:
    before = ask_of(certificate_of(store, plan))
    given_up = (person, instead) if instead else None
    return changed(before, do, (person, vacancy), instead_of=given_up)


def _ordered(
    store: Store, caller: Caller, head: Head, ask: Ask, *, previous: Job | None = None
) -> Response:
    parameters: dict[str, Any] = {
        "fair_id": head.key,
        "on": head.on.isoformat(),
        "ask": asdict(ask),
    }
    if previous is not None:
        parameters["previous"] = previous.job_id
        if previous.parameters.get("model") is not None:
            parameters["model"] = previous.parameters["model"]
    job = ordered(store, caller, JobKind.PAIR, parameters, Response())
    return back_to(head.path("plan", job=job.job_id))


class Problems:
    """The last few problems that were looked at: a change is tried many times in a row."""

    KEPT = 3

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, tuple[Snapshot, Problem]] = OrderedDict()

    def of(self, snapshot: Snapshot, name: str) -> Problem | None:
        """The problem of this name, if it was made of this very snapshot."""
        with self._lock:
            held = self._held.get(name)
        return held[1] if held is not None and held[0] is snapshot else None

    def keep(self, snapshot: Snapshot, name: str, problem: Problem) -> None:
        """Remember it."""
        with self._lock:
            self._held[name] = (snapshot, problem)
            self._held.move_to_end(name)
            while len(self._held) > self.KEPT:
                self._held.popitem(last=False)


PROBLEMS = Problems()


def _problem(
    request: Request, caller: Caller, markets: Markets, head: Head, plan: Job, store: Store
) -> tuple[Snapshot, Problem]:
    """Who may be sent where, as the plan's job saw it; pins and bans do not change it."""
    on = date.fromisoformat(str(plan.parameters["on"]))
    snapshot = markets.of(caller.scope, on)
    name = f"{plan.job_id} {head.version}"
    found = PROBLEMS.of(snapshot, name)
    if found is None:
        rankers: Rankers = request.app.state.rankers
        ranker = rankers.of(plan.parameters.get("model"))
        ask = ask_of(certificate_of(store, plan))
        found, _ = fair_problem(snapshot, ranker, head.record, ask)
        PROBLEMS.keep(snapshot, name, found)
    return snapshot, found
