"""Alerts on their way: by the channels set up, signed, quiet at night, tried again for a day, and in sight where they failed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.acting import OVER, finding, overdue, released
from tests.supervision.loop.conftest import Ruled
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError
from zhunsheng.supervision import delivery
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.channels import webhook
from zhunsheng.supervision.channels.configured import replaced
from zhunsheng.supervision.channels.contract import Message, Undelivered
from zhunsheng.supervision.channels.mail import Mail
from zhunsheng.supervision.channels.settings import channels_in
from zhunsheng.supervision.channels.signing import dingtalk_query, feishu_sign
from zhunsheng.supervision.channels.webhook import Webhook
from zhunsheng.supervision.delivery import contact_set, deliveries_carry, delivery_again
from zhunsheng.supervision.models import Alert, Delivery
from zhunsheng.supervision.selectors import deliveries_failed
from zhunsheng.supervision.services import contest_file, finding_accept
from zhunsheng.supervision.telling import awake

MESSAGE = Message(
    "13800000000", "提醒", "规范名称和案卷号", "https://zhunsheng.example/findings/7/", "alert-7-chat"
)
SECRET = "of-tests-only"


@dataclass
class Fake:
    """An adapter that fails as often as it is told to."""

    failures: int = 0
    permanent: bool = False
    carried: list[Message] = field(default_factory=list)
    tried: int = 0

    def carry(self, message: Message) -> None:
        self.tried += 1
        if self.tried <= self.failures:
            raise Undelivered("no answer", permanent=self.permanent)
        self.carried.append(message)


class Hung:
    """An adapter that waits and then has no answer."""

    def carry(self, message: Message) -> None:
        time.sleep(0.1)
        raise Undelivered(f"timed out: {message.key}")


@pytest.fixture
def reachable(scene: Scene) -> Scene:
    """The handling officer is reached by chat and mail."""
    contact_set("chat", "13800000000", by=scene.bureau.handler)
    contact_set("email", "a@bureau.example", by=scene.bureau.handler)
    return scene


def failed(scene: Scene) -> list[Delivery]:
    """What the unit's supervisor sees of what did not get through."""
    return deliveries_failed(by=scene.bureau.supervisor, purpose="supervision")


def told_by(
    ruled: Ruled, scene: Scene, fake: Any, severity: str = "serious", channel: str = "chat"
) -> dt.datetime:
    """A person in custody too long, found in the evening."""
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity=severity))
    with replaced({channel: fake}):
        return overdue(scene.in_custody()).found_at


@pytest.mark.django_db
class TestCarrying:
    def test_an_alert_goes_out_by_the_channels_of_its_severity_and_names_nobody(
        self, reachable: Scene, ruled: Ruled
    ) -> None:
        fake = Fake()
        found_at = told_by(ruled, reachable, fake)
        row = Delivery.objects.get()
        assert (row.channel, row.address, row.next_at) == ("chat", "13800000000", found_at)
        with clock.holding(found_at), replaced({"chat": fake}):
            assert deliveries_carry().sent == 1
            assert deliveries_carry().tried == 0
        (message,) = fake.carried
        row.refresh_from_db()
        assert (row.sent_at, row.next_at, row.attempts) == (found_at, None, 1)
        finding = Alert.objects.get().finding
        assert message.url.endswith(reverse("finding", kwargs={"finding_id": finding.pk}))
        whole = str(message)
        assert "某乙" not in whole
        assert reachable.dossier.number not in whole
        assert "规范hours" not in whole

    def test_without_a_channel_or_an_address_the_console_alone_tells(
        self, scene: Scene, ruled: Ruled
    ) -> None:
        told_by(ruled, scene, Fake())
        assert Alert.objects.count() == 1
        assert not Delivery.objects.exists()

    def test_what_fails_is_tried_again_ever_more_seldom_and_arrives(
        self, reachable: Scene, ruled: Ruled
    ) -> None:
        fake = Fake(failures=5)
        now = told_by(ruled, reachable, fake)
        waits = []
        with replaced({"chat": fake}):
            while Delivery.objects.get().sent_at is None:
                with clock.holding(now):
                    deliveries_carry()
                row = Delivery.objects.get()
                if row.next_at is not None:
                    waits.append((row.next_at - now).total_seconds() / 60)
                    assert failed(reachable) == [row]
                    now = row.next_at
        assert waits == [1, 2, 4, 8, 16]
        assert [m.key for m in fake.carried] == [f"alert-{row.alert_id}-chat"]
        assert failed(reachable) == []

    def test_after_a_day_it_is_given_up_and_can_be_sent_again(self, reachable: Scene, ruled: Ruled) -> None:
        fake = Fake(failures=1_000)
        now = told_by(ruled, reachable, fake)
        began = now
        with replaced({"chat": fake}):
            while (row := Delivery.objects.get()).next_at is not None:
                now = row.next_at
                with clock.holding(now):
                    deliveries_carry()
            assert dt.timedelta(hours=22) < now - began <= dt.timedelta(hours=24)
            assert row.attempts > 15
            assert failed(reachable) == [row]
            fake.failures = 0
            with clock.holding(now):
                delivery_again(row.pk, by=reachable.bureau.supervisor, purpose="supervision")
                assert deliveries_carry().sent == 1

    def test_what_waited_for_the_morning_is_tried_for_a_day_too(self, reachable: Scene, ruled: Ruled) -> None:
        told_by(ruled, reachable, Fake())
        night = dt.datetime(2026, 3, 2, 22, 30, tzinfo=LOCAL)
        morning = dt.datetime(2026, 3, 3, 7, tzinfo=LOCAL)
        Delivery.objects.update(made_at=night, next_at=morning)
        now = morning
        with replaced({"chat": Fake(failures=1_000)}):
            while (row := Delivery.objects.get()).next_at is not None:
                now = row.next_at
                with clock.holding(now):
                    deliveries_carry()
        assert dt.timedelta(hours=22) < now - morning <= dt.timedelta(hours=24)

    def test_what_is_refused_for_good_is_not_tried_again(self, reachable: Scene, ruled: Ruled) -> None:
        fake = Fake(failures=9, permanent=True)
        now = told_by(ruled, reachable, fake)
        with clock.holding(now), replaced({"chat": fake}):
            assert deliveries_carry().given_up == 1
            assert deliveries_carry().tried == 0

    @pytest.mark.parametrize("how", ["accepted", "contested", "cured", "closed"])
    def test_what_is_no_longer_to_be_answered_is_not_carried(
        self, reachable: Scene, ruled: Ruled, how: str
    ) -> None:
        fake = Fake(failures=1)
        found_at = told_by(ruled, reachable, fake)
        handler = reachable.bureau.handler
        with replaced({"chat": fake}):
            with clock.holding(found_at):
                assert deliveries_carry().failed == 1
            later = found_at + dt.timedelta(minutes=20)
            with clock.holding(later):
                if how == "accepted":
                    finding_accept(finding(reachable).pk, by=handler)
                elif how == "contested":
                    contest_file(
                        finding(reachable).pk, by=handler, ground="facts", reason="漏登", evidence="登记簿"
                    )
            if how == "cured":
                released(reachable)
            elif how == "closed":
                gone = {"corrects": reachable.acts["person.arrived"].id, "fields": {"reason": "误录"}}
                reachable.do("record.withdrawn", OVER + 30, **gone)
            assert finding(reachable).status == how
            with clock.holding(later):
                assert deliveries_carry().tried == 0
                assert deliveries_carry().tried == 0
        assert (Delivery.objects.get().next_at, fake.carried) == (None, [])
        assert failed(reachable) == []

    def test_what_was_cured_when_it_was_found_is_carried_to_its_officer(
        self, reachable: Scene, ruled: Ruled
    ) -> None:
        ruled(norm("hours", KEPT_HOURS, per="case, person", severity="serious"))
        fake = Fake()
        with replaced({"chat": fake}):
            released(reachable.in_custody())
            assert finding(reachable).status == "cured"
            with clock.holding(at(OVER + 31)):
                assert deliveries_carry().sent == 1

    def test_one_that_breaks_holds_up_no_other(self, reachable: Scene, ruled: Ruled) -> None:
        class Broken:
            def carry(self, message: Message) -> None:
                raise RuntimeError(message.to)

        ruled(norm("hours", KEPT_HOURS, per="case, person", severity="blocking"))
        contact_set("sms", "13800000001", by=reachable.bureau.handler)
        fake = Fake()
        with replaced({"chat": Broken(), "sms": fake}):
            now = overdue(reachable.in_custody()).found_at
            with clock.holding(now):
                done = deliveries_carry()
        assert (done.sent, done.failed) == (1, 1)
        assert Delivery.objects.get(channel="chat").fault == "RuntimeError"

    def test_a_channel_that_gives_no_answer_holds_up_neither_another_nor_itself_for_long(
        self, reachable: Scene, ruled: Ruled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "WAITED_S", 0.05)
        hung, fake = Hung(), Fake()
        now = told_by(ruled, reachable, hung, channel="none")
        alert = Alert.objects.get()
        rest = {"made_at": now, "next_at": now, "address": "-"}
        for number in range(5):
            copy = Alert.objects.create(
                finding=alert.finding, level="unit", officer=alert.officer, made_at=now + dt.timedelta(number)
            )
            Delivery.objects.create(alert=copy, channel="chat", **rest)
            Delivery.objects.create(alert=copy, channel="sms", **rest)
        with clock.holding(now), replaced({"chat": hung, "sms": fake}):
            done = deliveries_carry()
            assert (done.sent, done.failed, len(fake.carried)) == (5, 1, 5)
            assert Delivery.objects.filter(channel="chat", attempts=0).count() == 4
            deliveries_carry()
        assert Delivery.objects.filter(channel="chat", attempts=0).count() == 3

    def test_mail_goes_by_djangos_backend_and_says_which_norm(
        self, reachable: Scene, ruled: Ruled, settings: Any
    ) -> None:
        settings.DEFAULT_FROM_EMAIL = "zhunsheng@bureau.example"
        now = told_by(ruled, reachable, Mail(), "minor", "email")
        with clock.holding(now), replaced({"email": Mail()}):
            assert deliveries_carry().sent == 1
        (sent,) = mail.outbox
        assert sent.to == ["a@bureau.example"]
        assert "规范hours" in sent.body
        assert reachable.dossier.number in sent.body
        assert "某乙" not in sent.body

    def test_addresses_are_ones_own_and_are_looked_at(self, scene: Scene) -> None:
        with pytest.raises(InputError):
            contact_set("email", "no address", by=scene.bureau.handler)
        for channel in ("chat", "sms"):
            for wrong in ("all", "@All", '1"></at>请点击', "138 0000", "长" * 10, "1" * 121):
                with pytest.raises(InputError):
                    contact_set(channel, wrong, by=scene.bureau.handler)
        contact_set("email", "", by=scene.bureau.handler)


@pytest.mark.parametrize(
    ("hour", "severity", "expected"),
    [
        ("12:00", "serious", "12:00"),
        ("22:00", "serious", "07:00+1"),
        ("03:10", "minor", "07:00"),
        ("06:59", "serious", "07:00"),
        ("07:00", "serious", "07:00"),
        ("23:30", "blocking", "23:30"),
    ],
)
def test_nights_are_quiet_for_what_can_wait(hour: str, severity: str, expected: str) -> None:
    day = dt.date(2026, 3, 2)
    when = dt.datetime.combine(day, dt.time.fromisoformat(hour), LOCAL)
    clock_time, _, days = expected.partition("+")
    wanted = dt.datetime.combine(
        day + dt.timedelta(days=int(days or 0)), dt.time.fromisoformat(clock_time), LOCAL
    )
    assert awake(when, "sms", severity, alerting().quiet) == wanted
    assert awake(when, "email", severity, alerting().quiet) == when


@dataclass
class Gateway:
    """A receiver of messages on this machine."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    kept = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.came.append((self.path, dict(self.headers), body))
            status, said = kept.answers.pop(0) if kept.answers else (200, b"{}")
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}/hook?key=1"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()


def test_a_gateway_can_tell_who_sent_it_and_that_nothing_was_changed(gateway: Gateway) -> None:
    with clock.holding(at(0)):
        Webhook(gateway.url, SECRET).carry(MESSAGE)
    ((path, headers, body),) = gateway.came
    stamp = headers["X-Zhunsheng-Timestamp"]
    signed = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Zhunsheng-Signature"] == f"sha256={signed}"
    assert int(stamp) == at(0).timestamp()
    assert path == "/hook?key=1"
    assert json.loads(body) == {
        "to": MESSAGE.to,
        "subject": MESSAGE.subject,
        "text": MESSAGE.text,
        "url": MESSAGE.url,
        "key": MESSAGE.key,
    }


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [((400, b""), True), ((404, b""), True), ((429, b""), False), ((500, b""), False), ((302, b""), True)],
)
def test_refusals_are_told_apart(gateway: Gateway, answer: tuple[int, bytes], permanent: bool) -> None:
    gateway.answers.append(answer)
    with pytest.raises(Undelivered) as refused:
        Webhook(gateway.url, SECRET).carry(MESSAGE)
    assert refused.value.permanent is permanent


def test_nobody_there_is_no_end(gateway: Gateway) -> None:
    with pytest.raises(Undelivered) as refused:
        Webhook("http://127.0.0.1:9/", SECRET).carry(MESSAGE)
    assert not refused.value.permanent


def test_an_answer_that_trickles_in_for_ever_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "LONGEST_S", 0.5)
    stop = threading.Event()

    def trickle() -> None:
        with suppress(OSError):
            kept, _ = server.accept()
            with kept:
                kept.sendall(b"HTTP/1.1 500 slow\r\n")
                while not stop.wait(0.1):
                    kept.sendall(b"X-More: a\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(Undelivered):
            Webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", SECRET).carry(MESSAGE)
        stop.set()
        thread.join()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("form", ["wecom", "dingtalk", "feishu"])
def test_robots_are_asked_in_their_own_form_and_a_group_reads_no_matter(gateway: Gateway, form: Any) -> None:
    gateway.answers += [
        (200, b'{"errcode": 0, "code": 0}'),
        (200, b'{"errcode": 310000, "code": 19024}'),
        (200, b"<html>"),
    ]
    hook = Webhook(gateway.url, SECRET, form)
    with clock.holding(at(0)):
        hook.carry(MESSAGE)
        for _ in range(2):
            with pytest.raises(Undelivered):
                hook.carry(MESSAGE)
    path, _, body = gateway.came[0]
    asked = json.loads(body)
    assert MESSAGE.text not in str(asked)
    assert MESSAGE.to in str(asked)
    if form == "dingtalk":
        assert path.endswith(dingtalk_query(SECRET, int(at(0).timestamp()) * 1000))
    if form == "feishu":
        assert asked["sign"] == feishu_sign(SECRET, int(at(0).timestamp()))


def test_the_file_of_channels_is_checked(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("s", encoding="utf-8")
    path = tmp_path / "channels.json"

    def read(given: dict[str, Any]) -> Any:
        path.write_text(json.dumps(given), encoding="utf-8")
        return channels_in(path)

    assert channels_in(None).email is None
    assert read({"chat": {"url": "https://g.example/", "secret_file": str(kept)}}).chat.form == "gateway"
    wrong: list[dict[str, Any]] = [
        {"chat": {"url": "http://g.example/", "secret_file": str(kept)}},
        {"chat": {"url": "https://g.example/"}},
        {"chat": {"url": "https://g.example/", "secret_file": str(tmp_path / "none")}},
        {"telegram": {}},
        {"email": {"host": "h", "security": "maybe", "sender": "a@b"}},
    ]
    for given in wrong:
        with pytest.raises(InputError) as refused:
            read(given)
        assert "channels.md" in refused.value.text("en")


def test_why_mail_was_refused_names_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Supervisors of every unit read why; where a colleague is reached is the colleague's."""
    said = smtplib.SMTPRecipientsRefused({"somebody@example.cn": (550, b"no somebody@example.cn here")})
    monkeypatch.setattr(EmailMessage, "send", mock.Mock(side_effect=said))
    with pytest.raises(Undelivered, match=r"^recipient refused: 550$") as refused:
        Mail().carry(MESSAGE)
    assert refused.value.permanent
