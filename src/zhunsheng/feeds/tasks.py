"""Jobs of feeds: each is read on its own, so that a slow or broken system keeps no other back."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress

from django.db import transaction
from django.db.models import Max, Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.feed_file import PushSource, load_feed
from zhunsheng.feeds.files import feed_file, feed_files
from zhunsheng.feeds.judging import AT_ONCE, feed_judge, feeds_watch
from zhunsheng.feeds.models import WAITING, Feed
from zhunsheng.feeds.services import Busy, feed_run, retry_take

LOG = logging.getLogger(__name__)
READ_ON = Q(runs__way="run")
GRACE = dt.timedelta(seconds=30)
"""A job that comes a little early still counts as its turn."""


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="feeds_read", pass_context=False)
def feeds_read(timestamp: int) -> None:  # noqa: ARG001 - procrastinate hands over the time
    """Have every feed that is pulled and whose turn it is read on, and the quarantines that wait to be read once more."""
    for name in Feed.objects.filter(runs__state=WAITING).values_list("name", flat=True):
        retry_call(name)
    begun = dict(
        Feed.objects.annotate(begun=Max("runs__begun_at", filter=READ_ON)).values_list("name", "begun")
    )
    for path in feed_files():
        try:
            definition = load_feed(path)
        except InputError as fault:
            LOG.warning("feed %s cannot be used: %s", path.stem, fault.text("en"))
            continue
        last = begun.get(definition.name)
        due = last is None or clock.now() - last >= dt.timedelta(minutes=definition.every) - GRACE
        if due and not isinstance(definition.source, PushSource):
            with suppress(AlreadyEnqueued):
                feed_read.configure(queueing_lock=f"feed {definition.name}").defer(name=definition.name)


@app.periodic(cron="* * * * * */20")
@app.task(queue="alerts", queueing_lock="imported_due", pass_context=False)
def imported_due(timestamp: int) -> None:  # noqa: ARG001 - procrastinate hands over the time
    """Every twenty seconds: cases of other systems in which something has come due, or that are left to be judged."""
    while feeds_watch() >= AT_ONCE:
        pass


@app.task(queue="alerts", pass_context=False)
def pushed_judged(name: str) -> None:
    """Judge what was pushed, called right after it was taken."""
    feed_judge(feed_file(name))


def judge_call(name: str) -> None:
    """Have what a feed brought judged now; where that waits already, it is done then."""
    with suppress(AlreadyEnqueued):
        pushed_judged.configure(queueing_lock=f"judge {name}").defer(name=name)


@app.task(queue="upkeep", pass_context=False)
def quarantine_read(name: str) -> None:
    """Read a quarantine once more where that was asked for and has not been done; what comes of it stands with its run."""
    retry_take(name)


def retry_call(name: str) -> None:
    """Have `quarantine_read` run; where that waits already, it is done then."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        quarantine_read.configure(queueing_lock=f"retry {name}").defer(name=name)


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
