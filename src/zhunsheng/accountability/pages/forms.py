"""The forms of accountability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from zhunsheng.accountability.codes import Share
from zhunsheng.accountability.deciding import Found, Ruling
from zhunsheng.accountability.models import ResponsibilityCase
from zhunsheng.accountability.rules import Code, rules
from zhunsheng.accountability.services import Accepted, Changed, Proposed
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.supervision.pages.forms import HouseForm, long, short

UNDECIDED = ("", both("请选择", "Choose"))


def choices(codes: Mapping[str, Code]) -> list[tuple[str, object]]:
    """Codes with their words."""
    return [(code, one.words) for code, one in codes.items()]


def day(zh: str, en: str, *, required: bool = True) -> forms.DateField:
    """A day."""
    label = both(zh, en) if required else both(f"{zh}（选填）", f"{en} (optional)")
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class OurForm(HouseForm):
    """A form whose boxes look like boxes."""

    @staticmethod
    def dress(widget: forms.Widget) -> None:
        """As every form of the house, save boxes to tick."""
        if not isinstance(widget, forms.CheckboxSelectMultiple):
            HouseForm.dress(widget)


class EnterForm(OurForm):
    """What another organ decided."""

    slug = "enter"
    kind = forms.ChoiceField(label=both("种类", "Kind"))
    organ = short("作出机关", "Organ")
    number = short("文号", "Number")
    decided_on = day("作出日期", "Decided on")
    unit = forms.ChoiceField(label=both("办案单位", "Unit"))
    dossier = short("案卷编号", "Number of the dossier", required=False)
    decision = long("决定内容", "What was decided")
    reason = long("文书写明的理由（摘录原文）", "The reason the paper gives, quoted")
    hand_down = forms.ChoiceField(
        required=False,
        label=both("已登记的检察建议等交办文书（选填）", "Paper handed down it came with (optional)"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        units: Sequence[tuple[str, object]],
        hand_downs: Sequence[tuple[str, object]],
    ) -> None:
        super().__init__(data)
        self.choose("kind", [UNDECIDED, *choices(rules().external_kinds)])
        self.choose("unit", [UNDECIDED, *units])
        self.choose("hand_down", [("", both("没有", "none")), *hand_downs])

    def choose(self, name: str, offered: Sequence[tuple[str, object]]) -> None:
        """What may be chosen for a field."""
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(offered)


class ReviewForm(OurForm):
    """What a review came to."""

    slug = "review"
    conclusion = forms.ChoiceField(label=both("复盘结论", "Conclusion"), widget=forms.RadioSelect)
    review_reason = long("理由", "Reason")
    acts = forms.MultipleChoiceField(
        required=False,
        label=both("所依据的行为（可能存在过错的必选）", "The acts it rests on"),
        widget=forms.CheckboxSelectMultiple,
    )
    norm_id = short("对应的规范编号", "Norm it is about", required=False)
    proposal = long("没有对应规范的，提出规范建议", "Proposal of a norm where there is none", required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, acts: Sequence[tuple[str, object]] = ()
    ) -> None:
        super().__init__(data)
        conclusion, picked = self.fields["conclusion"], self.fields["acts"]
        assert isinstance(conclusion, forms.ChoiceField)
        assert isinstance(picked, forms.MultipleChoiceField)
        conclusion.choices = choices(rules().conclusions)
        picked.choices = list(acts)
        if not acts:
            del self.fields["acts"]


class LinkForm(OurForm):
    """The dossier of a result."""

    slug = "link"
    dossier = short("案卷编号", "Number of the dossier")


class OverturnForm(OurForm):
    """A result that fell."""

    slug = "overturn"
    paper = long("由哪个机关的哪份文书改变、内容", "Which paper of which organ changed it, and how")


class SettleForm(OurForm):
    """The answer to a proposal."""

    slug = "settle"
    norm_id = short("据此制定的规范编号", "Norm that came of it", required=False)
    refusal = long("不采纳的理由", "Why none does", required=False)


class OpenForm(OurForm):
    """Why a case is opened."""

    slug = "open"
    reason = long("立案理由", "Why the case is opened")


class CaseForm(OurForm):
    """A step of a case as it was seen."""

    expected = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(CaseForm):
    """A step with its note."""

    note = long("说明", "Note")


class HearingForm(NoteForm):
    """The hearing is over."""

    slug = "hearing"


class CloseForm(NoteForm):
    """The case is over."""

    slug = "close"


class WithdrawForm(CaseForm):
    """The case is withdrawn."""

    slug = "withdraw"
    reason = long("撤销的理由", "Why it is withdrawn")


class ReconsiderForm(CaseForm):
    """A ground fell."""

    slug = "reconsider"
    ground = forms.IntegerField(widget=forms.HiddenInput)
    anew = forms.ChoiceField(
        label=both("怎样处理", "What follows"),
        choices=(
            ("no", both("其他依据仍然成立，继续办理", "the other grounds stand: go on")),
            ("yes", both("重新划分责任", "attribute anew")),
        ),
        widget=forms.RadioSelect,
    )
    reason = long("理由", "Reason")


class StatementForm(OurForm):
    """What somebody concerned says."""

    slug = "statement"
    text = long("陈述、申辩", "Statement and defence")
    evidence = long("证据", "Evidence", required=False)


class ObjectionForm(OurForm):
    """Why somebody objects."""

    slug = "objection"
    objection = long("申诉的理由", "Why you object")
    evidence = long("证据", "Evidence", required=False)


class RemedyForm(CaseForm):
    """What is to be done about it."""

    slug = "remedy"
    remedy_kind = forms.ChoiceField(label=both("措施", "Remedy"))
    task = long("内容", "What is to be done")
    owner = short("责任人警号", "Officer who answers for it, by number", required=False)
    due_on = day("期限", "Term", required=False)
    act = short(
        "已经办理的，案卷中的行为序号",
        "Where it was done: the act, by number",
        required=False,
        help_text=both(
            "填写序号的，不列入整改台账；没有办理的，填写责任人和期限，列入整改台账",
            "with an act it is done; else name who answers and a term, and it enters the ledger",
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        kind = self.fields["remedy_kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = choices(rules().remedies)


class AttributeForm(CaseForm):
    """The proposal as it was seen, with the shares that the supervisor changes."""

    slug = "attribute"
    mark = forms.CharField(widget=forms.HiddenInput)
    falsified_reason = long("认为有人弄虚作假、隐瞒真相的理由", "Why somebody is held to have falsified")
    note = long("划分说明", "Note on the attribution")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, found: Proposed, case: ResponsibilityCase
    ) -> None:
        super().__init__(data, initial={"mark": found.mark, "expected": case.revision})
        self.found = found
        if not found.falsified:
            del self.fields["falsified_reason"]
        for n, part in enumerate(found.parts):
            share = forms.ChoiceField(
                label=both("采用", "Accepted"), choices=choices(rules().shares), initial=part.share.value
            )
            why = short("改变的理由", "Why it is changed", required=False)
            self.dress(share.widget)
            self.dress(why.widget)
            self.fields |= {f"share_{n}": share, f"why_{n}": why}

    def seat_fields(self, n: int) -> tuple[Any, Any]:
        """The two fields of a seat."""
        return self[f"share_{n}"], self[f"why_{n}"]

    def shared_fields(self) -> list[Any]:
        """The fields below the table."""
        return [self[name] for name in ("falsified_reason", "note") if name in self.fields]

    def accepted(self, given: Mapping[str, Any]) -> Accepted:
        """What was accepted."""
        return Accepted(
            effects=self.found.effects,
            mark=given["mark"],
            falsified=self.found.falsified,
            falsified_reason=given.get("falsified_reason", ""),
            changes={
                n: Changed(given[f"share_{n}"], given[f"why_{n}"]) for n in range(len(self.found.parts))
            },
        )


class RulingForm(CaseForm):
    """A decision: the outcome, and of each of those concerned the share and whether with intent."""

    slug = "decide"
    outcome = forms.ChoiceField(label=both("决定", "Decision"), widget=forms.RadioSelect)
    reasons = long("事实、依据和理由", "Facts, basis and reasons")
    suggestion = long(
        "处理建议",
        "Suggested handling",
        required=False,
        help_text=both(
            "只作记载，由有权部门另行依法决定；不影响工资、职务、考核",
            "kept as text; others decide by law. It changes neither pay nor rank nor marks",
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        named: Sequence[tuple[Officer, Share]],
        case: ResponsibilityCase,
    ) -> None:
        super().__init__(data, initial={"expected": case.revision})
        self.named = named
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = choices(rules().outcomes)
        for n, (officer, share) in enumerate(named):
            part = forms.ChoiceField(
                label=both(f"{officer.name}的责任", f"Share of {officer.name}"),
                choices=choices(rules().shares),
                initial=share.value,
            )
            degree = forms.ChoiceField(
                label=both(f"{officer.name}：故意或者过失", f"{officer.name}: intent or negligence"),
                choices=[
                    ("", both("不承担责任的不选", "none where they do not answer")),
                    *choices(rules().degrees),
                ],
                required=False,
            )
            self.dress(part.widget)
            self.dress(degree.widget)
            self.fields |= {f"share_{n}": part, f"degree_{n}": degree}
        self.order_fields(
            ["expected", "outcome", *(f for f in self.fields if f[-1].isdigit()), "reasons", "suggestion"]
        )

    def ruling(self, given: Mapping[str, Any]) -> Ruling:
        """The decision as the service takes it."""
        found = {
            officer.number: Found(given[f"share_{n}"], given[f"degree_{n}"])
            for n, (officer, _) in enumerate(self.named)
        }
        return Ruling(given["outcome"], given["reasons"], found, given["suggestion"])


class RedecideForm(RulingForm):
    """The decision on the objections."""

    slug = "redecide"
