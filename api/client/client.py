"""The service from a program: signed in, one method for each thing that programs ask for.

Only the standard library is needed beside the schemas, so that a notebook of an office can carry
it along.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from pydantic import BaseModel

from api.auth.schemas import AccountOut, TokenOut
from api.decisions.schemas import VerdictOut
from api.explanations.schemas import ExplanationOut
from api.jobs.schemas import JobOut
from api.matches.schemas import MatchesOut
from api.referrals.schemas import MovedOut, ProposedOut
from matcher.domain.job import ENDED, JobState

Out = TypeVar("Out", bound=BaseModel)

LOOK_S = 0.5
"""Seconds between looks at a job."""


class Refused(Exception):
    """The service said no: its problem document, as it came."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.problem = status, problem
        super().__init__(f"{status} {problem.get('title')}: {problem.get('detail')}")


@dataclass(frozen=True)
class Client:
    """A caller of the service.

    Attributes:
        base: where it listens, such as `http://127.0.0.1:8000`.
        token: of the account; empty before `signed_in`.
        language: of sentences, zh or en.
        wait_s: how long one answer may take.
    """

    base: str
    token: str = ""
    language: str = "zh"
    wait_s: float = 60.0

    def signed_in(self, username: str, password: str) -> Self:
        """The same client with a token of this account."""
        given = {"username": username, "password": password}
        return replace(self, token=self._post("/tokens", given, TokenOut).access_token)

    def me(self) -> AccountOut:
        """Who am I here?"""
        return self._get("/me", {}, AccountOut)

    def change_password(self, current: str, new: str) -> None:
        """Change the own password; every token ends with it."""
        self._send("PUT", "/me/password", {"current": current, "new": new})

    def add_user(self, username: str, password: str, role: str, **more: Any) -> AccountOut:
        """Make an account; `areas` or `employer_id` say for whom it works."""
        given = {"username": username, "password": password, "role": role} | more
        return self._post("/users", given, AccountOut)

    def records(self, kind: str, **asked: Any) -> Iterator[dict[str, Any]]:
        """Every record of a list, page after page; `filter`, `sort` and `limit` as the list has."""
        after = None
        while True:
            page = self._json("GET", f"/{kind}", asked | ({"after": after} if after else {}))
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def matches(self, person_id: str, *, top: int = 20) -> MatchesOut:
        """The best posts for a person."""
        return self._get(f"/persons/{quote(person_id, safe='')}/matches", {"top": top}, MatchesOut)

    def people(self, vacancy_id: str, *, top: int = 20) -> MatchesOut:
        """The best people for a post."""
        path = f"/vacancies/{quote(vacancy_id, safe='')}/matches"
        return self._get(path, {"top": top}, MatchesOut)

    def explain(self, person_id: str, vacancy_id: str) -> ExplanationOut:
        """Why a pair, or why not."""
        asked = {"person_id": person_id, "vacancy_id": vacancy_id}
        return self._get("/explanations", asked, ExplanationOut)

    def decide(self, decision: str, **about: Any) -> VerdictOut:
        """One decision about a person, household or employer."""
        return self._post("/decisions", {"decision": decision} | about, VerdictOut)

    def propose(self, person_id: str, vacancy_id: str, **more: Any) -> ProposedOut:
        """Put a person forward for a post."""
        pair = {"person_id": person_id, "vacancy_id": vacancy_id} | more
        return self._post("/referrals", {"pairs": [pair]}, ProposedOut)

    def move(self, referral: str, event: str, **more: Any) -> MovedOut:
        """Write down what happened to a referral."""
        path = f"/referrals/{quote(referral, safe='')}/moves"
        return self._post(path, {"event": event} | more, MovedOut)

    def import_file(self, kind: str, file: Path, **options: Any) -> JobOut:
        """Send a file to be imported; `done` waits for it."""
        mark = uuid.uuid4().hex
        fields = "".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in options.items()
        )
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; '
            f'filename="{quote(file.name)}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        body = fields.encode() + head.encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        told = self._raw(
            "POST",
            f"/imports/{kind}",
            body,
            {"Content-Type": f"multipart/form-data; boundary={mark}"},
        )
        return JobOut.model_validate_json(told)

    def pair(self, fair_id: str, **ask: Any) -> JobOut:
        """Order a fair's plan; `done` waits for it."""
        return self._post(f"/fairs/{quote(fair_id, safe='')}/plans", {"ask": ask}, JobOut)

    def keep(self, plan: JobOut, **opening: Any) -> dict[str, Any]:
        """Keep a plan as the pairings of its fair."""
        told: dict[str, Any] = self._json("POST", f"/plans/{plan.job_id}/pairings", body=opening)
        return told

    def job(self, job_id: str) -> JobOut:
        """A job as it stands."""
        return self._get(f"/jobs/{job_id}", {}, JobOut)

    def done(
        self,
        job: JobOut,
        *,
        within_s: float = 600,
        progress: Callable[[int, int], None] | None = None,
    ) -> JobOut:
        """The job once it is done.

        Raises:
            Refused: it failed or was cancelled; with its problem.
            TimeoutError: it takes longer.
        """
        until = time.monotonic() + within_s
        while job.state not in ENDED:
            if time.monotonic() > until:
                raise TimeoutError(f"job {job.job_id} is {job.state} after {within_s:g} s")
            time.sleep(LOOK_S)
            job = self.job(job.job_id)
            if progress is not None:
                progress(job.done, job.total)
        if job.state is not JobState.DONE:
            raise Refused(409, job.problem or {"title": job.state.value})
        return job

    def download(self, job: JobOut, name: str) -> bytes:
        """A file that came out of a job."""
        return self._raw("GET", f"/jobs/{job.job_id}/files/{name}")

    def _get(self, path: str, asked: Mapping[str, Any], out: type[Out]) -> Out:
        return out.model_validate(self._json("GET", path, asked))

    def _post(self, path: str, body: Mapping[str, Any], out: type[Out]) -> Out:
        """Sent with a key: an answer lost on the way can be asked for again."""
        return out.model_validate(self._json("POST", path, body=body))

    def _json(
        self,
        method: str,
        path: str,
        asked: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        query = f"?{urlencode(asked, doseq=True)}" if asked else ""
        return json.loads(self._send(method, path + query, body) or b"null")

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if method == "POST" and self.token:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        sent = None if body is None else json.dumps(body, default=str).encode()
        return self._raw(method, path, sent, headers)

    def _raw(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> bytes:
        headers = {"Accept-Language": self.language} | dict(more or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(f"{self.base}/api/v1{path}", body, headers, method=method)  # noqa: S310 - the base is the caller's own service
        try:
            with urlopen(request, timeout=self.wait_s) as answer:  # noqa: S310 - as above
                told: bytes = answer.read()
        except HTTPError as wrong:
            with wrong:
                raise Refused(wrong.code, _problem(wrong.read())) from None
        return told


def _problem(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else {"title": "no problem document", "detail": ""}
