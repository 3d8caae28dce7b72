"""The bytes of a purchase: from the provider to the bucket when they are made, from the bucket ever after."""

from __future__ import annotations

import asyncio
from pathlib import Path

from services.media.job import Step
from services.media.purchases import Bought
from services.media.replicate import downloads
from services.media.replicate.outcomes import Prediction, Reason, text_of, urls_of, why_not
from services.media.replicate.pace import Pace
from services.media.replicate.polling import Reads
from services.media.replicate.wording import TryLater, failure
from services.media.workspace import key_for
from shared.artifacts.port import ArtifactStore
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact
from shared.errors import NotFound

TEXT = "text/plain"


class Unusable(Exception):
    """It was made and paid for, and cannot be had."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Results:
    """Outputs of one job. `folder` is where the job's local files are."""

    def __init__(self, artifacts: ArtifactStore, downloader: downloads.Downloader, job: JobRef, folder: Path) -> None:
        self._artifacts = artifacts
        self._downloader = downloader
        self._job = job
        self._folder = folder

    async def keep(
        self, api: Reads, made: Prediction, name: str, media_types: tuple[str, ...], pace: Pace
    ) -> tuple[Artifact, ...]:
        """Brings what a prediction has made into the bucket. Raises `Unusable`, or `Unavailable` for another try."""
        if media_types == (TEXT,):
            return (await self._keep_text(made, name),)
        for left in reversed(range(pace.download_tries)):
            try:
                return await self._keep_files(made, name, media_types)
            except downloads.Spoiled as error:
                if not left:
                    raise Unusable("unreadable_output") from error
            except downloads.Expired as error:
                if not left:
                    raise Unusable("expired") from error
            except downloads.Unreached as error:
                if not left:
                    raise TryLater from error
            await asyncio.sleep(pace.download_pause_s)
            made = await self._afresh(api, made)
        raise AssertionError("unreachable: the last try returns or raises")

    async def fetch(self, step: Step) -> Bought:
        """What a step bought, from the bucket. Raises `Rejected` if it was deleted there."""
        try:
            if step.outputs and step.outputs[0].media_type == TEXT:
                data = await self._artifacts.get_bytes(step.outputs[0].key, limit_bytes=20_000_000)
                return Bought(text=data.decode())
            return Bought(files=tuple([await self._local(one) for one in step.outputs]))
        except NotFound as error:
            raise failure("expired") from error

    async def _keep_text(self, made: Prediction, name: str) -> Artifact:
        text = text_of(made.output)
        if text is None:
            raise Unusable("unreadable_output")
        stored = await self._artifacts.put_bytes(key := self._key(f"{name}.txt"), text.encode(), TEXT)
        return _artifact(f"{name}.txt", key, TEXT, stored.size_bytes)

    async def _keep_files(self, made: Prediction, name: str, media_types: tuple[str, ...]) -> tuple[Artifact, ...]:
        urls = urls_of(made.output)
        if urls is None:
            raise downloads.Spoiled("the output is no list of files")
        kept = []
        for number, url in enumerate(urls, 1):
            fetched = await self._downloader.fetch(url, self._folder / f"{name}-{number}", media_types)
            key = self._key(fetched.path.name)
            stored = await self._artifacts.put_file(key, fetched.path, fetched.media_type)
            kept.append(_artifact(fetched.path.name, key, fetched.media_type, stored.size_bytes))
        return tuple(kept)

    async def _afresh(self, api: Reads, made: Prediction) -> Prediction:
        reading = await api.get(made.id)
        if isinstance(reading, Prediction) and (reason := why_not(reading)):
            raise Unusable("expired" if reason == "empty_output" else reason)  # it was not empty a moment ago
        return reading if isinstance(reading, Prediction) else made

    async def _local(self, artifact: Artifact) -> Path:
        path = self._folder / artifact.name
        if not path.exists():
            await self._artifacts.get_file(artifact.key, path)
        return path

    def _key(self, name: str) -> str:
        return key_for(self._job, f"bought/{name}")


def _artifact(name: str, key: str, media_type: str, size_bytes: int) -> Artifact:
    return Artifact(name=name, key=key, media_type=media_type, size_bytes=size_bytes, public=False)
