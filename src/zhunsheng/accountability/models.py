"""The tables of accountability: external results and their reviews, cases of responsibility and all that was said in them.

An officer stands in a case as one of those concerned by it. No table, index or column adds up cases by officer.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhunsheng.accountability import codes
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.people.access import NOTHING, Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit
from zhunsheng.supervision.models import Finding, HandDown, Rectification

READ_FOR = frozenset(("supervision", "approval"))
"""Purposes for which cases of responsibility are read at all."""


class ExternalResult(Fenced):
    """What a procuratorate, a court or an organ above decided against what a unit had done."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    organ = models.CharField(max_length=200)
    number = models.CharField(max_length=120)
    number_key = models.CharField(max_length=120)
    """The number without the ways of writing it: brackets, blanks and width."""
    decided_on = models.DateField()
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    decision = models.TextField()
    reason = models.TextField()
    """Quoted from the paper."""
    hand_down = models.ForeignKey(HandDown, models.PROTECT, null=True, related_name="+")
    """The suggestion of the procuratorate it came with, where one was handed down."""
    entered_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    entered_at = models.DateTimeField()
    review_by = models.DateTimeField()
    overturned_at = models.DateTimeField(null=True)
    overturned_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    overturned_paper = models.TextField(blank=True)
    """By which paper it fell, and what that says."""

    class Meta:
        """Once; asked for by unit and by what is to be reviewed first."""

        constraints = (
            models.UniqueConstraint(fields=("organ", "number_key"), name="external_result_once"),
            models.CheckConstraint(
                condition=Q(overturned_at=None) | Q(overturned_by__isnull=False) & ~Q(overturned_paper=""),
                name="external_overturned_by_paper",
            ),
        )
        indexes = (models.Index(fields=("unit", "review_by"), name="external_by_unit"),)

    def __str__(self) -> str:
        return f"{self.organ} {self.number}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach."""
        return reach.within("unit")


class NormProposal(Fenced):
    """What a review wishes the rulebook asked, until somebody has answered it."""

    id = models.BigAutoField(primary_key=True)
    result = models.ForeignKey(ExternalResult, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    text = models.TextField()
    made_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    made_at = models.DateTimeField()
    norm_id = models.CharField(max_length=120, blank=True)
    """The norm that came of it."""
    refusal = models.TextField(blank=True)
    """Why none did."""
    settled_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """Settled by a norm or by a reason."""

        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at=None, norm_id="", refusal="")
                | Q(settled_at__isnull=False, settled_by__isnull=False) & (~Q(norm_id="") | ~Q(refusal="")),
                name="norm_proposal_settled_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.norm_id or self.refusal or 'open'}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach."""
        return reach.within("unit")


class ExternalReview(models.Model):
    """What somebody with no hand in the dossier found on looking at an external result again. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    result = models.OneToOneField(ExternalResult, models.PROTECT, related_name="review")
    conclusion = models.CharField(max_length=24)
    reason = models.TextField()
    norm_id = models.CharField(max_length=120, blank=True)
    proposal = models.OneToOneField(NormProposal, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Every one leads to a norm or to the proposal of one."""

        constraints = (
            models.CheckConstraint(
                condition=~Q(norm_id="") | Q(proposal__isnull=False), name="external_review_teaches"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="external_review_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.result_id} {self.conclusion}"


class ReviewedAct(models.Model):
    """An act on which an external result rests, as the review found. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    review = models.ForeignKey(ExternalReview, models.PROTECT, related_name="acts")
    act = models.ForeignKey(Act, models.PROTECT, related_name="+")

    class Meta:
        """Each once."""

        constraints = (models.UniqueConstraint(fields=("review", "act"), name="reviewed_act_once"),)

    def __str__(self) -> str:
        return f"{self.review_id} {self.act_id}"


class ResponsibilityCase(Fenced):
    """A case of fault accountability: where it stands, and its clocks. All that was said in it has rows of its own."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=400)
    state = models.CharField(max_length=12, choices=codes.State.choices)
    round = models.PositiveSmallIntegerField(default=1)
    """Grows when responsibility is attributed anew because a ground fell."""
    opened_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    opened_at = models.DateTimeField()
    attribute_by = models.DateTimeField()
    attributed_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    statement_by = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    objection_by = models.DateTimeField(null=True)
    redecide_by = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        """Asked for by unit and state; the clock asks which decisions nobody objected to."""

        indexes = (
            models.Index(fields=("unit", "state"), name="responsibility_by_unit"),
            models.Index(
                fields=("objection_by",),
                name="responsibility_lapsing",
                condition=Q(state=codes.State.DECIDED),
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Those of the units within reach, for supervision and for the heads who decide; `access` leaves out one's own."""
        return reach.within("unit") if reach.purpose in READ_FOR else NOTHING


class CaseGround(models.Model):
    """A finding or an external result that a case was opened from. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="grounds")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="+")
    result = models.ForeignKey(ExternalResult, models.PROTECT, null=True, related_name="+")

    class Meta:
        """One of the two, once in a case."""

        constraints = (
            models.CheckConstraint(
                condition=Q(finding__isnull=False, result=None) | Q(finding=None, result__isnull=False),
                name="ground_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=("case", "finding", "result"), name="ground_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.finding_id or self.result_id}"


class GroundJudged(models.Model):
    """Whether what a ground shows changes the result, as judged in one round. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    ground = models.ForeignKey(CaseGround, models.PROTECT, related_name="judged")
    round = models.PositiveSmallIntegerField()
    effect = models.CharField(max_length=8, choices=[(e, e) for e in codes.Effect])

    class Meta:
        """Once in a round."""

        constraints = (models.UniqueConstraint(fields=("ground", "round"), name="ground_judged_once"),)

    def __str__(self) -> str:
        return f"{self.ground_id} {self.effect}"


class Involvement(models.Model):
    """One officer's hand at one act, what was before them, and the share proposed and accepted. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="involvements")
    round = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    ground_act = models.ForeignKey(Act, models.PROTECT, related_name="+")
    """The act in question."""
    own_act = models.ForeignKey(Act, models.PROTECT, related_name="+")
    """Their own act, by which they had a hand in it."""
    hand = models.CharField(max_length=10, choices=[(h, h) for h in codes.Hand])
    saw = models.PositiveIntegerField()
    """How many acts were in the dossier when they acted."""
    rule = models.CharField(max_length=24, choices=[(r, r) for r in codes.Rule])
    proposed = models.CharField(max_length=10, choices=[(s, s) for s in codes.Share])
    accepted = models.CharField(max_length=10, choices=[(s, s) for s in codes.Share])
    reason = models.TextField(blank=True)

    class Meta:
        """Once for each hand; a share that was changed has its reason."""

        constraints = (
            models.UniqueConstraint(
                fields=("case", "round", "officer", "ground_act", "own_act", "hand"), name="involvement_once"
            ),
            models.CheckConstraint(
                condition=Q(proposed=F("accepted")) | ~Q(reason=""), name="involvement_change_has_reason"
            ),
        )
        indexes = (models.Index(fields=("officer", "case"), name="involvement_own"),)

    def __str__(self) -> str:
        return f"{self.case_id}.{self.round} {self.hand} {self.accepted}"


class PartSeen(models.Model):
    """The receipt: somebody concerned has opened their part. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="seen")
    round = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The first time only."""

        constraints = (models.UniqueConstraint(fields=("case", "round", "officer"), name="part_seen_once"),)

    def __str__(self) -> str:
        return f"{self.case_id}.{self.round}"


class Said(models.Model):
    """What somebody concerned says for themselves: the statement before the decision, or the objection after it."""

    id = models.BigAutoField(primary_key=True)
    round = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    text = models.TextField()
    evidence = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d}"


class Statement(Said):
    """陈述申辩. Only ever added."""

    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="statements")

    class Meta:
        """Once in a round."""

        constraints = (
            models.UniqueConstraint(fields=("case", "round", "officer"), name="statement_once"),
            models.CheckConstraint(condition=~Q(text=""), name="statement_says_something"),
        )


class Objection(Said):
    """申诉. Only ever added."""

    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="objections")

    class Meta:
        """Once in a round."""

        constraints = (
            models.UniqueConstraint(fields=("case", "round", "officer"), name="objection_once"),
            models.CheckConstraint(condition=~Q(text=""), name="objection_says_something"),
        )


class Decision(models.Model):
    """What the authorised body decided, with reasons. Suggested handling is text and nothing else. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=10, choices=codes.Stage.choices)
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in codes.Outcome])
    reasons = models.TextField()
    suggestion = models.TextField(blank=True)
    level = models.CharField(max_length=6, choices=codes.Level.choices)
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    proposed_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    """Who attributed."""
    at = models.DateTimeField()

    class Meta:
        """One of each stage in a round, with reasons, by another than who proposed."""

        constraints = (
            models.UniqueConstraint(fields=("case", "round", "stage"), name="decision_once"),
            models.CheckConstraint(condition=~Q(reasons=""), name="decision_has_reasons"),
            models.CheckConstraint(condition=~Q(by=F("proposed_by")), name="decision_by_another"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}.{self.round} {self.outcome}"


class Determination(models.Model):
    """What a decision says of one of those concerned. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="determinations")
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    share = models.CharField(max_length=10, choices=[(s, s) for s in codes.Share])
    degree = models.CharField(max_length=12, blank=True, choices=[(d, d) for d in codes.Degree])

    class Meta:
        """Once; whoever answers does so with intent or by negligence."""

        constraints = (
            models.UniqueConstraint(fields=("decision", "officer"), name="determination_once"),
            models.CheckConstraint(
                condition=Q(share=codes.Share.NONE, degree="") | ~Q(share=codes.Share.NONE) & ~Q(degree=""),
                name="determination_has_degree",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision_id} {self.share}"


class Remedy(models.Model):
    """What is to be done about it: an act of the dossier, or a line in the ledger of rectification. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="remedies")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=[(r, r) for r in codes.RemedyKind])
    task = models.TextField()
    line = models.OneToOneField(Rectification, models.PROTECT, null=True, related_name="+")
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    ordered_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    ordered_at = models.DateTimeField()

    class Meta:
        """One of the two."""

        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(line__isnull=False, act=None) | Q(line=None, act__isnull=False),
                name="remedy_is_linked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class CaseEvent(models.Model):
    """What happened to a case, with the act it is in the dossier. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ResponsibilityCase, models.PROTECT, related_name="events")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=codes.EventKind.choices)
    state = models.CharField(max_length=12, choices=codes.State.choices)
    by = models.ForeignKey(Officer, models.PROTECT, to_field="number", null=True, related_name="+")
    """Empty where a term ran out."""
    note = models.TextField(blank=True)
    act = models.ForeignKey(Act, models.PROTECT, null=True, related_name="+")
    ground = models.ForeignKey(CaseGround, models.PROTECT, null=True, related_name="+")
    """The ground that fell, where that is what happened."""

    class Meta:
        """In the order it happened."""

        ordering = ("case", "id")

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
