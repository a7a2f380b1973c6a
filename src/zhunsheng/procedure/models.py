"""The tables of the door: obligations and how they changed, receipts of requests, and findings about ourselves."""

from __future__ import annotations

from typing import get_args

from django.db import models

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base.ids import new_id
from zhunsheng.norms.language import Severity
from zhunsheng.norms.plans import STATUSES
from zhunsheng.people.access import Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit

LONGEST_SCOPE = 500


class Obligation(Fenced):
    """One norm version applied in one scope at one opening act: due at a time, met, late, overdue, broken, void or unknown.

    It is what the interpreter says of the dossier's acts as of `judged_at`, and nothing else; the invariant job holds it to that.
    """

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    norm_id = models.CharField(max_length=120)
    version = models.CharField(max_length=20)
    scope = models.CharField(max_length=LONGEST_SCOPE, blank=True)
    opened_by = models.ForeignKey(Act, models.PROTECT, related_name="+")
    severity = models.CharField(max_length=12, choices=[(s, s) for s in get_args(Severity)])
    status = models.CharField(max_length=8, choices=[(s, s) for s in STATUSES])
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    owner_unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    owner = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    bearer = models.CharField(max_length=40)
    floating = models.BooleanField(default=False)
    """True while time alone may change it otherwise than by its due time: a stop stands, or the term itself is in doubt."""
    judged_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    """Since when the acts no longer open it, because what opened it was corrected or withdrawn."""

    class Meta:
        """Once for each opening; asked for by dossier, by due time and by owner."""

        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "norm_id", "version", "scope", "opened_by"), name="obligation_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                name="obligation_due",
                condition=models.Q(status="pending", withdrawn_at=None),
            ),
            models.Index(
                fields=("owner_unit", "due_at"),
                name="obligation_by_owner",
                condition=models.Q(status="pending", withdrawn_at=None),
            ),
            models.Index(
                fields=("owner", "due_at"),
                name="obligation_of_officer",
                condition=models.Q(status__in=("pending", "overdue", "unknown"), withdrawn_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.norm_id} {self.status}"

    @classmethod
    def rule(cls, reach: Reach) -> models.Q:
        """The obligations of the dossiers within reach."""
        return models.Q(dossier__in=Dossier.objects.within(reach))


class Change(models.Model):
    """A status that changed after the obligation was opened: by an act, or by time alone. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=9)
    after = models.CharField(max_length=9)
    """Each a status, or `withdrawn`."""
    at = models.DateTimeField()
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Receipt(models.Model):
    """A request that was carried out, by the key its sender gave it: sent again, it answers with the same act.

    Nobody keeps the key itself. The digest of the request is made with it, so that what was asked cannot be guessed from the
    digest once it has been erased elsewhere.
    """

    id = models.BigAutoField(primary_key=True)
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    key = models.CharField(max_length=200)
    """SHA-256 of the key, in hex."""
    request = models.BinaryField(max_length=32)
    """HMAC-SHA-256, under the key, of what was asked; another request under the same key is refused."""
    act = models.ForeignKey(Act, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """A sender uses a key once."""

        constraints = (models.UniqueConstraint(fields=("officer", "key"), name="receipt_once"),)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.key}"


class Discrepancy(models.Model):
    """A finding about ourselves: something this system keeps is not what it should be."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    detail = models.JSONField()
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    """When a later run no longer found it."""

    class Meta:
        """Standing ones are few and looked at often."""

        constraints = (
            models.UniqueConstraint(
                fields=("kind", "dossier", "detail"),
                condition=models.Q(gone_at=None),
                name="discrepancy_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.dossier_id or ''}"


class RulebookChange(models.Model):
    """One step of changing the norms in force: proposed by one person, activated or refused by another. Only ever added.

    Each is an entry of the ledger, in a chain of its own; `digest` is the entry's, the receipt.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveIntegerField(unique=True)
    step = models.CharField(max_length=10, choices=[(s, s) for s in ("proposed", "activated", "refused")])
    proposal = models.OneToOneField("self", models.PROTECT, null=True, related_name="decision")
    """What is decided on; a proposal is decided once."""
    name = models.CharField(max_length=60)
    """The file's name in the overlay, without its ending."""
    retires = models.BooleanField(default=False)
    """Whether the proposal is to take the file out of force again."""
    draft = models.CharField(max_length=64, blank=True)
    """SHA-256 of the norm file; its bytes are stored by it."""
    backtest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the result of trying it on history; stored likewise."""
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    salts = models.BinaryField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        """In the order of the chain; a decision names its proposal."""

        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(step="proposed", proposal=None)
                | ~models.Q(step="proposed") & ~models.Q(proposal=None),
                name="rulebook_decision_names_proposal",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="rulebook_change_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.step} {self.name}"
