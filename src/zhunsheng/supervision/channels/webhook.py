"""Enterprise chat and text messages over HTTP: our signed gateway form, and the robots of WeCom, DingTalk and Feishu.

A robot speaks to a group. Therefore what it says names nobody's finding: only that something waits, and where.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any, Literal
from urllib.parse import urlsplit

from zhunsheng.base import clock
from zhunsheng.supervision.channels.contract import Message, Undelivered
from zhunsheng.supervision.channels.signing import dingtalk_query, feishu_sign, signature

PATIENCE_S = 10.0
"""So long nothing may come."""
LONGEST_S = 20.0
"""So long it may take altogether, however slowly something comes: less than the first wait until it is tried again."""
LONGEST_ANSWER = 64 * 1024
Form = Literal["gateway", "wecom", "dingtalk", "feishu"]
AGAIN = frozenset((408, 425, 429))
"""Refusals that pass."""


@dataclass(frozen=True)
class Webhook:
    """One address that takes messages as JSON."""

    url: str
    secret: str
    form: Form = "gateway"

    def carry(self, message: Message) -> None:
        """Post it; Undelivered for an answer that is no yes, and where there is no answer."""
        seconds = clock.microseconds(clock.now()) // 1_000_000
        path, body, headers = FORMS[self.form](self, message, seconds)
        status, said = self.post(path, body, headers)
        if status >= http.HTTPStatus.BAD_REQUEST:
            lasting = status < http.HTTPStatus.INTERNAL_SERVER_ERROR and status not in AGAIN
            raise Undelivered(f"HTTP {status}", permanent=lasting)
        if status >= http.HTTPStatus.MULTIPLE_CHOICES:
            raise Undelivered(f"HTTP {status}: redirected", permanent=True)
        if self.form != "gateway":
            robot_check(said)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and beginning of the answer."""
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_S)
        cut = Timer(LONGEST_S, cut_off, (connection,))
        cut.daemon = True
        try:
            cut.start()
            connection.request(
                "POST", path, body, {"Content-Type": "application/json; charset=utf-8", **headers}
            )
            answer = connection.getresponse()
            return answer.status, answer.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise Undelivered(f"{type(error).__name__}: {error}") from error
        finally:
            cut.cancel()
            connection.close()

    def path(self, *queries: str) -> str:
        """Path and query, with more of the latter."""
        parts = urlsplit(self.url)
        query = "&".join(q for q in (parts.query, *queries) if q)
        return (parts.path or "/") + (f"?{query}" if query else "")


def cut_off(connection: http.client.HTTPConnection) -> None:
    """End an exchange that takes too long."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


Made = tuple[str, bytes, dict[str, str]]


def gateway(hook: Webhook, message: Message, seconds: int) -> Made:
    """Our own form: whom, what, where, and a key to tell repetitions by; signed in headers."""
    body = as_json(
        {
            "to": message.to,
            "subject": message.subject,
            "text": message.text,
            "url": message.url,
            "key": message.key,
        }
    )
    stamp = str(seconds)
    signed = signature(hook.secret, stamp, body)
    return hook.path(), body, {"X-Zhunsheng-Timestamp": stamp, "X-Zhunsheng-Signature": f"sha256={signed}"}


def wecom(hook: Webhook, message: Message, _seconds: int) -> Made:
    """WeCom: the address itself is the secret."""
    told = {"content": said_to_group(message), "mentioned_mobile_list": [message.to]}
    return hook.path(), as_json({"msgtype": "text", "text": told}), {}


def dingtalk(hook: Webhook, message: Message, seconds: int) -> Made:
    """DingTalk: signed behind the address."""
    body = {
        "msgtype": "text",
        "text": {"content": said_to_group(message)},
        "at": {"atMobiles": [message.to]},
    }
    return hook.path(dingtalk_query(hook.secret, seconds * 1000)), as_json(body), {}


def feishu(hook: Webhook, message: Message, seconds: int) -> Made:
    """Feishu: signed in the body."""
    content = f'<at user_id="{message.to}"></at> {said_to_group(message)}'
    body = {
        "timestamp": str(seconds),
        "sign": feishu_sign(hook.secret, seconds),
        "msg_type": "text",
        "content": {"text": content},
    }
    return hook.path(), as_json(body), {}


FORMS: dict[Form, Callable[[Webhook, Message, int], Made]] = {
    "gateway": gateway,
    "wecom": wecom,
    "dingtalk": dingtalk,
    "feishu": feishu,
}


def said_to_group(message: Message) -> str:
    """What others in a group may read."""
    return f"您有一项提醒，请登录查看。 {message.url}"


def as_json(value: dict[str, Any]) -> bytes:
    """UTF-8, in one fixed order: what is signed is what is sent."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def robot_check(said: bytes) -> None:
    """Undelivered unless a robot's answer says zero: robots answer 200 to what they refuse."""
    try:
        answer = json.loads(said)
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    except (ValueError, AttributeError):
        raise Undelivered("the answer is no JSON object") from None
    if code != 0:
        raise Undelivered(f"code {code}: {answer.get('errmsg') or answer.get('msg') or ''}"[:300])
