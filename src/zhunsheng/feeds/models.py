"""The tables of feeds: where each stands, its runs, the events it brought and the rows that could not be read.

Events are only ever added (triggers in a migration): a row that changed in the other system is a further version of its event.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhunsheng.exchange.connect.events import LONGEST_KEY
from zhunsheng.people.access import Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit

LONGEST_NAME = 200
STATES = ("running", "done", "failed")


class Feed(models.Model):
    """Where a feed stands; what it is stands in its file."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    cursor = models.TextField(blank=True)
    """Where the next run goes on; in the spelling of the feed's connector."""
    good_at = models.DateTimeField(null=True)
    """When a run last came to its end."""
    made_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One reading of a feed, and what came of it. Rows the mapping leaves out are counted as read only."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="runs")
    way = models.CharField(max_length=8)
    """run, replay, push or retry."""
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="running")
    begun_from = models.TextField(blank=True)
    read = models.PositiveBigIntegerField(default=0)
    new = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    same = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveBigIntegerField(default=0)
    fault_zh = models.TextField(blank=True)
    fault_en = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="feed_run_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.begun_at:%Y-%m-%d %H:%M} {self.state}"


class Event(Fenced):
    """One version of one act of another system. The highest version of a key is the one that counts."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    version = models.PositiveIntegerField()
    case = models.CharField(max_length=LONGEST_NAME)
    type = models.CharField(max_length=80)
    at = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    unit = models.CharField(max_length=LONGEST_NAME, blank=True)
    """The acting unit as the other system writes it."""
    owner = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    """Whose it is here: that unit where it is registered, else the feed's."""
    content = models.JSONField()
    """`officers`, `subjects` and `fields`, spelt as acts spell them."""
    digest = models.CharField(max_length=64)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        """A version once; asked for by case."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("feed", "key", "version"), name="feed_event_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("feed", "case"), name="feed_event_by_case")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.key} {self.version}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """The events of the units within reach."""
        return reach.within("owner")


class Quarantined(Fenced):
    """A row that is no event, kept with the reason until it is mended or dropped by somebody for a reason."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    row = models.JSONField()
    """The cells as they came; empty for a file or message that is no row."""
    reason_zh = models.TextField()
    reason_en = models.TextField()
    where = models.CharField(max_length=500)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True)
    """imported or dropped."""
    dropped_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    dropped_why = models.CharField(max_length=400, blank=True)

    class Meta:
        """Once while it stands."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("feed", "key"), condition=Q(ended_at=None), name="feed_quarantine_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="dropped") | Q(dropped_by__isnull=False) & ~Q(dropped_why=""),
                name="feed_dropped_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.key}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """The rows of feeds whose unit lies within reach."""
        return reach.within("feed__unit")
