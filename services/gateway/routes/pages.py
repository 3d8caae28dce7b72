"""The documentation a second time, where clients of the session surface look for it."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse


async def docs() -> HTMLResponse:
    """Swagger UI."""
    return get_swagger_ui_html(openapi_url="/openapi.json", title="Talewright")


async def redoc() -> HTMLResponse:
    """ReDoc."""
    return get_redoc_html(openapi_url="/openapi.json", title="Talewright")


def add(app: FastAPI) -> None:
    """The routing table."""
    app.get("/api/docs", include_in_schema=False)(docs)
    app.get("/api/redoc", include_in_schema=False)(redoc)
