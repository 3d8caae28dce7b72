"""The script of a story among its files, read once and remembered: a key's bytes never change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from services.gateway.summary import script_in
from services.gateway.views import ArtifactView
from shared.artifacts.port import ArtifactStore
from shared.contracts.script import Script
from shared.errors import NotFound

_KEPT = 256
_WRITERS = ("write_story", "split_text")


class Scripts:
    """Reads scripts from the bucket."""

    def __init__(self, artifacts: ArtifactStore) -> None:
        self._artifacts = artifacts
        self._known: OrderedDict[str, Script] = OrderedDict()

    async def newest(self, files: Sequence[ArtifactView]) -> Script | None:
        """The last segment's script; None before the story is written, or when it was just purged."""
        documents = [one for one in files if one.kind in _WRITERS]
        return await self._read(max(documents, key=lambda one: one.segment).key) if documents else None

    async def _read(self, key: str) -> Script | None:
        if key not in self._known:
            try:
                script = script_in(await self._artifacts.get_bytes(key))
            except NotFound:
                return None
            if script is None:
                return None
            self._known[key] = script
        self._known.move_to_end(key)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return self._known[key]
