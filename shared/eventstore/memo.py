"""What this process knows for certain about the store. Versions are never deleted, so what was once seen stays true."""

from __future__ import annotations

from collections import OrderedDict

from shared.eventstore.port import Commit

_MOST_STREAMS = 50_000


class Memo:
    """Knows versions that exist, by stream prefix, and the newest position seen with its subject.

    Two uses: an append after version n needs no question whether n exists, and an answer from a replica that lags
    behind what this process has seen already is recognised and asked for again.
    """

    def __init__(self) -> None:
        self.position = 0
        self.subject = ""
        self._versions: OrderedDict[str, int] = OrderedDict()

    def version(self, prefix: str) -> int:
        """The highest version known to exist; 0 if none is."""
        return self._versions.get(prefix, 0)

    def saw_version(self, prefix: str, version: int) -> None:
        """Remembers that a version exists, and with it all before."""
        versions = self._versions
        versions[prefix] = max(version, versions.pop(prefix, 0))
        if len(versions) > _MOST_STREAMS:
            versions.popitem(last=False)

    def saw_position(self, position: int, subject: str) -> None:
        """Remembers a stored message."""
        if position > self.position:
            self.position, self.subject = position, subject

    def saw(self, prefix: str, commit: Commit) -> None:
        """Remembers the newest commit of a stream."""
        self.saw_version(prefix, commit.version)
        self.saw_position(commit.position, f"{prefix}.{commit.version}")
