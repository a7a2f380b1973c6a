"""Documents and recordings: stored by what they are, and read through an act that names them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from ninja import Path
from pydantic import BaseModel, Field, StringConstraints

from zhunsheng.acts.access import access_act
from zhunsheng.acts.uploads import backed, upload_note
from zhunsheng.api.callers import Caller
from zhunsheng.api.dossiers import whose
from zhunsheng.api.operations import declared_length, operation, too_large
from zhunsheng.api.problems import Problem
from zhunsheng.api.rules import READS, UPLOADS
from zhunsheng.api.shown import answer
from zhunsheng.base.storage import TooLarge, storage

LARGEST = 256 * 2**20
"""Bytes of one document or recording."""
CHUNK = 2**18
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Path()]


class StoredOut(BaseModel):
    """What was stored; acts name it by its digest."""

    digest: str = Field(description="SHA-256 of the bytes, in hex.")
    size: int


@operation(
    "documents",
    "POST",
    "/documents",
    name="document_store",
    rule=UPLOADS,
    answers={201: StoredOut, 200: StoredOut},
    words=("上传文书或录音录像的原始字节", "Store a document or recording: the bytes as they are"),
    takes="application/octet-stream",
)
def document_store(request: HttpRequest) -> HttpResponse:
    """Store the body; 200 when the caller brought the same bytes before. Whether others did is not told."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if request.content_type in FORMS:
        raise Problem(
            "media-type", zh="请直接发送文件的字节，不用表单。", en="Send the bytes themselves, not a form."
        )
    declared = declared_length(request)
    if declared > LARGEST:
        raise too_large(LARGEST)
    if not declared:
        raise Problem(
            "malformed", zh="请求体为空，或未写明长度。", en="The body is empty, or its length is not said."
        )
    try:
        stored = storage().put(chunks(request, declared), most=LARGEST)
    except TooLarge:
        raise too_large(LARGEST) from None
    new = upload_note(stored.digest, caller.officer.number)
    return answer(StoredOut(digest=stored.digest, size=stored.size), 201 if new else 200)


def chunks(request: HttpRequest, declared: int) -> Iterator[bytes]:
    """The body as it comes; Problem when it ends before its declared length."""
    came = 0
    try:
        while chunk := request.read(CHUNK):
            came += len(chunk)
            yield chunk
    except UnreadablePostError:
        came = -1
    if came != declared:
        raise Problem("malformed", zh="请求体不完整，请重新上传。", en="The body broke off; send it again.")


@operation(
    "documents",
    "GET",
    "/acts/{uuid:act_id}/documents/{digest}",
    name="document",
    rule=READS,
    answers={200: bytes},
    problems=("not-found",),
    words=("行为所附文书或录音录像的字节", "The bytes of a document or recording that an act names"),
    media_type="application/octet-stream",
)
def document(request: HttpRequest, act_id: uuid.UUID, digest: Digest) -> HttpResponseBase:
    """The bytes, for download only: a browser must not run what somebody uploaded."""
    caller = whose(request)
    act = access_act(act_id, by=caller.officer, purpose=caller.purpose, via="api:document")
    named = next((d for d in (*act.documents, *act.recordings) if d["digest"] == digest), None)
    kept = storage()
    held = named is not None and digest in backed({digest}, act.dossier_id)
    file, size = (kept.open(digest), kept.size(digest)) if held else (None, None)
    if named is None or file is None or size is None:
        raise Problem("not-found")
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Length"] = size
    response["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(named.get('name') or digest, safe='')}"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
