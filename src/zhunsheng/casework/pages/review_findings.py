"""The reviewer's form: twelve points and seven elements, each with a verdict and a note, then the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from zhunsheng.acts.drafts import Draft
from zhunsheng.acts.vocabulary.decision import REVIEW_ITEMS
from zhunsheng.acts.vocabulary.review import ELEMENTS, FINDINGS, POINTS
from zhunsheng.casework.facts import PartyFacts
from zhunsheng.casework.pages.review_forms import (
    EMPTY,
    PartForm,
    Room,
    choice,
    coded,
    fix_count,
    text,
    worded,
)
from zhunsheng.casework.review.exclusion import evidence_of, excluded
from zhunsheng.casework.review.state import Review, review_state
from zhunsheng.casework.stages import undecided
from zhunsheng.people.bilingual import both

PASSED, RETURNED, REFUSED = "legal-review.passed", "legal-review.returned", "legal-review.refused"
OUTCOMES = [
    (PASSED, both("审核通过", "Passed")),
    (RETURNED, both("退回补正", "Returned to be put right")),
    (REFUSED, both("不予核准", "Refused")),
]
WANTING = ("fixable", "unsound")
APPLIES = (
    "public_interest",
    "several_legal_relations",
    "confession_only",
    "several_violations",
    "new_facts",
    "official_to_sanction",
)
"""What a reviewer states of a person's case by a tick; what is not ticked is stated not to be so."""


@dataclass(frozen=True)
class Finding:
    """One row of the form: a verdict and a note."""

    verdict: forms.BoundField
    note: forms.BoundField


@dataclass(frozen=True)
class About:
    """What is stated of one person."""

    party: PartyFacts
    applies: forms.BoundField
    deputy: forms.BoundField
    hearing_ground: forms.BoundField


class OutcomeForm(PartForm):
    """Findings and outcome. No verdict is chosen beforehand: the reviewer must look."""

    slug, types = "outcome", (PASSED, RETURNED, REFUSED, "case.reviewed")
    outcome = forms.ChoiceField(
        label=both("审核结果", "Outcome"),
        choices=OUTCOMES,
        widget=forms.RadioSelect(attrs={"class": "radios"}),
    )
    opinion = text(both("审核意见", "Opinion of the reviewer"))
    fixes = text(
        both("补正意见", "What is to be put right"),
        help_text=both(
            "退回补正时填写，每行一项，办案人逐项答复。",
            "For a return: one a line, each to be answered.",
        ),
        required=False,
        rows=5,
    )
    refusal_ground = choice("refusal_ground", required=False)
    reason = text(both("退回或者不予核准的理由", "Reasons of a return or refusal"), required=False)

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        for known in FINDINGS:
            self.fields[known.name] = forms.ChoiceField(
                label=both(known.zh, known.en),
                choices=coded(known.name),
                widget=forms.RadioSelect(attrs={"class": "radios"}),
                error_messages={
                    "required": str(both(f"选择“{known.zh}”的结论。", f"Choose a verdict on: {known.en}."))
                },
            )
            self.fields[f"{known.name}_note"] = forms.CharField(
                label=both(f"{known.zh}：说明", f"{known.en}: note"),
                required=False,
                max_length=2000,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.order_fields([n for n in self.fields if n.startswith(("point_", "element_"))])
        facts = room.case.facts
        self.persons = [facts.parties[key] for key in self.concerned(room)]
        for party in self.persons:
            self.person_fields(party)

    @staticmethod
    def concerned(room: Room) -> list[str]:
        """The people the review is about: those proposed for a penalty, else the suspects."""
        facts = room.case.facts
        return undecided(facts) or [p.key for p in facts.suspects]

    def person_fields(self, party: PartyFacts) -> None:
        """What is asked about one person, as it was stated last."""
        facts = self.room.case.facts
        stated: dict[str, Any] = {}
        for act in facts.all("hearing.accepted", "case.reviewed", person=party.key):
            stated |= act.fields
        self.fields[f"{party.key}-applies"] = forms.MultipleChoiceField(
            label=both(
                "勾选适用的情形，没有勾选的即为没有", "Tick what applies; what is not ticked does not"
            ),
            choices=[(name, worded(name)) for name in APPLIES],
            required=False,
            initial=[name for name in APPLIES if stated.get(name) is True],
            widget=forms.CheckboxSelectMultiple,
        )
        for name in ("deputy", "hearing_ground"):
            self.fields[f"{party.key}-{name}"] = forms.ChoiceField(
                label=worded(name),
                choices=[*EMPTY, *coded(name)],
                initial=stated.get(name, "none"),
                widget=forms.Select(attrs={"class": "form-control form-select"}),
            )

    @property
    def due(self) -> bool:
        """Whether a submission waits for it."""
        return review_state(self.room.case.facts).review is Review.WAITING

    def points(self) -> list[Finding]:
        """The twelve."""
        return list(self.rows("point", POINTS))

    def elements(self) -> list[Finding]:
        """The seven."""
        return list(self.rows("element", ELEMENTS))

    def rows(self, group: str, listed: Mapping[str, Any]) -> Iterator[Finding]:
        """Verdict and note of each."""
        for code in listed:
            yield Finding(self[f"{group}_{code}"], self[f"{group}_{code}_note"])

    def about(self) -> list[About]:
        """What is asked about each person."""
        return [
            About(p, self[f"{p.key}-applies"], self[f"{p.key}-deputy"], self[f"{p.key}-hearing_ground"])
            for p in self.persons
        ]

    def clean(self) -> dict[str, Any]:
        """The outcome follows from the findings and says what it must."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        wanting = [f for f in FINDINGS if given.get(f.name) in WANTING]
        for known in wanting:
            if not given.get(f"{known.name}_note"):
                said = both(f"说明“{known.zh}”有什么问题。", f"Say what is wanting: {known.en}.")
                self.add_error(f"{known.name}_note", str(said))
        match given.get("outcome"):
            case "legal-review.passed" if wanting:
                listed_zh = "、".join(f.zh for f in wanting)
                listed_en = "; ".join(f.en for f in wanting)
                said = both(
                    f"还有须补正或者不符合的：{listed_zh}。不能通过。",
                    f"Not everything is in order, so it cannot pass: {listed_en}.",
                )
                self.add_error("outcome", str(said))
            case "legal-review.returned" if not fix_count(given.get("fixes") or ""):
                self.add_error(
                    "fixes",
                    str(both("写明要补正什么，每行一项。", "Say what is to be put right, one a line.")),
                )
            case "legal-review.refused" if not given.get("refusal_ground"):
                self.add_error(
                    "refusal_ground", str(both("选择不予核准的理由。", "Choose the ground of the refusal."))
                )
        if given.get("outcome") in (RETURNED, REFUSED) and not given.get("reason"):
            self.add_error("reason", str(both("写明理由。", "State the reasons.")))
        return given

    def drafts(self) -> list[Draft]:
        """The outcome; before one that passes, what was reviewed of each person."""
        given = self.cleaned_data
        facts = self.room.case.facts
        gone = excluded(facts)
        found = {n: given.get(n) for f in FINDINGS for n in (f.name, f"{f.name}_note")}
        found["opinion"] = given["opinion"]
        found["cites"] = "\n".join(name for name in evidence_of(facts) if name not in gone)
        if given["outcome"] == RETURNED:
            fixes = given["fixes"]
            found |= {"reason": given["reason"], "fixes": fixes, "fix_count": fix_count(fixes)}
        elif given["outcome"] == REFUSED:
            found |= {"reason": given["reason"], "refusal_ground": given["refusal_ground"]}
        reviewed = [self.reviewed(p) for p in self.persons] if given["outcome"] == PASSED else []
        return [*reviewed, self.draft(given["outcome"], found)]

    def reviewed(self, party: PartyFacts) -> Draft:
        """What was reviewed of one person, in the form the norms on decisions read."""
        given = self.cleaned_data
        ticked = given[f"{party.key}-applies"]
        fields: dict[str, Any] = dict.fromkeys(REVIEW_ITEMS, True)
        fields |= {name: name in ticked for name in APPLIES}
        fields |= {n: given[f"{party.key}-{n}"] for n in ("deputy", "hearing_ground")}
        fields["party_kind"] = party.fields.get("party_kind") or "individual"
        return self.draft("case.reviewed", fields, subjects={"person": (party.key,)})
