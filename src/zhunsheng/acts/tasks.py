"""Jobs of acts: the bytes of a document that was erased are dropped, unless an act of somebody who has them still names them."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhunsheng.acts.uploads import named_by_one_who_has_it, uploads_forget
from zhunsheng.base.storage import storage

PERSISTENT = RetryStrategy(max_attempts=15, exponential_wait=2)
"""Again after 2, 4, 8 … seconds, the last time after hours: what is to be erased by law does not wait for somebody to look."""


@app.task(queue="upkeep", pass_context=False, retry=PERSISTENT)
def document_dropped(digest: str) -> None:
    """Drop the bytes of this digest, if nobody who has them names it any more."""
    if not named_by_one_who_has_it(digest):
        uploads_forget(digest)
        storage().remove(digest)
