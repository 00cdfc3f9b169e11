"""One city for all tests of the room: it takes a second to make and nobody changes it."""

from __future__ import annotations

import pytest

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import City, generate_city


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city of the demo's own seed and day."""
    return generate_city(demo_seed(), demo_day())
