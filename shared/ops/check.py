"""`python -m shared.ops.check [readyz|livez]` asks this machine's ops server: exit code 0 if it says yes, 1 if not.

The health check of a container without a shell. It knows the port from TALEWRIGHT_OPS_PORT (and the address from
TALEWRIGHT_OPS_HOST), as the service does. A socket and nothing else: a check that runs every few seconds must not
load half of the system.
"""

from __future__ import annotations

import os
import socket
import sys

PATIENCE_S = 3.0
PORT = "9090"
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - where all addresses are served, this one is


def main(arguments: list[str]) -> int:
    """The command; prints why not."""
    probe = arguments[0] if arguments else "readyz"
    if probe not in ("readyz", "livez") or len(arguments) > 1:
        print("usage: python -m shared.ops.check [readyz|livez]", file=sys.stderr)
        return 2
    host, port = os.environ.get("TALEWRIGHT_OPS_HOST", ""), os.environ.get("TALEWRIGHT_OPS_PORT", PORT)
    if not port.isdigit() or int(port) == 0:
        print(f"TALEWRIGHT_OPS_PORT is {port}: there is no port to ask", file=sys.stderr)
        return 1
    try:
        status, body = ask(_HERE.get(host, host), int(port), probe)
    except OSError as error:
        print(f"nobody answers on port {port}: {error}", file=sys.stderr)
        return 1
    print(body.strip())
    return 0 if status == 200 else 1


def ask(host: str, port: int, probe: str) -> tuple[int, str]:
    """Status and body; status 0 for what is no HTTP. Raises `OSError`."""
    with socket.create_connection((host, port), PATIENCE_S) as connection:
        connection.sendall(f"GET /{probe} HTTP/1.0\r\nHost: ops\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0, body.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
