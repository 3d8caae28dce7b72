"""Whether the process is on the bus: it has several connections, and needs all of them."""

from __future__ import annotations

from shared.telemetry.metrics import BUS_CONNECTED, BUS_RECONNECTS


class Links:
    """All connections of a process, each under a key of its own."""

    def __init__(self) -> None:
        self._up: dict[object, bool] = {}

    def up(self, link: object) -> None:
        """A connection is there, or there again."""
        if self._up.get(link) is False:
            BUS_RECONNECTS.inc()
        self._change(link, up=True)

    def down(self, link: object) -> None:
        """It is gone, and looked for."""
        self._change(link, up=False)

    def closed(self, link: object) -> None:
        """It was closed on purpose."""
        self._up.pop(link, None)
        self._show()

    def _change(self, link: object, up: bool) -> None:
        self._up[link] = up
        self._show()

    def _show(self) -> None:
        BUS_CONNECTED.set(bool(self._up) and all(self._up.values()))


LINKS = Links()
"""This process's."""
