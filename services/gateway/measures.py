"""Counts requests under the template of their route, never under the path that somebody chose to ask for."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from prometheus_client import Counter, Histogram
from starlette.routing import Match, Route
from starlette.types import Scope

from shared.telemetry.metrics import HTTP_DURATION, HTTP_REQUESTS

STREAM = "talewright.stream"
"""Set in the scope of a request whose answer has no end."""
UNMATCHED = "unmatched"
_CLIENT_LEFT = 499
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_CONVERTER = re.compile(r":\w+}")
_SURFACES = ("projects", "sessions", "videos")
_STORIES = frozenset(("tasks", "workflows", "resources", "events", "accounts", "notifications"))


class Place(NamedTuple):
    """What a request asked for: `surface` is stories, sessions, projects, videos or system."""

    surface: str
    route: str


class _Series(NamedTuple):
    requests: Counter
    duration: Histogram


class ToldRoute(Route):
    """Starlette's plain route, which tells in the scope that it was taken, as FastAPI's routes do."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """See `Route.matches`."""
        match, child = super().matches(scope)
        if match is not Match.NONE:
            child["route"] = self
        return match, child


NOWHERE = Place("system", UNMATCHED)
# The route stands beside what it is called, so that it lives and its id is nobody else's.
_places: dict[int, tuple[Any, Place]] = {}
_series: dict[tuple[int, str, int], _Series] = {}


def count(scope: Scope, status: int, took_s: float) -> None:
    """Counts one request and its time; of a stream, only that it was."""
    route = scope.get("route") or _route_of(scope, status)
    method = scope["method"]
    key = (id(route), method, status)
    series = _series.get(key)
    if series is None:
        series = _series_of(place_of(route), method if method in _METHODS else "other", status)
        if method in _METHODS:
            _series[key] = series
    series.requests.inc()
    if STREAM not in scope:
        series.duration.observe(took_s)


def place_of(route: Any) -> Place:
    """How a route is called in metrics and traces."""
    if route is None:
        return NOWHERE
    known = _places.get(id(route))
    if known is None:
        known = _places[id(route)] = route, Place(_surface_of(route), _CONVERTER.sub("}", route.path))
    return known[1]


def _surface_of(route: Any) -> str:
    name = str(getattr(route.endpoint, "__module__", "")).rpartition(".")[2]
    if name in _STORIES:
        return "stories"
    return next((surface for surface in _SURFACES if name.startswith(surface)), "system")


def _series_of(place: Place, method: str, status: int) -> _Series:
    requests = HTTP_REQUESTS.labels(place.surface, method, place.route, str(status or _CLIENT_LEFT))
    return _Series(requests, HTTP_DURATION.labels(place.surface, method, place.route))


def _route_of(scope: Scope, status: int) -> Any:
    """The route of a request that was answered before the router saw it: too large, too many, or answered before."""
    app = scope.get("app")
    if status == 404 or app is None:
        return None
    return next((route for route in app.routes if route.matches(scope)[0] is Match.FULL), None)
