"""The outbox has each message once and whole, whatever stopped its writer."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.documents.outbox import FileOutbox


def messages(*keys: str) -> pd.DataFrame:
    text = [f"{key}：请来\n登记" for key in keys]
    return pd.DataFrame({"key": keys, "phone": "0513-1", "text": text})


def keys_in(file: Path) -> list[str]:
    return [json.loads(line)["key"] for line in file.read_text("utf-8").splitlines()]


def test_a_key_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "outbox.jsonl"
    outbox = FileOutbox(file)
    outbox.send(messages("a", "b", "a"))
    outbox.send(messages("b", "c"))
    outbox.send(messages())
    assert keys_in(file) == ["a", "b", "c"]
    assert file.stat().st_mode & 0o077 == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, 400))
def test_a_torn_line_is_taken_off_and_sent_again(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "outbox.jsonl"
    file.unlink(missing_ok=True)
    wanted = messages("a", "b", "c")
    FileOutbox(file).send(wanted)
    whole = file.read_bytes()
    file.write_bytes(whole[: min(cut, len(whole))])
    FileOutbox(file).send(wanted)
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError, match="taken"):
        FileOutbox(tmp_path / "taken" / "outbox.jsonl").send(messages("a"))
