"""Handing a dossier over: one file that proves itself, whole or with parts withheld on a stated basis."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import ExitStack
from typing import Annotated

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from pydantic import Field, StringConstraints

from zhunsheng.acts.access import access_dossier
from zhunsheng.acts.dossier_export import Withholding, dossier_export
from zhunsheng.api.dossiers import whose
from zhunsheng.api.inputs import Line, Taken
from zhunsheng.api.operations import operation
from zhunsheng.api.problems import saying
from zhunsheng.api.rules import HANDS_OVER
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.export import Basis

ZIP = "application/zip"

Said = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=400,
        pattern=r"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$",
    ),
]
"""One line of text that turns nothing round and speaks to no terminal."""


class WithheldIn(Taken):
    """Something to leave out, with the article it rests on and the reason; its reader sees all three."""

    path: Annotated[Line, Field(examples=["subjects.person"], description="A path and everything below it.")]
    position: int | None = Field(
        default=None, ge=1, lt=2**31, description="Of this act only; of all when not said."
    )
    law: Said
    article: Said
    reason_zh: Said
    reason_en: Said


class HandingOverIn(Taken):
    """What a copy leaves out."""

    withhold: Annotated[list[WithheldIn], Field(max_length=200)]


@operation(
    "dossiers",
    "GET",
    "/dossiers/{uuid:dossier_id}/export",
    name="dossier_export",
    route="export",
    rule=HANDS_OVER,
    answers={200: bytes},
    problems=("not-found",),
    media_type=ZIP,
    words=("案卷全文：一个可自行验证的文件", "The whole dossier as one file that proves itself"),
)
def whole_copy(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponseBase:
    """The whole dossier."""
    return handed_over(request, dossier_id, [])


@operation(
    "dossiers",
    "POST",
    "/dossiers/{uuid:dossier_id}/export",
    name="dossier_export_redacted",
    route="export",
    rule=HANDS_OVER,
    answers={200: bytes},
    problems=("not-found",),
    media_type=ZIP,
    words=("案卷副本：依法隐去部分内容，仍可验证", "A copy with parts withheld by law; it still verifies"),
)
def redacted_copy(request: HttpRequest, dossier_id: uuid.UUID, body: HandingOverIn) -> HttpResponseBase:
    """A copy with parts withheld."""
    rules = [
        Withholding(one.path, Basis(one.law, one.article, one.reason_zh, one.reason_en), one.position)
        for one in body.withhold
    ]
    return handed_over(request, dossier_id, rules)


def handed_over(request: HttpRequest, dossier_id: uuid.UUID, withhold: list[Withholding]) -> HttpResponseBase:
    """The file, made whole before the first byte is sent."""
    caller = whose(request)
    dossier = access_dossier(dossier_id, by=caller.officer, purpose=caller.purpose, via="api:export")
    with ExitStack() as unfinished:
        file = unfinished.enter_context(tempfile.TemporaryFile())
        try:
            dossier_export(dossier, file, withhold=withhold)
        except InputError as error:
            if error.where == "withhold":
                raise
            # Not sealed yet, no key here, too large for one file: nothing the caller sent is wrong.
            raise saying("busy", error, headers={"Retry-After": "5"}) from error
        size = file.tell()
        file.seek(0)
        unfinished.pop_all()
    response = FileResponse(file, as_attachment=True, filename=f"{dossier.number}.zip", content_type=ZIP)
    response["Content-Length"] = size
    response["Cache-Control"] = "no-store"
    return response
