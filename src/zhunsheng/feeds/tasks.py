"""Jobs of feeds: each is read on its own, so that a slow or broken system keeps no other back."""

from __future__ import annotations

import logging
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.feed_file import PushSource, load_feed
from zhunsheng.feeds.files import feed_files
from zhunsheng.feeds.services import Busy, feed_run

LOG = logging.getLogger(__name__)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="feeds_read", pass_context=False)
def feeds_read(timestamp: int) -> None:  # noqa: ARG001 - procrastinate hands over the time
    """Have every feed that is pulled read on."""
    for path in feed_files():
        try:
            definition = load_feed(path)
        except InputError as fault:
            LOG.warning("feed %s cannot be used: %s", path.stem, fault.text("en"))
            continue
        if not isinstance(definition.source, PushSource):
            with suppress(AlreadyEnqueued):
                feed_read.configure(queueing_lock=f"feed {definition.name}").defer(name=definition.name)


@app.task(queue="upkeep", pass_context=False)
def feed_read(name: str) -> None:
    """Read one feed on; what goes wrong stands with its run."""
    try:
        run = feed_run(name)
    except Busy:
        return
    except InputError as fault:
        LOG.warning("feed %s cannot be read: %s", name, fault.text("en"))
        return
    if run.state == "failed":
        LOG.warning("feed %s: %s", name, run.fault_en)
