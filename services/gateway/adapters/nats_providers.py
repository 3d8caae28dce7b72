"""What the media workers keep on the bus about the providers they buy from."""

from __future__ import annotations

import contextlib

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, NotFoundError

from shared.contracts.providers import PROVIDERS, Circuit, circuit_key
from shared.contracts.subjects import PROVIDERS_BUCKET
from shared.errors import Unavailable

_PATIENCE_S = 1.0
_CIRCUIT = msgspec.json.Decoder(Circuit)


class NatsProviders:
    """Implements `ProviderStates`."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc

    async def circuits(self) -> dict[str, Circuit]:
        """See `ProviderStates.circuits`."""
        if not self._nc.is_connected:
            raise Unavailable("The bus is not connected.")
        found: dict[str, Circuit] = {}
        try:
            bucket = await self._nc.jetstream(timeout=_PATIENCE_S).key_value(PROVIDERS_BUCKET)
            for provider in PROVIDERS:
                with contextlib.suppress(KeyNotFoundError, msgspec.MsgspecError):
                    found[provider] = _CIRCUIT.decode((await bucket.get(circuit_key(provider))).value or b"")
        except (BucketNotFoundError, NotFoundError):  # nobody has ever bought anything
            return {}
        except (NatsError, TimeoutError, OSError) as error:
            raise Unavailable(f"The providers' states cannot be read ({type(error).__name__}).") from error
        return found
