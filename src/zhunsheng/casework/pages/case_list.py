"""The case list: filters are an address that can be kept, sent and printed."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.casework.pages.days import within_years
from zhunsheng.casework.pages.purpose import officer_of, purpose_of, purposes_of
from zhunsheng.casework.selectors import COUNTED, Filters, case_list
from zhunsheng.casework.stages import PROCEDURE_WORDS, STAGE_WORDS, WAITING_WORDS
from zhunsheng.people.access import reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.selectors import units_listed

ANY = ("", both("全部", "All"))
UNITS_OFFERED = 300


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"


class FilterForm(forms.Form):
    """What may be asked of the list; whatever cannot be read is passed over, so that an old address still opens."""

    text = forms.CharField(
        required=False,
        max_length=100,
        label=both("案号、姓名、证件号码或者文书号", "Case number, name, identity number or paper number"),
    )
    show = forms.ChoiceField(
        required=False,
        choices=(
            ("open", both("未结", "Open")),
            ("closed", both("已结", "Closed")),
            ("all", both("全部", "All")),
        ),
        label=both("是否结案", "Open or closed"),
    )
    stage = forms.ChoiceField(
        required=False,
        choices=(ANY, *((s.value, w) for s, w in STAGE_WORDS.items())),
        label=both("阶段", "Stage"),
    )
    waiting = forms.ChoiceField(
        required=False,
        choices=(ANY, *((w.value, t) for w, t in WAITING_WORDS.items())),
        label=both("等待", "Waiting for"),
    )
    procedure = forms.ChoiceField(
        required=False,
        choices=(ANY, *((p.value, w) for p, w in PROCEDURE_WORDS.items())),
        label=both("程序", "Procedure"),
    )
    kind = forms.ChoiceField(
        required=False,
        choices=(ANY, *((k, both(*w)) for k, w in CASE_KINDS.items())),
        label=both("类别", "Kind"),
    )
    unit = forms.ChoiceField(required=False, label=both("单位（含下级）", "Unit, with those below"))
    overdue = forms.BooleanField(required=False, label=both("只看有逾期的", "Only with something overdue"))
    juvenile = forms.BooleanField(
        required=False, label=both("只看有未成年人的", "Only with a juvenile suspect")
    )
    mine = forms.BooleanField(required=False, label=both("只看我办的", "Only my own"))
    order = forms.ChoiceField(
        required=False,
        choices=(("due", both("先到期的在前", "Due first")), ("newest", both("新立的在前", "Newest first"))),
        label=both("排序", "Order"),
    )
    since = within_years(
        forms.DateField(required=False, widget=DayInput, label=both("立卷日期从", "Opened from"))
    )
    until = within_years(forms.DateField(required=False, widget=DayInput, label=both("到", "until")))

    USUAL = ("show", "stage", "unit", "order")
    CHECKS = ("overdue", "juvenile", "mine")
    MORE = ("waiting", "procedure", "kind", "since", "until")

    @property
    def usual(self) -> list[forms.BoundField]:
        """What is asked most."""
        return [self[name] for name in self.USUAL]

    @property
    def more(self) -> list[forms.BoundField]:
        """What is asked now and then."""
        return [self[name] for name in self.MORE]

    @property
    def checks(self) -> list[forms.BoundField]:
        """Yes or no."""
        return [self[name] for name in self.CHECKS]

    @property
    def more_asked(self) -> bool:
        """Whether any of that is asked for."""
        return any(self.data.get(name) for name in (*self.MORE, *self.CHECKS))


def filters_of(form: FilterForm, number: str) -> Filters:
    """The filters that could be read."""
    form.is_valid()
    asked = form.cleaned_data
    return Filters(
        show=asked.get("show") or "open",
        order=asked.get("order") or "due",
        unit=asked.get("unit") or "",
        stage=asked.get("stage") or "",
        procedure=asked.get("procedure") or "",
        waiting=asked.get("waiting") or "",
        handler=number if asked.get("mine") else "",
        kind=asked.get("kind") or "",
        overdue=bool(asked.get("overdue")),
        juvenile=bool(asked.get("juvenile")),
        text=asked.get("text") or "",
        since=asked.get("since"),
        until=asked.get("until"),
    )


@require_safe
@login_required
def cases_page(request: HttpRequest) -> HttpResponse:
    """The list; with htmx only its results."""
    officer, purpose = officer_of(request), purpose_of(request)
    form = FilterForm(request.GET, label_suffix="")
    units = units_listed(reach(officer, purpose).units)[:UNITS_OFFERED]
    field = form.fields["unit"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [ANY, *((u.code, u.listed) for u in units)]
    page = request.GET.get("page", "1")
    found = case_list(
        filters_of(form, officer.number),
        by=officer,
        purpose=purpose,
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )
    asked = request.GET.copy()
    asked.pop("page", None)
    whole = request.headers.get("HX-Request") != "true"
    return render(
        request,
        "casework/cases.html" if whole else "casework/cases_results.html",
        {
            "form": form,
            "found": found,
            "asked": asked.urlencode(),
            "counted": COUNTED,
            "purpose": PURPOSES[purpose],
            "purposes": purposes_of(officer),
            "stages": {s.value: w for s, w in STAGE_WORDS.items()},
            "procedures": {p.value: w for p, w in PROCEDURE_WORDS.items()},
        },
    )
