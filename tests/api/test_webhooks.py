"""Subscribers outside are told what became of referrals: signed, in order, until it arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from matcher.errors import WrongUse
from matcher.pipeline.jobs.telling import MOMENT, SIGNATURE, Teller, checked_url, signature
from matcher.store.webhooks.webhooks import MOST_FAILURES
from tests.api.serving import Service, serving
from tests.api.test_scope import OTHER, OWN, referral_of

AT = datetime(2030, 1, 1, tzinfo=UTC)


class Receiver:
    """A server that keeps what it is told, and answers as it is bid."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.got.append((dict(self.headers), body))
                self.send_response(kept.status)
                if kept.status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.got for event in json.loads(body)["events"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def service(
    city: Path, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service whose office lets news go to the receiver; its own worker tells nobody."""
    monkeypatch.setenv("RENGANG_WEBHOOK_HOSTS", json.dumps([receiver.host]))
    monkeypatch.setenv("RENGANG_WORKER_IN_PROCESS", "false")
    with serving(city, tmp_path) as opened:
        yield opened


def subscribed(service: Service, receiver: Receiver) -> dict[str, Any]:
    url = f"http://{receiver.host}/news"
    made = service.call("supervisor-own", "POST", "/webhooks", json={"url": url})
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.json()
    return told


def teller(service: Service, receiver: Receiver, at: datetime = AT) -> Teller:
    return Teller(service.store, [receiver.host], lambda: at)


def moved(service: Service, referral: str, event: str, name: str = "caseworker-own") -> None:
    answer = service.call(name, "POST", f"/referrals/{referral}/moves", json={"event": event})
    assert answer.status_code == 201, answer.text


@pytest.mark.slow
def test_news_arrive_signed_in_order_and_once(service: Service, receiver: Receiver) -> None:
    told = subscribed(service, receiver)
    referral = referral_of(service, OWN)
    moved(service, referral, "refer")
    assert teller(service, receiver).step()
    moved(service, referral, "interview")
    assert teller(service, receiver).step()
    assert not teller(service, receiver).step(), "everything was told"
    mine = [event for event in receiver.events if event["subject_id"] == referral]
    assert [event["event"] for event in mine] == ["propose", "refer", "interview"]
    headers, body = receiver.got[0]
    assert headers[SIGNATURE] == signature(told["secret"], headers[MOMENT], body)
    assert headers[SIGNATURE] != signature("another", headers[MOMENT], body)
    listed = service.call("supervisor-own", "GET", "/webhooks")
    assert told["secret"] not in listed.text
    assert service.call("supervisor-other", "GET", "/webhooks").json() == []


@pytest.mark.slow
def test_what_does_not_arrive_is_tried_again_later_each_time(
    service: Service, receiver: Receiver
) -> None:
    subscribed(service, receiver)
    referral = referral_of(service, OWN)
    receiver.status = 500
    assert teller(service, receiver).step()
    assert not teller(service, receiver).step(), "not before its time"
    receiver.status = 204
    assert teller(service, receiver, AT + timedelta(minutes=1)).step()
    assert [each["subject_id"] for each in receiver.events] == [referral, referral]
    [kept] = service.call("supervisor-own", "GET", "/webhooks").json()
    assert (kept["failures"], kept["disabled"]) == (0, False)


@pytest.mark.slow
def test_who_never_answers_is_switched_off_and_a_redirect_is_no_answer(
    service: Service, receiver: Receiver
) -> None:
    subscribed(service, receiver)
    referral_of(service, OWN)
    receiver.status = 302
    at = AT
    for _ in range(MOST_FAILURES):
        assert teller(service, receiver, at).step()
        at += timedelta(hours=7)
    [kept] = service.call("supervisor-own", "GET", "/webhooks").json()
    assert kept["disabled"] is True
    assert not teller(service, receiver, at).step()


@pytest.mark.slow
def test_news_are_of_the_subscribers_own_area(service: Service, receiver: Receiver) -> None:
    subscribed(service, receiver)
    theirs = referral_of(service, OTHER)
    while teller(service, receiver).step():
        pass
    assert theirs not in {event["subject_id"] for event in receiver.events}


@pytest.mark.slow
def test_news_end_with_the_account_that_subscribed(service: Service, receiver: Receiver) -> None:
    subscribed(service, receiver)
    referral = referral_of(service, OWN)
    [mine] = service.store.webhooks.of("supervisor-own")
    service.store.accounts.disable(mine.actor, actor="admin", at=AT)
    assert not teller(service, receiver).step(), "who was let go hears nothing more"
    assert receiver.events == []
    service.store.accounts.disable(mine.actor, actor="admin", at=AT, disabled=False)
    assert teller(service, receiver).step()
    assert [each["subject_id"] for each in receiver.events] == [referral]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://city.example/news", id="plain HTTP"),
        pytest.param("https://elsewhere.example/", id="a host nobody named"),
        pytest.param("https://city.example@evil.example/", id="a host in disguise"),
        pytest.param("file:///etc/passwd", id="no web address"),
        pytest.param("https://169.254.169.254/latest", id="an address inside"),
        pytest.param("https://user:word@city.example/", id="with a password"),
    ],
)
def test_news_go_only_where_the_office_lets_them(url: str) -> None:
    with pytest.raises(WrongUse):
        checked_url(url, ["city.example"])


def test_a_host_that_was_named_is_let_through() -> None:
    assert checked_url("https://city.example/news?a=1", ["city.example"])
