"""The tables of inspections: saved queries, inspections, what was frozen and drawn, checklists, answers, problems.

What proves something (population, draw, checklist, answer, evidence) is only ever added. No row counts or grades a person.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhunsheng.acts.models import Dossier
from zhunsheng.base.ids import new_id
from zhunsheng.inspections import codes
from zhunsheng.people.access import Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit
from zhunsheng.supervision.models import Finding, Rectification


class SavedQuery(Fenced):
    """A version of a query that has a name. Only ever added: changed, it is the next version."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    name = models.CharField(max_length=120)
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    """As `query.Query` reads it."""
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """Numbered from one under its name."""

        constraints = (models.UniqueConstraint(fields=("unit", "name", "number"), name="saved_query_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach."""
        return reach.within("unit")


class Inspection(Fenced):
    """One look at many cases, from its plan to its end."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, default=new_id)
    """Of the form it was planned with: sent twice, it is planned once."""
    kind = models.CharField(max_length=10, choices=codes.Kind.choices)
    title = models.CharField(max_length=200)
    theme = models.CharField(max_length=60, blank=True)
    cadence = models.CharField(max_length=60, blank=True)
    period_from = models.DateField()
    period_to = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    subject = models.CharField(max_length=5, choices=codes.Subject.choices, default=codes.Subject.CASES)
    query = models.ForeignKey(SavedQuery, models.PROTECT, null=True, related_name="+")
    spec = models.JSONField()
    """The query as it was when this was planned: `query.Query`, of units `places.Places`."""
    norms = models.JSONField(default=list)
    """The norms its checklists ask; empty: all that touch the case."""
    size = models.PositiveIntegerField()
    """How many are drawn; 0: all."""
    stratified = models.BooleanField(default=False)
    double = models.PositiveSmallIntegerField(default=0)
    """Of the sample, how many per cent are read by two who do not see each other's answers."""
    public_source = models.CharField(max_length=200, blank=True)
    """The value, announced here before it exists, that goes into the seed."""
    status = models.CharField(max_length=8, choices=codes.Status.choices)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    """Empty where the cadence planned it."""
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    conclusion = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        """A cadence plans once for a unit and a period."""

        constraints = (
            models.UniqueConstraint(
                fields=("cadence", "unit", "period_from"), condition=~Q(cadence=""), name="cadence_once"
            ),
            models.CheckConstraint(
                condition=Q(status=codes.Status.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(conclusion="")
                | ~Q(status=codes.Status.CLOSED) & Q(closed_at=None),
                name="inspection_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=models.F("period_from")), name="inspection_runs_forward"
            ),
            models.CheckConstraint(condition=Q(double__lte=100), name="inspection_double_share"),
            models.CheckConstraint(
                condition=Q(subject=codes.Subject.CASES)
                | Q(subject=codes.Subject.UNITS, double=0, query__isnull=True),
                name="inspection_subject_known",
            ),
        )
        indexes = (models.Index(fields=("unit", "status", "due_at"), name="inspection_by_unit"),)

    def __str__(self) -> str:
        return self.title

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach."""
        return reach.within("unit")


class Evidence(models.Model):
    """A step that is an entry of the ledger: a population frozen, a sample drawn. Only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveIntegerField(unique=True)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="evidence")
    step = models.CharField(max_length=8, choices=[("frozen", "frozen"), ("drawn", "drawn")])
    content = models.JSONField()
    salts = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        """Each step once."""

        constraints = (models.UniqueConstraint(fields=("inspection", "step"), name="evidence_once"),)

    def __str__(self) -> str:
        return f"{self.position} {self.step}"


class Population(models.Model):
    """The cases, or the units, that fitted the query at one moment, in the order of their public ids."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, primary_key=True, related_name="population")
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    salt = models.BinaryField(max_length=32)
    dossiers = ArrayField(models.UUIDField())
    """Empty where units are drawn."""
    units = ArrayField(models.CharField(max_length=64), default=list)
    """Codes of the units that may be drawn; empty where cases are."""
    strata = ArrayField(models.CharField(max_length=64))
    """The unit of each case; of each unit the one above it."""
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.digest[:16]

    @property
    def keys(self) -> list[uuid.UUID | str]:
        """What is drawn from: dossiers, or codes of units."""
        return [*self.units] or [*self.dossiers]


class Draw(models.Model):
    """The seed and what came of it."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, primary_key=True, related_name="draw")
    at = models.DateTimeField()
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField()
    """Leaves under the checkpoint the seed is made from."""
    root = models.CharField(max_length=64)
    public_value = models.CharField(max_length=200, blank=True)
    seed = models.CharField(max_length=64)
    drawn = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.seed[:16]


class Chosen(Fenced):
    """A case to be read, drawn or one that must be read whatever was drawn; or a unit to be visited, always drawn."""

    id = models.BigAutoField(primary_key=True)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    """None where the unit itself was drawn."""
    public_id = models.CharField(max_length=64)
    place = models.PositiveIntegerField()
    """From one, in the order drawn; those that were not drawn follow."""
    random = models.BooleanField()
    mandatory = models.CharField(max_length=60, blank=True)
    """Why it must be read: a code of the rulebook."""
    double = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    """The case's unit when it was drawn, or the unit that was drawn."""

    class Meta:
        """Each case once, each unit once."""

        ordering = ("inspection", "place")
        constraints = (
            models.UniqueConstraint(fields=("inspection", "dossier"), name="chosen_once"),
            models.UniqueConstraint(
                fields=("inspection", "unit"), condition=Q(dossier=None), name="chosen_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(dossier__isnull=False) | Q(random=True, mandatory="", double=False),
                name="chosen_unit_drawn",
            ),
            models.UniqueConstraint(fields=("inspection", "place"), name="chosen_place_once"),
            models.CheckConstraint(condition=Q(random=True) | ~Q(mandatory=""), name="chosen_for_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.inspection_id}.{self.place}"

    @property
    def case(self) -> Dossier:
        """The case of a row that has one: of an inspection of cases."""
        assert self.dossier is not None
        return self.dossier

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the inspections within reach."""
        return Q(inspection__in=Inspection.objects.within(reach))


class Checklist(models.Model):
    """The questions of one case with the rulebook's own answers, pinned when it was first opened."""

    chosen = models.OneToOneField(Chosen, models.PROTECT, primary_key=True, related_name="checklist")
    made_at = models.DateTimeField()
    edition = models.CharField(max_length=64)
    """The edition of the rulebook."""
    questions = models.JSONField()
    """As `checklists.Question`; titles and results, no facts of the case."""

    def __str__(self) -> str:
        return str(self.chosen_id)


class Sheet(models.Model):
    """One inspector's reading of one case; or the visit of two to one unit."""

    id = models.BigAutoField(primary_key=True)
    chosen = models.ForeignKey(Chosen, models.PROTECT, related_name="sheets")
    reading = models.PositiveSmallIntegerField()
    inspector = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    beside = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    """The second officer of a visit; either fills in the sheet."""
    visited_at = models.DateTimeField(null=True)
    """When they were there."""
    seen = models.TextField(blank=True)
    """What they saw in all."""
    assigned_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    assigned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    aside = models.TextField(blank=True)
    """Why it is not read after all: sealed meanwhile, out of reach."""
    aside_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")

    class Meta:
        """One or two readings of a case, each by somebody else."""

        ordering = ("chosen", "reading")
        constraints = (
            models.UniqueConstraint(fields=("chosen", "reading"), name="sheet_once"),
            models.UniqueConstraint(fields=("chosen", "inspector"), name="sheet_by_another"),
            models.CheckConstraint(condition=Q(reading__in=(1, 2)), name="sheet_first_or_second"),
            models.CheckConstraint(
                condition=Q(beside=None, visited_at=None, seen="")
                | Q(beside__isnull=False) & ~Q(beside=models.F("inspector")),
                name="sheet_visit_by_two",
            ),
            models.CheckConstraint(
                condition=Q(beside=None) | Q(done_at=None) | Q(visited_at__isnull=False) & ~Q(seen=""),
                name="sheet_visit_told",
            ),
            models.CheckConstraint(
                condition=Q(aside="", aside_by=None)
                | ~Q(aside="") & Q(aside_by__isnull=False, done_at__isnull=True),
                name="sheet_done_or_aside",
            ),
        )
        indexes = (
            models.Index(fields=("inspector", "done_at"), name="sheet_of_inspector"),
            models.Index(fields=("beside", "done_at"), name="sheet_of_second"),
        )

    def __str__(self) -> str:
        return f"{self.chosen_id} {self.reading}"


class Answer(models.Model):
    """What an inspector said of one question; of several the last counts. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=160)
    answer = models.CharField(max_length=8, choices=codes.Verdict.choices)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        """In the order they were given."""

        ordering = ("sheet", "id")
        constraints = (
            models.CheckConstraint(condition=Q(answer__in=codes.Verdict.values), name="answer_known"),
        )

    def __str__(self) -> str:
        return f"{self.question} {self.answer}"


class Settlement(models.Model):
    """What counts where two readers disagree, by a third person, with the reason. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    chosen = models.ForeignKey(Chosen, models.PROTECT, related_name="settlements")
    question = models.CharField(max_length=160)
    answer = models.CharField(max_length=8, choices=codes.Verdict.choices)
    reason = models.TextField()
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Once."""

        constraints = (
            models.UniqueConstraint(fields=("chosen", "question"), name="settlement_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.question} {self.answer}"


class Problem(models.Model):
    """What is wrong in a case by the readings; it leads to a finding, or to a line of the ledger."""

    id = models.BigAutoField(primary_key=True)
    chosen = models.ForeignKey(Chosen, models.PROTECT, related_name="problems")
    question = models.CharField(max_length=160)
    norm_id = models.CharField(max_length=120, blank=True)
    element = models.CharField(max_length=10)
    title_zh = models.CharField(max_length=400)
    title_en = models.CharField(max_length=400)
    note = models.TextField(blank=True)
    by_engine = models.BooleanField()
    """Whether the rulebook had found it, too."""
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="+")
    rectification = models.ForeignKey(Rectification, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Once for a question of a case."""

        constraints = (models.UniqueConstraint(fields=("chosen", "question"), name="problem_once"),)

    def __str__(self) -> str:
        return f"{self.chosen_id} {self.question}"


class Step(models.Model):
    """What happened to an inspection. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=codes.StepKind.choices)
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        """In the order it happened."""

        ordering = ("inspection", "id")

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.kind}"
