"""Resumable uploads: the protocol, going on after a break, limits, and that nobody else finds one."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import time
from pathlib import Path

import pytest
from django.test import Client

from tests.casework.forms.filling import Browser, act_url
from tests.procedure.dossiers import Scene
from zhunsheng.acts.models import Act
from zhunsheng.acts.models import Upload as Brought
from zhunsheng.base.storage import storage
from zhunsheng.casework.forms import uploads
from zhunsheng.people.models import Officer

pytestmark = pytest.mark.django_db
FILM = os.urandom(300_000)
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
PIECE = "application/offset+octet-stream"
META = f"filename {base64.b64encode('录像.mp4'.encode()).decode()},filetype {base64.b64encode(b'video/mp4').decode()}"


class Sender:
    """A client of the protocol."""

    def __init__(self, officer: Officer) -> None:
        self.browser = Browser(officer)

    @property
    def client(self) -> Client:
        self.browser.touch()
        return self.browser.client

    def begin(self, size: int = len(FILM)):
        return self.at_work("post", "/uploads/", HTTP_UPLOAD_LENGTH=str(size), HTTP_UPLOAD_METADATA=META)

    def at_work(self, method: str, url: str, **more):
        from tests.procedure.dossiers import at
        from zhunsheng.base import clock

        self.browser.touch()
        with clock.holding(at(self.browser.minutes)):
            return getattr(self.browser.client, method)(url, **(TUS | more))

    def send(self, url: str, at: int, piece: bytes, **more):
        return self.at_work("patch", url, data=piece, content_type=PIECE, HTTP_UPLOAD_OFFSET=str(at), **more)

    def head(self, url: str):
        return self.at_work("head", url)


@pytest.fixture
def sender(scene: Scene) -> Sender:
    return Sender(scene.bureau.handler)


def test_the_server_says_what_it_can_do(sender: Sender) -> None:
    answer = sender.at_work("options", "/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {"creation", "termination", "checksum"}
    assert int(answer["Tus-Max-Size"]) == uploads.largest()
    assert sender.at_work("post", "/uploads/", HTTP_TUS_RESUMABLE="0.2.2").status_code == 412


def test_a_file_in_pieces_ends_in_the_store_and_is_named_by_its_digest(sender: Sender) -> None:
    begun = sender.begin()
    assert begun.status_code == 201
    url = begun["Location"]
    first = sender.send(url, 0, FILM[:100_000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "100000")
    assert "X-Digest" not in first
    last = sender.send(url, 100_000, FILM[100_000:])
    digest = hashlib.sha256(FILM).hexdigest()
    assert last["X-Digest"] == digest
    assert storage().size(digest) == len(FILM)
    assert Brought.objects.filter(digest=digest, officer=sender.browser.officer).exists()
    assert sender.head(url)["X-Digest"] == digest


def test_an_upload_goes_on_where_it_broke_off(sender: Sender) -> None:
    url = sender.begin()["Location"]
    sender.send(url, 0, FILM[:120_000])
    again = Sender(sender.browser.officer)
    at = int(again.head(url)["Upload-Offset"])
    assert at == 120_000
    assert again.send(url, 0, FILM[:10]).status_code == 409, "not where it stands"
    assert again.send(url, at, FILM[at:])["X-Digest"] == hashlib.sha256(FILM).hexdigest()


def test_what_came_before_the_process_died_stays(sender: Sender) -> None:
    url = sender.begin()["Location"]
    officer = sender.browser.officer
    upload = uploads.upload_find(officer, url.strip("/").split("/")[-1])
    assert upload is not None

    def dying():
        yield FILM[:50_000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        uploads.upload_add(officer, upload, 0, dying())
    assert sender.head(url)["Upload-Offset"] == "50000"
    assert sender.send(url, 50_000, FILM[50_000:]).status_code == 204


def test_a_piece_that_was_damaged_on_the_way_is_not_kept(sender: Sender) -> None:
    url = sender.begin()["Location"]
    right = base64.b64encode(hashlib.sha256(FILM[:1000]).digest()).decode()
    assert sender.send(url, 0, FILM[:999] + b"?", HTTP_UPLOAD_CHECKSUM=f"sha256 {right}").status_code == 460
    assert sender.head(url)["Upload-Offset"] == "0"
    assert sender.send(url, 0, FILM[:1000], HTTP_UPLOAD_CHECKSUM=f"sha256 {right}").status_code == 204
    assert sender.send(url, 1000, b"x", HTTP_UPLOAD_CHECKSUM="crc32 AAAA").status_code == 400


def test_nobody_else_finds_an_upload(scene: Scene, sender: Sender) -> None:
    url = sender.begin()["Location"]
    for officer in (scene.bureau.second_handler, scene.bureau.other_handler):
        other = Sender(officer)
        assert other.head(url).status_code == 404
        assert other.send(url, 0, b"x").status_code == 404
        assert other.at_work("delete", url).status_code == 404
    for officer in (scene.bureau.auditor, scene.bureau.administrator, scene.bureau.outside_observer):
        assert Sender(officer).begin().status_code == 404
    assert Client().head(url, **TUS).status_code == 403
    assert sender.head(url)["Upload-Offset"] == "0"
    assert sender.head("/uploads/../../etc/").status_code == 404


def test_an_upload_needs_the_token_of_the_page(scene: Scene) -> None:
    strict = Browser(scene.bureau.handler, client=Client(enforce_csrf_checks=True))
    strict.touch()
    assert strict.post("/uploads/", {}, HTTP_UPLOAD_LENGTH="1", **TUS).status_code == 403


def test_limits(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNSHENG_LARGEST_UPLOAD", "1")
    refused = sender.begin(2**20 + 1)
    assert refused.status_code == 413
    assert "1 MiB" in refused.content.decode()
    assert sender.begin(2**20).status_code == 201
    assert sender.at_work("post", "/uploads/", HTTP_UPLOAD_LENGTH="many").status_code == 400
    url = sender.begin(3)["Location"]
    assert sender.send(url, 0, b"four").status_code == 409, "more than was announced"
    for _ in range(uploads.MOST_AT_ONCE):
        answer = sender.begin(10)
    assert answer.status_code == 413
    assert (
        sender.at_work("patch", url, data=b"x", content_type="text/plain", HTTP_UPLOAD_OFFSET="0").status_code
        == 415
    )


def test_an_upload_can_be_given_up(sender: Sender) -> None:
    url = sender.begin()["Location"]
    sender.send(url, 0, FILM[:10])
    assert sender.at_work("delete", url).status_code == 204
    assert sender.head(url).status_code == 404


def test_the_act_takes_up_what_was_uploaded(scene: Scene, sender: Sender) -> None:
    scene.opened()
    url = sender.begin()["Location"]
    digest = sender.send(url, 0, FILM)["X-Digest"]
    browser = sender.browser
    form = act_url(scene.id, "recording.made")
    data = browser.filled(form) | {"uploaded": [digest], "do": "record"}
    assert browser.post(form, data).status_code == 302
    act = Act.objects.unfenced("a test").get(type="recording.made")
    (film,) = act.recordings
    assert (film["digest"], film["name"], film["media_type"]) == (digest, "录像.mp4", "video/mp4")
    assert film["started_at"] <= film["ended_at"]
    assert browser.post(form, data).status_code == 302, "sent twice"
    assert Act.objects.unfenced("a test").filter(type="recording.made").count() == 1
    assert digest not in browser.get(form).content.decode(), "offered no more"


def test_a_digest_of_somebody_elses_opens_nothing(scene: Scene, sender: Sender) -> None:
    scene.opened()
    digest = sender.send(sender.begin()["Location"], 0, FILM)["X-Digest"]
    thief = Browser(scene.bureau.second_handler)
    form = act_url(scene.id, "recording.made")
    assert thief.post(form, thief.filled(form) | {"uploaded": [digest], "do": "record"}).status_code == 302
    assert Act.objects.unfenced("a test").get(type="recording.made").recordings == []


def test_unfinished_uploads_are_cleared_after_their_time(sender: Sender, home: Path, scene: Scene) -> None:
    unfinished, whole = sender.begin()["Location"], sender.begin()["Location"]
    sender.send(unfinished, 0, FILM[:10])
    digest = sender.send(whole, 0, FILM)["X-Digest"]
    assert uploads.uploads_clear() == 0
    assert uploads.uploads_clear(time.time() + 49 * 3600) == 2
    assert sender.head(unfinished).status_code == 404
    assert storage().size(digest) is None, "no act names it"
    assert not list((home / "uploads").glob("*/*"))


def test_clearing_one_upload_leaves_the_same_bytes_of_another(sender: Sender, scene: Scene) -> None:
    """A colleague who has just brought the same film finds it still there when the act is recorded."""
    old = sender.begin()["Location"]
    digest = sender.send(old, 0, FILM)["X-Digest"]
    ago = time.time() - 49 * 3600
    for path in (uploads.folder_of(scene.bureau.handler) / old.split("/")[-2]).iterdir():
        os.utime(path, (ago, ago))
    colleague = Sender(scene.bureau.second_handler)
    fresh = colleague.begin()["Location"]
    colleague.send(fresh, 0, FILM)
    assert uploads.uploads_clear() == 1
    assert storage().size(digest) == len(FILM)
    assert Brought.objects.filter(digest=digest, officer=scene.bureau.second_handler).exists()


def test_bytes_just_brought_with_a_form_outlast_an_old_upload_of_them(sender: Sender, scene: Scene) -> None:
    """A form stores a file before its act is recorded: until then only the note of who brought it stands for it."""
    old = sender.begin()["Location"]
    digest = sender.send(old, 0, FILM)["X-Digest"]
    hours = 49 * 3600
    brought = dt.datetime.fromtimestamp(time.time() + hours, dt.UTC)
    Brought.objects.create(digest=digest, officer=scene.bureau.second_handler, at=brought)
    assert uploads.uploads_clear(time.time() + hours) == 1
    assert storage().size(digest) == len(FILM)


def test_a_piece_for_an_upload_that_is_finishing_is_out_of_place(sender: Sender, scene: Scene) -> None:
    """Two tabs: the bytes are in the store already while this request still holds the note of before."""
    url = sender.begin()["Location"]
    before = uploads.upload_find(scene.bureau.handler, url.split("/")[-2])
    assert before is not None
    sender.send(url, 0, FILM)
    assert uploads.offset_of(scene.bureau.handler, before) == len(FILM)
    with pytest.raises(uploads.WrongPlace):
        uploads.upload_add(scene.bureau.handler, before, 0, [FILM])
