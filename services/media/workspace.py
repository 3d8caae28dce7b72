"""A job's folder on local disk: its inputs come from the bucket, what it leaves goes there."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from services.media.model import PageSpeech, Script
from shared.artifacts.port import ArtifactStore
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact
from shared.contracts.workflow import JobKind
from shared.errors import Invalid

FOLDERS: dict[JobKind, str] = {
    "write_story": "texts",
    "split_text": "texts",
    "draw_image": "images",
    "speak_page": "audio",
    "mix_sound": "audio",
    "render_clip": "videos",
    "assemble_video": "final",
    "draw_picture": "images",
    "animate_picture": "videos",
    "compose_video": "final",
    "write_screenplay": "texts",
}
"""Which folder of the user's output a job's files belong to."""

TRANSFERS_AT_ONCE = 4

_SCRIPT = msgspec.json.Decoder(Script)
_SPEECH = msgspec.json.Decoder(PageSpeech)


class LeftFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a job made: `name` as users see it (and below the workspace), and what it is."""

    name: str
    media_type: str
    public: bool = True


def output_prefix(owner: str, folder: str, task: str) -> str:
    """Where a task's files of one folder are."""
    return f"users/{owner}/output/{folder}/{task}"


def key_for(job: JobRef, name: str) -> str:
    """The key of a job's file. It depends on the run, so a redo never changes what an older event names."""
    prefix = output_prefix(job.owner, FOLDERS[job.kind], job.task)
    return f"{prefix}/r{job.run}/{name.replace('/', '-')}"


class Workspace:
    """Files of one job, by the names that users see. Its folder is made when it is first needed."""

    def __init__(self, store: ArtifactStore) -> None:
        self._store = store
        self._limit = asyncio.Semaphore(TRANSFERS_AT_ONCE)
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def root(self) -> Path:
        """The job's own folder."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="talewright-job-")
        return Path(self._folder.name)

    def path(self, name: str) -> Path:
        """Where a file is, or is to be made."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    async def fetch(self, inputs: Sequence[Artifact]) -> None:
        """Downloads the inputs. Raises `NotFound` or `Unavailable`."""

        async def one(artifact: Artifact) -> None:
            async with self._limit:
                await self._store.get_file(artifact.key, self.path(artifact.name))

        await asyncio.gather(*(one(artifact) for artifact in inputs))

    async def bring(self, artifact: Artifact, name: str) -> Path:
        """Downloads one file under a name of ours: what users called it is no path. Raises as `fetch`."""
        await self._store.get_file(artifact.key, self.path(name))
        return self.path(name)

    async def store(self, job: JobRef, files: Sequence[LeftFile]) -> tuple[Artifact, ...]:
        """Uploads what the job left. The bytes are there before any event names them."""

        async def one(left: LeftFile) -> Artifact:
            key = key_for(job, left.name)
            async with self._limit:
                stored = await self._store.put_file(key, self.path(left.name), left.media_type)
            return Artifact(
                name=left.name, key=key, media_type=left.media_type, size_bytes=stored.size_bytes, public=left.public
            )

        return tuple(await asyncio.gather(*(one(left) for left in files)))

    def script(self) -> Script:
        """The script among the inputs. Raises `Invalid` if it is not one."""
        try:
            return _SCRIPT.decode(self.path("script_data.json").read_bytes())
        except msgspec.MsgspecError as error:
            raise Invalid(f"The script is not readable: {error}") from error

    def speech(self, page: int) -> PageSpeech:
        """One page's timings among the inputs."""
        return _SPEECH.decode(self.path(f"speech/p{page}.json").read_bytes())

    def speeches(self, script: Script) -> list[PageSpeech]:
        """All pages' timings, in order."""
        return [self.speech(page.number) for page in script.pages]

    def write_json(self, name: str, document: msgspec.Struct) -> None:
        """Writes a document for people and machines: indented JSON."""
        self.path(name).write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2))
