"""Files that come with a form: kept by content, noted as the officer's, named by their digest in the acts."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from zhunsheng.acts.drafts import Attached
from zhunsheng.acts.uploads import upload_note
from zhunsheng.base.storage import storage
from zhunsheng.casework.forms.uploads import MEDIA_TYPE, MIB, PLAIN, plain_name
from zhunsheng.people.models import Officer

LARGEST_MB = 20
LARGEST = LARGEST_MB * MIB
"""Bytes of one file that comes with a form, less than the proxy lets through; larger ones are uploaded piece by piece."""


def files_store(officer: Officer, files: Iterable[UploadedFile[Any]]) -> list[Attached]:
    """Keep the files; TooLarge where one is."""
    return [file_store(officer, file) for file in files]


def file_store(officer: Officer, file: UploadedFile[Any]) -> Attached:
    """Keep one file."""
    stored = storage().put(file.chunks(), most=LARGEST)
    upload_note(stored.digest, officer.number)
    name = plain_name(file.name or "")
    return Attached(stored.digest, name, media_type(file, name), stored.size)


def media_type(file: UploadedFile[Any], name: str) -> str:
    """What the browser says it is, else what its name says; it is only ever offered for download."""
    said = file.content_type or ""
    return said if MEDIA_TYPE.fullmatch(said) and said != PLAIN else mimetypes.guess_type(name)[0] or PLAIN
