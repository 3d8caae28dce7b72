"""`/api/storage`: a user's own files. Keys may be written with `/` or `%2F`: the server decodes the path before us."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Path, Query, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from services.gateway import sessions_files as files
from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.deps import Deps, deps_of
from services.gateway.edge import TOO_LARGE, UPLOAD_PATH
from services.gateway.errors import Unprocessable
from services.gateway.sessions_answers import (
    PresignedOut,
    PromptConfigOut,
    RemovedOut,
    StoredFilesOut,
    UploadOut,
    errors,
)
from services.gateway.sessions_bodies import PromptConfigIn
from services.gateway.sessions_keys import FOREIGN, LOST, folder_of, own_key
from services.gateway.text import clean
from shared.artifacts.keys import LONGEST_LIFE_S
from shared.artifacts.port import StoredObject

LARGEST_OFFSET = 10**9
NOT_TAKEN = f"Files of this kind are not taken; these are: {files.TAKEN}"
_NO_STORE = {"Cache-Control": "no-store"}
Key = Annotated[str, Path(max_length=1_024, description="A file's key, with `/` or `%2F`.")]


async def upload(request: Request, user: User) -> Response:
    """Stores a file in one's input folder. What it is is told by its bytes, not by its name."""
    deps, owner = deps_of(request), owner_of(user)
    async with request.form(max_files=1, max_fields=20) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Unprocessable("Expected the file as the form's field `file`")
        original = clean(file.filename or "")[:255]
        stored = await _stored(deps, owner, file, original)
    body = {
        "url": _sign(deps, stored.key, deps.settings.file_url_s),
        "key": stored.key,
        "size": stored.size_bytes,
        "content_type": stored.media_type,
        "original_filename": original,
    }
    return answer(body, headers=_NO_STORE)


async def _stored(deps: Deps, owner: str, file: UploadFile, original: str) -> StoredObject:
    if not file.size:
        raise Unprocessable("The file is empty")
    if file.size > deps.settings.upload_limit_bytes:
        raise HTTPException(413, TOO_LARGE)
    async with files.on_disk(file) as path:
        kind = await files.kind_on_disk(path)
        if kind is None:
            raise HTTPException(415, NOT_TAKEN)
        return await files.keep(deps, owner, path, original, kind)


async def upload_prompt_config(request: Request, user: User, body: PromptConfigIn) -> Response:
    """Stores a prompt's configuration as JSON, in place of the session's earlier one."""
    deps = deps_of(request)
    key = f"{folder_of(owner_of(user), 'input')}/prompt-{body.session_id}.json"
    document = msgspec.json.format(msgspec.json.encode(body.config_data), indent=2)
    await deps.artifacts.put_bytes(key, document, "application/json")
    return answer({"status": "success", "key": key, "session_id": body.session_id})


async def listed(
    request: Request,
    user: User,
    folder: Literal["input", "output"],
    asset_type: Annotated[
        Literal["images", "videos", "final", "audio"] | None, Query(description="Of the output folder.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Annotated[int, Query(ge=0, le=LARGEST_OFFSET)] = 0,
) -> Response:
    """One's own files, newest first."""
    deps = deps_of(request)
    page = await files.page_of(deps, owner_of(user), folder, asset_type, limit, offset)
    found = [_file(deps, one) for one in page.files]
    body = {"files": found, "total": page.total, "limit": limit, "offset": offset}
    return answer(body, headers=_NO_STORE)


async def presigned(
    request: Request,
    user: User,
    file_key: Key,
    expires_in: Annotated[int, Query(ge=1, le=LONGEST_LIFE_S)] = 3_600,
) -> Response:
    """A URL that works without a token, for so many seconds."""
    deps = deps_of(request)
    key = own_key(owner_of(user), file_key)
    await files.found(deps, key)
    return answer({"presigned_url": _sign(deps, key, expires_in), "expires_in": expires_in}, headers=_NO_STORE)


async def remove(request: Request, user: User, file_key: Key) -> Response:
    """Deletes a file. One that something needs which runs now is kept (409)."""
    deps, owner = deps_of(request), owner_of(user)
    key = own_key(owner, file_key)
    await files.remove(deps, owner, key)
    return answer({"status": "success", "message": "File deleted successfully", "key": key})


def _file(deps: Deps, one: StoredObject) -> dict[str, Any]:
    return {
        "key": one.key,
        "size": one.size_bytes,
        "last_modified": one.modified_at,
        "content_type": one.media_type,
        "presigned_url": _sign(deps, one.key, deps.settings.file_url_s),
    }


def _sign(deps: Deps, key: str, life_s: int) -> str:
    return deps.artifacts.presign(key, life_s)


def add(app: FastAPI) -> None:
    """The routing table."""
    tagged: dict[str, Any] = {"tags": ["sessions"]}
    form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    body = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}}}
    said = errors(400, 409, 413, 415, 422, s415=NOT_TAKEN)
    app.post(UPLOAD_PATH, response_model=UploadOut, responses=said, openapi_extra=body, **tagged)(upload)
    said = errors(400, 409, 413, 422)
    app.post("/api/storage/upload-prompt-config", response_model=PromptConfigOut, responses=said, **tagged)(
        upload_prompt_config
    )
    app.get("/api/storage/files", response_model=StoredFilesOut, responses=errors(422), **tagged)(listed)
    lost = {"s403": FOREIGN, "s404": LOST}
    one = "/api/storage/files/{file_key:path}"
    said = errors(403, 404, 422, **lost)
    app.get(f"{one}/presigned-url", response_model=PresignedOut, responses=said, **tagged)(presigned)
    said = errors(403, 404, 409, 422, **lost)
    app.delete(one, response_model=RemovedOut, responses=said, **tagged)(remove)
