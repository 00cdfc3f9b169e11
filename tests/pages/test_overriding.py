"""Who never and who nearly always overrides is marked, and each number leads to its list."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from matcher.casework.ledger.recording import record
from matcher.casework.referrals.referring import new_referrals
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.store import Store
from tests.pages.site import Site, violations

N = 24


@pytest.fixture(scope="module")
def counted(site: Site) -> Site:
    """The site after one caseworker followed the screening throughout and another never did."""
    at = datetime.now(UTC)
    with Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}") as store:
        people = store.persons(Scope.office("test"))[["person_id", "area_code"]].dropna()
        post = store.ids(Kind.VACANCIES)[-1]
        chosen = people.iloc[2000 : 2000 + 2 * N].assign(vacancy_id=post, due_on="2027-01-01")
        why = json.dumps({"override": "本人坚持", "passed_over": ["distance"]}, ensure_ascii=False)
        for actor, data in (("follows", "{}"), ("resists", why)):
            pairs = chosen.iloc[:N].assign(data=data)
            chosen = chosen.iloc[N:]
            with store.writing(actor=actor, at=at) as batch:
                new: pd.DataFrame = new_referrals(batch, pairs, on=store.meta("demo_on") or "")
                record(batch, new, role=Role.CASEWORKER)
    return site


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_both_tails_are_marked_and_lead_to_their_lists(counted: Site, script: bool) -> None:
    with counted.page(Role.SUPERVISOR, script=script) as page:
        page.goto("/fairness")
        page.get_by_role("link", name="按经办人看否决率").click()
        page.wait_for_selector(".tails")
        told = page.locator(".tails").inner_text()
        assert "follows" in told.split("几乎总是")[0]
        assert "resists" in told.split("几乎总是")[1]
        assert not script or violations(page) == []
        row = page.locator("tbody tr", has_text="resists")
        assert row.locator(".state").count() == 1
        with page.expect_navigation():
            row.locator("a").nth(1).click()
        assert page.locator("tbody tr").count() == N
        assert "本人坚持" in page.locator("tbody tr").first.inner_text()
        assert not script or violations(page) == []


def test_an_auditor_sees_rates_without_lists_in_english(counted: Site) -> None:
    with counted.page(Role.AUDITOR, language="en", large=True) as page:
        page.goto("/fairness/overrides")
        assert page.locator("tbody tr", has_text="follows").count() == 1
        assert page.locator("tbody a").count() == 0
        assert violations(page) == []
        answer = page.request.get("/fairness/overrides/behind?actor=follows")
        assert answer.status == 403
