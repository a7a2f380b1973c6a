"""The tables of feeds: where each stands, its runs, the events it brought, the rows that could not be read, and what norms say.

Events are only ever added (triggers in a migration): a row that changed in the other system is a further version of its event.
"""

from __future__ import annotations

from typing import ClassVar, get_args

from django.db import models
from django.db.models import Q

from zhunsheng.exchange.connect.events import LONGEST_KEY
from zhunsheng.norms.language import Severity
from zhunsheng.norms.plans import STATUSES
from zhunsheng.people.access import Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit

LONGEST_NAME = 200
LONGEST_SCOPE = 500
WAITING = "waiting"
STATES = (WAITING, "running", "done", "failed")
"""A reading that somebody asked for waits until a worker takes it up."""


class Feed(models.Model):
    """Where a feed stands; what it is stands in its file."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    """What people call it, as its file had it last: the file may be taken away and what it brought stays."""
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    cursor = models.TextField(blank=True)
    """Where the next run goes on; in the spelling of the feed's connector."""
    good_at = models.DateTimeField(null=True)
    """When a run last came to its end."""
    known_at = models.DateTimeField(null=True)
    """When that run began: what the other system had by then has been read."""
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
    empty = models.JSONField(default=list)
    """Names of the files in which there was no row; they are looked at again by the next run."""

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="feed_run_state_known"),
            models.UniqueConstraint(
                fields=("feed",), condition=Q(state="waiting"), name="feed_run_waits_once"
            ),
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
    place = models.CharField(max_length=300, blank=True)
    """The file, table or topic the row stands in; its key says which row."""
    number = models.PositiveBigIntegerField(null=True)
    """Which row of the file it is, the heading not counted; empty where rows have no order."""
    gone = models.BooleanField(default=False)
    """The other system has deleted it: from this version on it counts no more."""
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
    case = models.CharField(max_length=LONGEST_NAME, blank=True)
    """The case it would belong to, as its cell has it."""
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


class Case(Fenced):
    """One case of a feed as the norms judge it. Its row is the lock under which that happens."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="+")
    number = models.CharField(max_length=LONGEST_NAME)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    """The unit of its first act where that is registered here, else the feed's."""
    stale = models.BooleanField(default=True)
    """Its rows have changed since it was judged."""
    read_with = models.CharField(max_length=64, blank=True)
    """Digest of the norms and of the feed's settings it was judged by."""
    judged_at = models.DateTimeField(null=True)
    """As of when it was judged."""
    known_at = models.DateTimeField(null=True)
    """Up to when the other system was known then: what came due later is not held undone."""

    class Meta:
        """Once; the clock asks for the stale ones."""

        constraints: ClassVar = [models.UniqueConstraint(fields=("feed", "number"), name="feed_case_once")]
        indexes: ClassVar = [
            models.Index(fields=("feed",), name="feed_case_stale", condition=Q(stale=True)),
            models.Index(fields=("feed", "read_with"), name="feed_case_by_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.number}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """The cases of the units within reach."""
        return reach.within("unit")


class Obligation(Fenced):
    """One norm version applied in one scope at one opening event: what the interpreter says of the case's events, as a row.

    One thing only is ours: what is overdue while rows of the case wait in quarantine is unknown; one of them may be the act.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    norm_id = models.CharField(max_length=120)
    version = models.CharField(max_length=20)
    scope = models.CharField(max_length=LONGEST_SCOPE, blank=True)
    opened_by = models.CharField(max_length=LONGEST_KEY)
    """The key of the opening event; likewise `decided_by`."""
    opened_type = models.CharField(max_length=80)
    opened_at = models.DateTimeField(null=True)
    severity = models.CharField(max_length=12, choices=[(s, s) for s in get_args(Severity)])
    status = models.CharField(max_length=8, choices=[(s, s) for s in STATUSES])
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=LONGEST_KEY, blank=True)
    decided_at = models.DateTimeField(null=True)
    owner_unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    owner = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    """The officer here; nobody where the other system's number leads to none."""
    owner_code = models.CharField(max_length=LONGEST_NAME, blank=True)
    """Whom the other system names."""
    bearer = models.CharField(max_length=40)
    floating = models.BooleanField(default=False)
    judged_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Once for each opening; asked for by case, and by due time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("case", "norm_id", "version", "scope", "opened_by"), name="feed_obligation_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=("due_at",),
                name="feed_obligation_due",
                condition=Q(status="pending", withdrawn_at=None),
            ),
            models.Index(
                fields=("owner_unit", "opened_at"),
                name="feed_obligation_by_unit",
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.norm_id} {self.status}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach."""
        return reach.within("owner_unit")


class Reading(models.Model):
    """Somebody has looked at a case of another system; only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    purpose = models.CharField(max_length=30)
    via = models.CharField(max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.officer_id} {self.case_id}"
