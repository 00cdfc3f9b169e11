"""Random legal walks of households through their machine, as events the store would give."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.machine import machine

AREAS = ("320613001", "320613002", "320602001", "320612")
FIRST = date(2026, 1, 1)


def walks(rng: np.random.Generator, households: int, steps: int, days: int = 365) -> pd.DataFrame:
    """Events of the stream `household`, in the order written; some are written down late."""
    made = machine("household")
    rows: list[dict[str, Any]] = []
    state = dict.fromkeys([f"H{at}" for at in range(households)], "")
    area = {name: str(rng.choice(AREAS)) for name in state}
    version = dict.fromkeys(state, 0)
    for at in range(steps):
        name = str(rng.choice(list(state)))
        event = str(rng.choice(made.events_from(state[name])))
        if event == "return":
            area[name] = str(rng.choice(AREAS))
        state[name] = made.transitions[state[name], event].after
        version[name] += 1
        late = int(rng.integers(0, 20)) * int(rng.random() < 0.2)
        on = FIRST + timedelta(days=max(0, at * days // max(steps, 1) - late))
        person = f"{name}-{int(rng.integers(0, 3))}"
        placed = event in ("clear", "employ")
        rows.append(
            {
                "seq": at + 1,
                "subject_id": name,
                "household_id": name,
                "version": version[name],
                "event": event,
                "state": state[name],
                "on": on.isoformat(),
                "area_code": area[name],
                "reason": "moved_away" if event == "leave" else None,
                "data": json.dumps({"person_id": person}) if placed else None,
            }
        )
    names = ["seq", "subject_id", "household_id", "version", "event", "state", "on"]
    return pd.DataFrame(rows, columns=[*names, "area_code", "reason", "data"])
