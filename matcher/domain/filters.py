"""The hard filters of screening, one bit each, shared by screening, retrieval and explanation."""

from __future__ import annotations

from enum import IntFlag


class Filter(IntFlag):
    """Why a pair is out: a pair may fail several at once. Unknown facts never set a bit."""

    NONE = 0
    EXPIRED = 1
    FULL = 2
    BELOW_WORKING_AGE = 4
    PAST_RETIREMENT = 8
    AGE = 16
    SEX = 32
    EDUCATION = 64
    CERTIFICATES = 128
    WORK_FORM = 256
    HEALTH = 512
    DISTANCE = 1024
    WAGE_FLOOR = 2048
    WELFARE_POLICY = 4096
