"""Resumable uploads by the tus protocol, version 1.0.0 (tus.io): core, creation, termination, checksum.

Only the uploader sees an upload, and only while signed in; for everybody else there is none.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from zhunsheng.casework.forms import uploads
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import ROLES_AT

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
EXTENSIONS = "creation,termination,checksum"
RECORDING = frozenset({Role.WINDOW}).union(*ROLES_AT.values())
"""Roles whose holders record acts and so bring what belongs to them."""
CONFLICT, GONE_WRONG, NO_ROOM = 409, 460, 413
CHUNK = 2**18


def answer(status: int, text: str = "", **headers: object) -> HttpResponse:
    """An answer in the protocol's form."""
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name.replace("_", "-")] = str(value)
    return response


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Why this request goes no further: nobody signed in, nobody who records acts, or another version of the protocol."""
    user = request.user
    if not isinstance(user, Officer):
        return answer(403)
    if not RECORDING & {held.role for held in roles_held(user)}:
        return answer(404)
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        return answer(412, Tus_Version=VERSION)
    return None


@require_http_methods(["POST", "OPTIONS"])
def uploads_page(request: HttpRequest) -> HttpResponse:
    """Begin an upload, or ask what the server can do."""
    if (refused := refusal(request)) is not None:
        return refused
    assert isinstance(request.user, Officer)
    if request.method == "OPTIONS":
        return answer(
            204,
            Tus_Version=VERSION,
            Tus_Extension=EXTENSIONS,
            Tus_Max_Size=uploads.largest(),
            Tus_Checksum_Algorithm=",".join(uploads.CHECKSUMS),
        )
    length = whole_number(request.headers.get("Upload-Length", ""))
    if length is None:
        return answer(400, "Upload-Length")
    told = metadata(request.headers.get("Upload-Metadata", ""))
    try:
        begun = uploads.upload_begin(request.user, length, told.get("filename", ""), told.get("filetype", ""))
    except uploads.NoRoom as full:
        return answer(NO_ROOM, f"{full.zh}；{full.remedy_zh} · {full.en}: {full.remedy_en}")
    return answer(201, Location=reverse("upload", args=[begun.id]), Upload_Offset=0)


@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload_page(request: HttpRequest, upload_id: str) -> HttpResponse:
    """How far an upload has come, another piece of it, or its end."""
    if (refused := refusal(request)) is not None:
        return refused
    assert isinstance(request.user, Officer)
    upload = uploads.upload_find(request.user, upload_id)
    if upload is None:
        return answer(404)
    if request.method == "DELETE":
        uploads.upload_end(request.user, upload)
        return answer(204)
    if request.method == "HEAD":
        at = uploads.offset_of(request.user, upload)
        return answer(200, Upload_Offset=at, Upload_Length=upload.length, **digest_header(upload))
    return piece(request, request.user, upload)


def piece(request: HttpRequest, officer: Officer, upload: uploads.Upload) -> HttpResponse:
    """Take the next piece."""
    at = whole_number(request.headers.get("Upload-Offset", ""))
    checksum = request.headers.get("Upload-Checksum", "")
    if request.content_type != PIECE:
        return answer(415)
    if at is None or (checksum and checksum.split(" ")[0] not in uploads.CHECKSUMS):
        return answer(400)
    try:
        now_at = uploads.upload_add(officer, upload, at, pieces(request), checksum)
    except uploads.WrongPlace:
        return answer(CONFLICT)
    except uploads.WrongPiece:
        return answer(GONE_WRONG)
    return answer(204, Upload_Offset=now_at, **digest_header(upload))


def pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes; it ends where the connection does."""
    try:
        while chunk := request.read(CHUNK):
            yield chunk
    except UnreadablePostError:
        return


def digest_header(upload: uploads.Upload) -> dict[str, str]:
    """The digest of what is whole, beyond the protocol, so that the page can name it."""
    return {"X_Digest": upload.digest} if upload.whole else {}


def whole_number(text: str) -> int | None:
    """A number of bytes."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def metadata(header: str) -> dict[str, str]:
    """Keys with their values, which come in base 64."""
    found = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found
