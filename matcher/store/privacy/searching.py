"""Finding people by what they are called, without a name or number standing anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.store.privacy.cells import keyring_of
from matcher.store.privacy.guard import standing_keys
from matcher.store.privacy.tokens import SEARCHABLE, tokens
from matcher.store.schema.people.protected import person_search
from matcher.store.schema.tables import person
from matcher.store.selection import within


def called(connection: Connection, scope: Scope, sought: Mapping[str, str]) -> list[str]:
    """The ids, sorted, of persons within the scope of whom all of this is so.

    Args:
        connection: reading.
        scope: who searches.
        sought: of "name", "id_number", "phone" and "initials", as people write them.

    Raises:
        WrongUse: nothing to search by.
    """
    if not sought or not all(SEARCHABLE[column](value) for column, value in sought.items()):
        raise WrongUse(
            what="a search that says nothing",
            expected="a whole name, ID number or phone number",
            do="Give one of them in full.",
        )
    statement = (
        select(person.c.person_id).join(person_search).where(within(scope, person.c.area_code))
    )
    masters = [keyring_of(connection).key(key_id) for key_id in standing_keys(connection)]
    for column, value in sought.items():
        made = [token for master in masters for token in tokens(master, column, [value])]
        statement = statement.where(person_search.c[column].in_([each for each in made if each]))
    return list(connection.execute(statement.order_by(person.c.person_id)).scalars())
