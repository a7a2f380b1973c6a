"""The tables of supervision: findings and their versions, alerts and their ways, contests, the ledger of rectification.

No table holds a number about a person; an officer is named as who is to be told and to answer, and counted nowhere.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.feeds.models import Event as FeedEvent
from zhunsheng.feeds.models import Feed
from zhunsheng.feeds.models import Obligation as Imported
from zhunsheng.people.access import Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit
from zhunsheng.procedure.models import Obligation
from zhunsheng.supervision import codes


class Finding(Fenced):
    """An obligation gone wrong. What its table row says now; every earlier state is a version and stays.

    It stands (`closed_at` empty) exactly while its obligation is in breach, whoever answered what.
    """

    id = models.BigAutoField(primary_key=True)
    obligation = models.OneToOneField(Obligation, models.PROTECT, null=True, related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    imported = models.OneToOneField(Imported, models.PROTECT, null=True, related_name="+")
    """The obligation of a case of another system; a finding rests on this or on one of our own, never on both."""
    feed = models.ForeignKey(Feed, models.PROTECT, to_field="name", null=True, related_name="+")
    norm_id = models.CharField(max_length=120)
    norm_version = models.CharField(max_length=20)
    title_zh = models.CharField(max_length=400)
    title_en = models.CharField(max_length=400)
    """The norm's title as of then: the norm may be retired or reworded."""
    severity = models.CharField(max_length=12)
    breach = models.CharField(max_length=8, choices=codes.BREACHES)
    status = models.CharField(max_length=10, choices=codes.Status.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+", db_index=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, to_field="number", null=True, related_name="+", db_index=False
    )
    """Who is told first and answers; nobody where the dossier names no handling officer."""
    found_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    """Empty where the rulebook found it."""
    stage = models.CharField(max_length=16, blank=True)
    """How far the case had come when it was found."""
    element = models.CharField(max_length=10)
    since = models.DateTimeField()
    """Since when it is wrong: the due time, or the act that broke it."""
    due_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    released_at = models.DateTimeField()
    """From here on others than the officer see it."""
    silent = models.BooleanField(default=False)
    """Found while its norm was silent: kept, counted nowhere, told nobody."""
    level = models.PositiveSmallIntegerField(default=0)
    """How many of the levels have been told."""
    next_level_at = models.DateTimeField(null=True)
    cured_by = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    cured_event = models.ForeignKey(FeedEvent, models.PROTECT, null=True, related_name="+")
    """The same where it is another system's event."""
    cured_at = models.DateTimeField(null=True)
    """When it was put right: by an act, or as verified."""
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    versions = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        """Asked for by dossier, by officer, by unit and time, by norm; the clock asks who is to be told next."""

        constraints = (
            models.CheckConstraint(
                condition=Q(status=codes.Status.CLOSED, closed_at__isnull=False)
                | ~Q(status=codes.Status.CLOSED) & Q(closed_at=None),
                name="finding_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=codes.Status.RECTIFIED) | Q(cured_at__isnull=False),
                name="finding_rectified_has_time",
            ),
            models.CheckConstraint(
                condition=Q(imported=None, feed=None, obligation__isnull=False, dossier__isnull=False)
                | Q(obligation=None, dossier=None, imported__isnull=False, feed__isnull=False),
                name="finding_rests_on_one",
            ),
        )
        indexes = (
            models.Index(fields=("officer", "status"), name="finding_of_officer"),
            models.Index(fields=("unit", "found_at"), name="finding_by_unit"),
            models.Index(fields=("norm_id", "norm_version", "found_at"), name="finding_by_norm"),
            models.Index(
                fields=("next_level_at",), name="finding_to_tell", condition=Q(next_level_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.norm_id} {self.status}"

    @property
    def case_number(self) -> str:
        """What people call the case it was found in."""
        if self.dossier is not None:
            return self.dossier.number
        return "" if self.imported is None else self.imported.case.number

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Findings of the units within reach, and of dossiers granted one by one, once they are released.

        A row names no party, so that a sealed dossier still counts; its facts are not shown (`access.finding_open`).
        """
        return reach.within("unit", entity="dossier", id_field="dossier_id") & Q(released_at__lte=reach.at)


class FindingVersion(models.Model):
    """One state of a finding and what brought it about, with the explanation as of then. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=10, choices=codes.Event.choices)
    status = models.CharField(max_length=10, choices=codes.Status.choices)
    breach = models.CharField(max_length=8, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    """The act that changed it; empty where time or an answer did."""
    event_row = models.ForeignKey(FeedEvent, models.PROTECT, null=True, related_name="+")
    """The same where it is another system's event."""
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    note = models.TextField(blank=True)
    explanation = models.JSONField(default=dict)
    """Language → verdict, basis, facts, steps, missing, cure. Content erased by law goes from here too, and nothing else does."""

    class Meta:
        """Numbered from one."""

        ordering = ("finding", "number")
        constraints = (models.UniqueConstraint(fields=("finding", "number"), name="finding_version_once"),)

    def __str__(self) -> str:
        return f"{self.finding_id}.{self.number} {self.event}"


class Contest(models.Model):
    """The officer's objection to a finding, and what somebody else decided."""

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="contests")
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    ground = models.CharField(max_length=16, choices=codes.Ground.choices)
    reason = models.TextField()
    evidence = models.TextField(blank=True)
    evidence_act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    evidence_event = models.ForeignKey(FeedEvent, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField()
    decide_by = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True, choices=codes.Outcome.choices)
    cause = models.CharField(max_length=16, blank=True, choices=codes.Cause.choices)
    """What was at fault, where the finding falls."""
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time; decided by another and with a reason, or moot."""

        constraints = (
            models.UniqueConstraint(
                fields=("finding",), condition=Q(outcome=""), name="contest_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | Q(outcome=codes.Outcome.MOOT, decided_at__isnull=False)
                | Q(
                    outcome__in=(codes.Outcome.UPHELD, codes.Outcome.DISMISSED),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                & ~Q(decision="")
                & ~Q(decided_by=models.F("officer")),
                name="contest_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=codes.Outcome.DISMISSED) | ~Q(cause=""),
                name="contest_dismissal_has_cause",
            ),
        )

    def __str__(self) -> str:
        return f"{self.finding_id} {self.outcome or 'open'}"


class Silence(models.Model):
    """A time in which a version of a norm is silent, because too many of its findings were dismissed."""

    id = models.BigAutoField(primary_key=True)
    norm_id = models.CharField(max_length=120)
    norm_version = models.CharField(max_length=20)
    since = models.DateTimeField()
    decided = models.PositiveIntegerField()
    dismissed = models.PositiveIntegerField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    repair = models.TextField(blank=True)
    """What was repaired."""

    class Meta:
        """One at a time for a version."""

        constraints = (
            models.UniqueConstraint(
                fields=("norm_id", "norm_version"), condition=Q(lifted_at=None), name="silence_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.norm_id} {self.since:%Y-%m-%d}"


class Alert(models.Model):
    """One person told of one finding at one level, with the receipts: seen, answered."""

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="alerts")
    level = models.CharField(max_length=8)
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+", db_index=False)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is told twice of the same at one level, unless it arose anew."""

        constraints = (
            models.UniqueConstraint(fields=("finding", "level", "officer", "made_at"), name="alert_once"),
        )
        indexes = (models.Index(fields=("officer", "seen_at"), name="alert_of_officer"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.level}"


SUBJECTS_OF_NOTICES = ("obligation", "imported", "contest", "rectification", "hand_down")


def only_of_notice(subject: str) -> Q:
    """That a notice has this subject and no other."""
    others = {name: None for name in SUBJECTS_OF_NOTICES if name != subject}
    return Q(**others, **{f"{subject}__isnull": False})


class Notice(models.Model):
    """One person told of a term or an event at one step of the rulebook, with the receipt. Of exactly one subject."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=codes.NoticeKind.choices)
    step = models.CharField(max_length=12)
    """The step's code in the rulebook."""
    obligation = models.ForeignKey(Obligation, models.PROTECT, null=True, related_name="+")
    imported = models.ForeignKey(Imported, models.PROTECT, null=True, related_name="+")
    contest = models.ForeignKey(Contest, models.PROTECT, null=True, related_name="+")
    rectification = models.ForeignKey("Rectification", models.PROTECT, null=True, related_name="+")
    hand_down = models.ForeignKey("HandDown", models.PROTECT, null=True, related_name="+")
    about_at = models.DateTimeField()
    """The term it speaks of, or the event. A term that moves is spoken of anew."""
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+", db_index=False)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is told twice of the same term at one step."""

        constraints = (
            models.UniqueConstraint(
                fields=(
                    *("kind", "step", "officer", "about_at"),
                    *SUBJECTS_OF_NOTICES,
                ),
                nulls_distinct=False,
                name="notice_once",
            ),
            models.CheckConstraint(
                condition=reduce(or_, map(only_of_notice, SUBJECTS_OF_NOTICES)),
                name="notice_of_one_subject",
            ),
        )
        indexes = (models.Index(fields=("officer", "seen_at"), name="notice_of_officer"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.step}"


class Delivery(models.Model):
    """An alert or a notice on its way by one channel outside the console, until it arrived or was given up."""

    id = models.BigAutoField(primary_key=True)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="deliveries")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="deliveries")
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    """When it is tried next; empty once it arrived or was given up."""
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=400, blank=True)
    """What went wrong last."""

    class Meta:
        """Once by each channel; the job asks for what is due."""

        constraints = (
            models.UniqueConstraint(
                fields=("alert", "notice", "channel"), nulls_distinct=False, name="delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(alert=None, notice__isnull=False) | Q(notice=None, alert__isnull=False),
                name="delivery_of_one",
            ),
        )
        indexes = (
            models.Index(fields=("next_at",), name="delivery_due", condition=Q(next_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.alert_id or self.notice_id} {self.channel}"


class Contact(models.Model):
    """Where an officer is reached by a channel; entered by themselves."""

    id = models.BigAutoField(primary_key=True)
    officer = models.ForeignKey(Officer, models.CASCADE, to_field="number", related_name="+")
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=200)
    entered_at = models.DateTimeField()

    class Meta:
        """One address for a channel."""

        constraints = (models.UniqueConstraint(fields=("officer", "channel"), name="contact_once"),)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.channel}"


class HandDown(Fenced):
    """A paper by which another organ asks a unit to put something right, with its clock and its reply."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=24, choices=codes.HandDownKind.choices)
    number = models.CharField(max_length=120)
    organ = models.CharField(max_length=200)
    subject = models.CharField(max_length=400)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    norm_id = models.CharField(max_length=120, blank=True)
    """The norm it is about; empty with `proposal` where none asks it yet."""
    proposal = models.TextField(blank=True)
    received_at = models.DateTimeField()
    reply_by = models.DateTimeField()
    entered_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    reply = models.TextField(blank=True)
    reply_number = models.CharField(max_length=120, blank=True)
    replied_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)

    class Meta:
        """Once; and every one leads to a norm or to the proposal of one."""

        constraints = (
            models.UniqueConstraint(fields=("organ", "number"), name="hand_down_once"),
            models.CheckConstraint(condition=~Q(norm_id="") | ~Q(proposal=""), name="hand_down_teaches"),
            models.CheckConstraint(
                condition=Q(replied_at=None) | ~Q(reply="") & Q(replied_by__isnull=False),
                name="hand_down_reply_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organ} {self.number}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach."""
        return reach.within("unit")


class Rectification(Fenced):
    """One line of the ledger: a problem, what is to be done about it by when, and who answers for it."""

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="+")
    hand_down = models.ForeignKey(HandDown, models.PROTECT, null=True, related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    """Of a line that no finding brought, the dossier it speaks of: what people wrote goes where the facts of that go."""
    norm_id = models.CharField(max_length=120, blank=True)
    severity = models.CharField(max_length=12)
    problem = models.CharField(max_length=600)
    task = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    owner = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    status = models.CharField(max_length=10, choices=codes.Repair.choices)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    """Empty where the officer's acceptance opened it."""
    due_at = models.DateTimeField()
    measure = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    evidence_act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    done_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    rung = models.PositiveSmallIntegerField(default=0)
    """How far it was escalated: 1 talk with the deputy, 2 talk with the head, 3 listed."""
    listed_at = models.DateTimeField(null=True)
    listing_ground = models.CharField(max_length=16, blank=True)
    delisted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """One line at a time for a finding; closed only with evidence and by another hand."""

        constraints = (
            models.UniqueConstraint(
                fields=("finding",), condition=~Q(status=codes.Repair.CLOSED), name="rectification_once"
            ),
            models.CheckConstraint(
                condition=~Q(status=codes.Repair.CLOSED)
                | ~Q(evidence="")
                & Q(verified_by__isnull=False, done_by__isnull=False)
                & ~Q(verified_by=models.F("owner"))
                & ~Q(verified_by=models.F("done_by")),
                name="rectification_closed_by_another",
            ),
        )
        indexes = (
            models.Index(fields=("unit", "status", "due_at"), name="rectification_by_unit"),
            models.Index(fields=("norm_id", "unit"), name="rectification_by_norm"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.status}"

    @property
    def counts(self) -> bool:
        """Whether it is asked for now: not while its finding is contested, nor once that was dismissed or has fallen away."""
        return self.finding is None or self.finding.status in codes.COUNTED

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach; one that an officer's acceptance opened not before its finding is released."""
        return reach.within("unit") & (Q(finding=None) | Q(finding__released_at__lte=reach.at))


LINE_COUNTS = Q(finding=None) | Q(finding__status__in=codes.COUNTED)
"""The same as a condition on lines."""


class RectificationStep(models.Model):
    """What happened to a line of the ledger. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=codes.StepKind.choices)
    status = models.CharField(max_length=10, choices=codes.Repair.choices)
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        """In the order it happened."""

        ordering = ("rectification", "id")

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.kind}"
