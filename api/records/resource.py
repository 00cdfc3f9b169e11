"""A resource of stored records as routes: what differs between kinds is said once, as data."""

# Annotations are read where they stand here: the models are made, not written.
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response

from api.auth.callers import Allow, Caller
from api.deps import StoreDep
from api.protocol.once import OnceRoute
from api.protocol.pages import Paging, paging
from api.protocol.versions import if_match
from api.records import verbs
from api.records.schemas import Warned, page_out, record_in, record_out
from matcher.domain.kinds import KEYS, Kind
from matcher.domain.scope import Role
from matcher.store.lists.listing import Condition

API = "/api/v1"
Held = Callable[[Caller], Sequence[Condition]]
Id = Annotated[str, Path(max_length=64, pattern=r"^[^\x00/]+$", description="its number")]
PageDep = Annotated[Paging, Depends(paging)]
VersionDep = Annotated[int, Depends(if_match)]


def all_of_scope(_caller: Caller) -> Sequence[Condition]:
    """No condition beside the scope."""
    return ()


@dataclass(frozen=True)
class Resource:
    """A kind of record as a resource.

    Attributes:
        kind: of record; its name is the path.
        one: the English noun for one, as operations are named.
        parts: what reading shows; the first is the main one.
        readers, writers: the roles; nobody writes where `writers` is empty.
        held: conditions that a caller cannot take away, such as an employer's own.
        unwritten: columns that are never given from outside.
        makes: is one made here; else by a route of the resource's own.
    """

    kind: Kind
    one: str
    parts: tuple[str, ...]
    readers: frozenset[Role]
    writers: frozenset[Role] = frozenset()
    held: Held = all_of_scope
    unwritten: frozenset[str] = frozenset()
    makes: bool = True

    @property
    def path(self) -> str:
        """Where the resource hangs."""
        return f"/{self.kind.value}"

    def router(self) -> APIRouter:
        """The routes: list and read, and where anyone may write also make and change."""
        router = APIRouter(prefix=self.path, tags=[self.kind.value], route_class=OnceRoute)
        self._reading(router)
        if self.writers and self.makes:
            self._making(router)
        if self.writers:
            self._changing(router)
        return router

    def _reading(self, router: APIRouter) -> None:
        name = self.one.title().replace("_", "")
        out = record_out(f"{name}Out", self.kind, parts=self.parts)
        reader = Depends(Allow(self.readers, self.kind.value))

        @router.get("", operation_id=f"list_{self.kind.value}")
        def list_records(
            store: StoreDep, caller: Annotated[Caller, reader], page: PageDep
        ) -> page_out(f"{name}Page", out):  # type: ignore[valid-type]  # made from the catalogue
            held = self.held(caller)
            return verbs.listed(store, caller, page, self.kind, self.parts, held=held)

        list_records.__doc__ = f"The {self.kind.value} that the caller may see, a page at a time."
        if len(KEYS[self.kind]) > 1:
            return

        @router.get("/{key}", operation_id=f"read_{self.one}")
        def read_record(
            store: StoreDep, caller: Annotated[Caller, reader], key: Id, response: Response
        ) -> out:  # type: ignore[valid-type]  # made from the catalogue
            held = self.held(caller)
            return verbs.read(store, caller, self.kind, key, response, parts=self.parts, held=held)

        read_record.__doc__ = f"One {self.one}; its ETag goes into If-Match of a change."

    def model_in(self) -> Any:
        """The model of a record to be made."""
        name = self.one.title().replace("_", "")
        return record_in(f"{name}In", self.kind, whole=True, without=self.unwritten)

    def _making(self, router: APIRouter) -> None:
        new = self.model_in()
        writer = Depends(Allow(self.writers, f"edit {self.kind.value}"))

        @router.post("", status_code=201, operation_id=f"make_{self.one}")
        def make_record(
            store: StoreDep,
            caller: Annotated[Caller, writer],
            given: Annotated[new, Body()],  # type: ignore[valid-type]  # made from the catalogue
            response: Response,
        ) -> Warned:
            path = f"{API}{self.path}"
            return verbs.make(store, caller, self.kind, given, response, path=path)

        make_record.__doc__ = (
            f"Make one {self.one}, by the checks of an import; without a number it gets one."
        )

    def _changing(self, router: APIRouter) -> None:
        name = self.one.title().replace("_", "")
        part = record_in(f"{name}Change", self.kind, whole=False, without=self.unwritten)
        writer = Depends(Allow(self.writers, f"edit {self.kind.value}"))

        @router.patch("/{key}", operation_id=f"change_{self.one}")
        def change_record(
            store: StoreDep,
            caller: Annotated[Caller, writer],
            key: Id,
            given: Annotated[part, Body()],  # type: ignore[valid-type]  # made from the catalogue
            version: VersionDep,
            response: Response,
        ) -> Warned:
            return verbs.change(store, caller, self.kind, key, given, version, response)

        change_record.__doc__ = f"Change single values of one {self.one}; null takes one away."
