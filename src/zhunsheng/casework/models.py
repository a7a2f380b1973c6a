"""Rows that screens list. All but kept drafts and numbers of papers follow from the acts and can be made anew from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.people.access import NOTHING, Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit

LONGEST_TITLE = 120


class Case(Fenced):
    """One line of the case list: what a dossier of casework is, how far it has come, and what is due in it first."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="+")
    number = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+", db_index=False)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    people = models.CharField(max_length=200, blank=True)
    """The names to show, suspects first."""
    suspects = models.PositiveSmallIntegerField(default=0)
    juvenile = models.BooleanField(default=False)
    """Whether a suspect was a juvenile when it happened."""
    procedure = models.CharField(max_length=12)
    stage = models.CharField(max_length=16)
    waiting = models.CharField(max_length=12, blank=True)
    handler = models.ForeignKey(
        Officer, models.PROTECT, to_field="number", null=True, related_name="+", db_index=False
    )
    co_handler = models.ForeignKey(
        Officer, models.PROTECT, to_field="number", null=True, related_name="+", db_index=False
    )
    """The second of the two who handle it; the case stands on both desks."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    """When it was closed; of a matter that never became a case, when it was settled and nothing more was due in it."""
    sealed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """When the first obligation still to be met is due; in the past where it is overdue."""
    overdue = models.PositiveSmallIntegerField(default=0)
    """Obligations whose time is up and that are not met."""
    broken = models.PositiveSmallIntegerField(default=0)
    """Obligations broken or met late."""
    position = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        """The list is asked for by unit or over all, what is due first or newest first; the desk by handler and by turn."""

        indexes = (
            models.Index(fields=("unit", "due_at"), name="case_open_by_unit", condition=Q(closed_at=None)),
            models.Index(fields=("due_at",), name="case_open_due", condition=Q(closed_at=None)),
            models.Index(
                fields=("handler", "due_at"), name="case_open_by_handler", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=("co_handler", "due_at"), name="case_open_by_co_handler", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=("waiting", "unit", "due_at"),
                name="case_waiting",
                condition=Q(closed_at=None) & ~Q(waiting=""),
            ),
            models.Index(
                fields=("unit", "due_at"), name="case_overdue", condition=Q(closed_at=None, overdue__gt=0)
            ),
            models.Index(
                fields=("stage", "unit", "due_at"), name="case_open_by_stage", condition=Q(closed_at=None)
            ),
            models.Index(fields=("unit", "-opened_at"), name="case_juvenile", condition=Q(juvenile=True)),
            models.Index(fields=("unit", "-opened_at"), name="case_by_unit"),
            models.Index(fields=("-opened_at",), name="case_newest"),
            models.Index(fields=("handler", "-opened_at"), name="case_by_handler"),
        )

    def __str__(self) -> str:
        return self.number

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """As the dossier's own: the units within reach, and those granted one by one; a sealed one only when granted so."""
        singly = Q(pk__in=reach.singly("dossier")) if reach.contents else NOTHING
        return reach.within("unit") & Q(sealed_at=None) | singly


class Party(Fenced):
    """A person of a dossier, as identified so far."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    """What acts name the person by."""
    name = models.CharField(max_length=200, blank=True)
    roles = models.CharField(max_length=120, blank=True)
    """Parts in the case, with spaces between."""
    id_number = models.CharField(max_length=60, blank=True)
    birth_on = models.DateField(null=True)
    age = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=8, blank=True)
    juvenile = models.BooleanField(null=True)

    class Meta:
        """Each key once in a dossier."""

        constraints = (models.UniqueConstraint(fields=("dossier", "key"), name="party_once"),)

    def __str__(self) -> str:
        return self.name or self.key

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """The people of the cases within reach."""
        return Q(dossier__in=Case.objects.within(reach))


class Decided(Fenced):
    """What was decided on one person: for telling how comparable cases were decided, never about the person."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    act = models.ForeignKey(Act, models.CASCADE, related_name="+")
    person = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+", db_index=False)
    violation = models.CharField(max_length=80, blank=True)
    tier = models.CharField(max_length=80, blank=True)
    decision = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    days = models.PositiveSmallIntegerField(null=True)
    decided_on = models.DateField()

    class Meta:
        """Asked for by violation."""

        constraints = (models.UniqueConstraint(fields=("act", "person"), name="decided_once"),)
        indexes = (models.Index(fields=("violation", "decided_on"), name="decided_by_violation"),)

    def __str__(self) -> str:
        return f"{self.violation} {self.decision}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """By the unit of the case; what is told are numbers without names."""
        return reach.within("unit")


class Term(models.Model):
    """A word a case is found by: its number, a name, an identity number, the number of a paper; folded as `parties.folded`."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    term = models.CharField(max_length=200, db_collation="C")

    class Meta:
        """Found from its beginning on: the C collation makes a plain index serve prefixes, and alone gives the dossiers."""

        constraints = (models.UniqueConstraint(fields=("dossier", "kind", "term"), name="term_once"),)
        indexes = (models.Index(fields=("term",), include=("dossier",), name="term_prefix"),)

    def __str__(self) -> str:
        return f"{self.kind}={self.term}"


class SearchTrace(models.Model):
    """Who searched the cases for what, and why. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    purpose = models.CharField(max_length=40)
    query = models.CharField(max_length=200)
    found = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Asked for by officer and time."""

        indexes = (models.Index(fields=("officer", "at"), name="search_by_officer"),)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.at:%Y-%m-%d %H:%M}"


class KeptDraft(models.Model):
    """What an officer has typed into a form and not yet submitted; theirs alone, gone once submitted or too old."""

    id = models.BigAutoField(primary_key=True)
    officer = models.ForeignKey(Officer, models.CASCADE, to_field="number", related_name="+")
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")
    form = models.CharField(max_length=80)
    """Which form: a type of act, or `intake`."""
    data = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        """One of a form in a dossier."""

        constraints = (
            models.UniqueConstraint(
                fields=("officer", "dossier", "form"), name="draft_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.officer_id} {self.form}"


class Paper(Fenced):
    """A signed paper; its bytes are kept by digest and never change."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    act = models.OneToOneField(Act, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    number = models.CharField(max_length=120, blank=True)
    person = models.CharField(max_length=200, blank=True)
    template = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    token = models.CharField(max_length=40, blank=True, db_index=True)
    """What its QR code asks for."""
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+", db_index=False)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """The papers of the cases within reach."""
        return Q(dossier__in=Case.objects.within(reach))


class PaperNumbering(models.Model):
    """The last number of a series of papers that a unit gave in a year."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One counter for a unit, series and year."""

        constraints = (
            models.UniqueConstraint(fields=("unit", "series", "year"), name="paper_numbering_once"),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.series} {self.year}-{self.last}"
