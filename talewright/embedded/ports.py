"""Free TCP ports on this machine."""

from __future__ import annotations

import random
import socket

from shared.errors import Unavailable

_LOWEST = 12_000
_HIGHEST = 22_000
_PARTNER_OFFSET = 10_000


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_ports(count: int, host: str = "127.0.0.1", partner_offset: int = 0) -> list[int]:
    """Distinct free ports; with an offset, `port + offset` is free for each of them too.

    They lie below the range from which the system takes ports for outgoing connections, so that none is taken from
    under us between now and the server's start. Raises `Unavailable` if the machine has none left.
    """
    chosen: list[int] = []
    for port in random.sample(range(_LOWEST, _HIGHEST), 2000):
        if all(port_is_free(host, one) for one in {port, port + partner_offset}):
            chosen.append(port)
            if len(chosen) == count:
                return chosen
    raise Unavailable(f"There are no {count} free TCP ports on {host}.")


def free_port_pairs(count: int, host: str = "127.0.0.1") -> list[int]:
    """Free ports whose gRPC partner (the port + 10000, as SeaweedFS has it) is free as well."""
    return free_ports(count, host, _PARTNER_OFFSET)
