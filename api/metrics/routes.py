"""Figures in Prometheus's form, for this machine alone unless a setting says otherwise."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from api.deps import FiguresDep, SettingsDep
from api.protocol.problems import Refusal

router = APIRouter(tags=["health"])

PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")
"""A proxy on this machine names its caller in one of these: the call is not this machine's own."""


@router.get("/metrics", response_class=PlainTextResponse)
def read_metrics(request: Request, figures: FiguresDep, settings: SettingsDep) -> Response:
    """Requests, times, jobs, the age of the market, processes: figures without anybody's data."""
    if not (settings.metrics_from_anywhere or _is_from_here(request)):
        raise Refusal("MetricsFromHere", 403)
    return Response(figures.text(), media_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in PASSED_ON):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
