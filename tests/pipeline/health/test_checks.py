"""Each thing that may be wrong is found, told in both languages, and comes with what to do."""

from __future__ import annotations

import os
import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matcher.domain.job import JobKind, Order
from matcher.domain.scope import Role, Scope
from matcher.errors import StoreUnusable
from matcher.pipeline.health import checks
from matcher.pipeline.health.finding import Finding, State, wording
from matcher.ranking.shelf.sealing import made_key
from matcher.settings import Settings
from matcher.store.condition.condition import Condition
from matcher.store.store import Store

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ORDER = Order(JobKind.SEAL, {}, Scope(Role.ADMIN, ("",), "test", "test"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path, disk_free_mb=1)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings.resolved_database_url) as opened:
        yield opened


def test_a_new_workspace_has_nothing_wrong(store: Store, settings: Settings) -> None:
    found = checks.examination(store, settings, AT)
    assert [each.check for each in found if each.state is State.WRONG] == []
    assert [each.check for each in found if each.state is State.NOTE] == ["key", "backups"]


def test_both_engines_can_be_examined(store_url: str, tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, database_url=store_url, disk_free_mb=1)
    now = datetime.now(UTC)
    with Store.open(store_url) as store:
        store.jobs.order(ORDER, at=now - timedelta(minutes=30))
        found = checks.examination(store, settings, now)
        assert [each.check for each in found if each.state is State.WRONG] == ["worker"]
        assert store.condition.is_server is store_url.startswith("postgresql")
        assert (store.condition.clock() is None) is not store.condition.is_server
        last = store.condition.last_write()
        assert last is not None
        assert last.tzinfo is not None


def test_a_key_that_models_were_signed_with_must_be_there(settings: Settings) -> None:
    assert checks.key(settings).state is State.NOTE
    (settings.workspace / "models").mkdir()
    assert checks.key(settings).what == "missing"
    made_key(settings.workspace)
    assert checks.key(settings).state is State.OK
    (settings.workspace / "rengang.key").write_text("no key", encoding="ascii")
    assert checks.key(settings).what == "unreadable"


@pytest.mark.parametrize("name", checks.KEYS)
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_that_others_may_read_is_wrong(settings: Settings, name: str, mode: int) -> None:
    file = settings.workspace / name
    file.write_text("x", encoding="ascii")
    file.chmod(0o600)
    assert checks.key_mode(settings).state is State.OK
    file.chmod(mode)
    found = checks.key_mode(settings)
    assert (found.state, found.facts["file"]) == (State.WRONG, str(file))


def test_a_database_that_others_may_read_is_noted(store: Store, settings: Settings) -> None:
    assert checks.database_mode(store).state is State.OK
    (settings.workspace / "rengang.sqlite").chmod(0o644)
    assert checks.database_mode(store).state is State.NOTE


def test_a_full_disk_is_wrong(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "not" / "yet", disk_free_mb=10**9)
    assert checks.disk(settings).state is State.WRONG


def test_work_that_nobody_does_is_wrong(store: Store) -> None:
    store.jobs.order(ORDER, at=AT - timedelta(minutes=30))
    found = checks.worker(store, AT)
    assert (found.what, found.facts) == ("idle", {"count": 1, "minutes": 30})
    assert checks.worker(store, AT - timedelta(minutes=29)).state is State.OK


def test_work_may_wait_while_a_worker_beats(store: Store) -> None:
    for minutes in (40, 30):
        store.jobs.order(ORDER, at=AT - timedelta(minutes=minutes))
    assert store.jobs.claim("w1", at=AT) is not None
    assert checks.worker(store, AT).state is State.OK
    assert checks.jobs(store, AT).state is State.OK
    later = AT + timedelta(minutes=10)
    assert checks.worker(store, later).what == "idle"
    assert checks.jobs(store, later).facts == {"kinds": "seal"}


def test_a_clock_that_went_back_is_wrong(store: Store) -> None:
    store.jobs.order(ORDER, at=AT)
    assert checks.clock(store, AT).state is State.OK
    assert checks.clock(store, AT - timedelta(hours=1)).what == "behind"


def test_a_server_whose_clock_differs_is_wrong(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Condition, "clock", lambda _: AT + timedelta(hours=8))
    assert checks.clock(store, AT).what == "differs"


def test_a_long_log_is_noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Condition, "log_bytes", lambda _: 2**31)
    assert checks.log(store).facts == {"size_mb": "2,048"}


def test_a_model_that_was_changed_is_wrong(settings: Settings) -> None:
    place = settings.workspace / "models" / "forged"
    place.mkdir(parents=True)
    (place / "manifest.json").write_text("{}", encoding="ascii")
    made_key(settings.workspace)
    (found,) = checks.models(settings)
    assert (found.state, found.facts["model"]) == (State.WRONG, "forged")


def test_backups_grow_old(settings: Settings) -> None:
    settings.backup_folder.mkdir()
    assert checks.backups(settings, AT).what == "none"
    file = settings.backup_folder / "rengang-20261101T000000Z.sqlite"
    file.touch()
    written = (AT - timedelta(days=1, hours=2)).timestamp()
    os.utime(file, (written, written))
    assert checks.backups(settings, AT).state is State.OK
    found = checks.backups(settings, AT + timedelta(days=1))
    assert (found.state, found.facts["days"]) == (State.WRONG, 2)


def test_a_database_that_does_not_answer_is_not_ready(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Condition) -> tuple[str, str]:
        raise StoreUnusable(reason="gone")

    monkeypatch.setattr(Condition, "schema", away)
    found = checks.readiness(store, settings, AT, in_process=None)
    assert found[0].facts == {"told": "StoreUnusable"}


def test_another_schema_is_wrong(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Condition, "schema", lambda _: ("0001", "0099"))
    assert checks.schema(store).facts == {"found": "0001", "needed": "0099"}


ALL = [(check, what) for check, found in wording("en").items() for what in found]


@pytest.mark.parametrize(("check", "what"), ALL)
def test_every_finding_has_words_and_advice_in_both_languages(check: str, what: str) -> None:
    fields = [set(_fields(wording(language)[check][what])) for language in ("zh", "en")]
    assert fields[0] == fields[1]
    if what != "ok":
        state = State.WRONG
        facts = dict.fromkeys(fields[0], "x")
        for language in ("zh", "en"):
            finding = Finding(check, state, what, facts)
            assert finding.said(language)
            assert finding.advice(language)


def _fields(words: dict[str, str]) -> Iterator[str]:
    parse: Callable[[str], Iterator[tuple[str, str | None, str | None, str | None]]]
    parse = string.Formatter().parse
    for text in words.values():
        yield from (name for _, name, _, _ in parse(text) if name)


def test_both_languages_know_the_same_findings() -> None:
    zh, en = ({c: set(f) for c, f in wording(language).items()} for language in ("zh", "en"))
    assert zh == en
