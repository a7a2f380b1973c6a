"""Pages by key: a cursor says after which row to go on, so that rows added meanwhile neither repeat nor hide any."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from ninja import Query
from pydantic import BaseModel, Field, StringConstraints

from zhunsheng.api.problems import Problem, Words

LARGEST, USUAL = 200, 50

Limit = Annotated[int, Query(default=USUAL, ge=1, le=LARGEST, description="Most rows in an answer.")]
Cursor = Annotated[
    str | None,
    StringConstraints(max_length=200),
    Query(default=None, description="`next` of the page before."),
]
Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(BaseModel, Generic[Item]):
    """Some rows, and where to go on."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the following page; null after the last.")


def cursor_write(*key: Any) -> str:
    """The opaque text of a row's key."""
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def cursor_read(text: str, *parts: Callable[[Any], Any]) -> tuple[Any, ...]:
    """A row's key again, each part made by its reader; Problem for what is no cursor of this list."""
    try:
        padded = text + "=" * (-len(text) % 4)
        key = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        return tuple(read(part) for read, part in zip(parts, list(key), strict=True))
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        raise Problem(
            "invalid",
            faults=[Words("query.cursor", "不是本列表的游标", "this is no cursor of this list")],
        ) from None


def page(
    rows: Iterable[Row], limit: int, show: Callable[[Row], Item], key: Callable[[Row], tuple[Any, ...]]
) -> dict[str, Any]:
    """The members of a page from up to `limit` + 1 rows."""
    found = list(rows)
    more = found[limit - 1] if len(found) > limit else None
    return {
        "items": [show(row) for row in found[:limit]],
        "next": None if more is None else cursor_write(*key(more)),
    }
