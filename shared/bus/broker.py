"""How FastStream's broker connects: as everybody else does, told in its own words."""

from __future__ import annotations

from typing import Any

from faststream.nats.security import NatsSecurity, NatsToken, NatsUserPassword

from shared.bus.connect import common_options, tls_context
from shared.settings import Settings


def broker_options(settings: Settings, name: str) -> dict[str, Any]:
    """Options for `NatsBroker`. Raises `Invalid` if the CA file is none."""
    return {**common_options(settings, name), "security": _security(settings)}


def _security(settings: Settings) -> NatsSecurity:
    tls = tls_context(settings.nats_ca_file)
    token = settings.nats_token.get_secret_value()
    if settings.nats_user:
        return NatsUserPassword(settings.nats_user, settings.nats_password.get_secret_value(), ssl_context=tls)
    return NatsToken(token, ssl_context=tls) if token else NatsSecurity(ssl_context=tls)
