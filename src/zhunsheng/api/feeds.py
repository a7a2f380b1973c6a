"""Rows that another system pushes: taken once however often they are sent, by the accounts its feed's file names."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field, StringConstraints

from zhunsheng.api.callers import Caller
from zhunsheng.api.inputs import Scalar, Taken
from zhunsheng.api.operations import operation
from zhunsheng.api.rules import FEEDS
from zhunsheng.api.shown import answer
from zhunsheng.exchange.connect.pages import cells_of
from zhunsheng.feeds.services import PUSHED_AT_ONCE, rows_push

Column = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class RowsIn(Taken):
    """Some rows, column to value. The feed's file says which columns are the case, the act, the time and the key."""

    rows: Annotated[
        list[Annotated[dict[Column, Scalar], Field(max_length=500)]],
        Field(min_length=1, max_length=PUSHED_AT_ONCE),
    ]


class TakenOut(BaseModel):
    """What came of them. Rows that cannot be read wait in quarantine; they are not to be sent again until mended."""

    read: int
    new: int
    changed: int
    same: int
    quarantined: int


@operation(
    "feeds",
    "POST",
    "/feeds/{slug:name}/rows",
    name="feed_rows",
    rule=FEEDS,
    answers={200: TakenOut},
    problems=("not-found",),
    words=("推送其他系统的执法记录", "Push rows of another system"),
)
def feed_rows(request: HttpRequest, name: str, body: RowsIn) -> HttpResponse:
    """Take rows."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    counts = rows_push(name, [cells_of(row) for row in body.rows], by=caller.officer)
    return answer(TakenOut(**vars(counts)))
