"""Pages of JSON pulled from another system's service, with its cursor, and tried again when it does not answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from zhunsheng.base.errors import InputError

from .feed_file import RestSource, secret
from .pages import Page, cells_of

LARGEST_ANSWER = 64 << 20
TRY_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))


def place_after(url: str, cursor: str, number: int) -> str:
    """The place of record number n of the page after a cursor."""
    return f"{url} {cursor} #{number}"


def addressed(url: str) -> bool:
    """Whether it is an address by http or https."""
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False


class _NoRedirect(HTTPRedirectHandler):
    """A redirect could carry the token to another host."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class RestConnector:
    """Asks for one page after another until an answer names no further one."""

    def __init__(self, source: RestSource, sleep: Callable[[float], None] = time.sleep) -> None:
        self.source, self.sleep = source, sleep
        if not addressed(source.url):
            raise InputError(
                zh="地址须以 http:// 或 https:// 开头",
                en="the address must begin with http:// or https://",
                where="source.url",
            )

    def pages(self, cursor: str) -> Iterator[Page]:
        """The pages from the cursor on; the last cursor named is where the next run begins."""
        while True:
            answer = self.asked(self.address(cursor))
            rows = [cells_of(record) for record in self.records(answer)]
            following = self.following(answer)
            where = partial(place_after, self.source.url, cursor)
            yield Page(rows, following or cursor, where=where, place=self.source.url)
            if not following or following == cursor:
                return
            cursor = following

    def cursor_at(self, mark: str) -> str:
        """A cursor of the other system's own."""
        return mark

    def address(self, cursor: str) -> str:
        """The address of a page."""
        if not cursor:
            return self.source.url
        parts = urlsplit(self.source.url)
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return urlunsplit(parts._replace(query=urlencode(given | {self.source.cursor: cursor})))

    def following(self, answer: Any) -> str | None:
        """The cursor of the next page; out of a whole address its parameter."""
        if self.source.next is None:
            return None
        found = at_path(answer, self.source.next)
        if found in (None, "", False):
            return None
        text = str(found)
        if text.startswith(("http://", "https://", "/", "?")):
            values = parse_qs(urlsplit(urljoin(self.source.url, text)).query).get(self.source.cursor)
            return values[-1] if values else None
        return text

    def records(self, answer: Any) -> list[Mapping[str, Any]]:
        """The records of an answer; InputError where they are no list of objects."""
        found = at_path(answer, self.source.records) if self.source.records else answer
        if not isinstance(found, list) or not all(isinstance(r, dict) for r in found):
            raise InputError(
                zh=f"回应中“{self.source.records or '（最外层）'}”不是对象的列表",
                en=f"{self.source.records or 'the answer'} is no list of objects",
                where=self.source.url,
                remedy_zh="改来源文件的 source.records",
                remedy_en="change source.records in the feed file",
            )
        return found

    def asked(self, address: str) -> Any:
        """The answer as JSON, tried several times, each wait twice as long."""
        headers = {"Accept": "application/json", "User-Agent": "zhunsheng-feed"}
        token = secret(self.source.token_env)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        opener = build_opener(_NoRedirect)
        for attempt in range(self.source.tries):
            try:
                with opener.open(Request(address, headers=headers), timeout=self.source.timeout) as answer:  # noqa: S310 - http and https only
                    content = answer.read(LARGEST_ANSWER + 1)
                if len(content) > LARGEST_ANSWER:
                    raise self.failed("回应过大", "the answer is too large")
                return json.loads(content)
            except HTTPError as fault:
                if fault.code not in TRY_AGAIN or attempt + 1 == self.source.tries:
                    raise self.failed(f"对方回应 {fault.code}", f"it answered {fault.code}") from None
            except (URLError, TimeoutError, ConnectionError) as fault:
                if attempt + 1 == self.source.tries:
                    raise self.failed(f"连不上（{fault}）", f"it cannot be reached ({fault})") from None
            except ValueError:
                raise self.failed("回应不是 JSON", "the answer is no JSON") from None
            self.sleep(2.0**attempt)
        raise self.failed("没有回应", "no answer")

    def failed(self, zh: str, en: str) -> InputError:
        """The error of a service that did not give its rows."""
        return InputError(
            zh=f"对方服务读不了：{zh}",
            en=f"the service cannot be read: {en}",
            where=self.source.url,
            remedy_zh="核对地址、令牌和网络；已读入的不受影响，修好后再运行即可",
            remedy_en="check address, token and network; what was read is kept: run it again once mended",
        )


def at_path(answer: Any, path: str) -> Any:
    """What lies at a path of names joined by dots; None where there is nothing."""
    for name in path.split("."):
        if not isinstance(answer, dict):
            return None
        answer = answer.get(name)
    return answer
