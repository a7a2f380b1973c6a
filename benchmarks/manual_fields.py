"""How many fields an officer fills in by hand in an ordinary case, and how many the forms fill in.

Run `python -m benchmarks.manual_fields`. A case is carried through the forms of the console, from the call to the file: one
suspect, a victim who reported, a fine paid at the bank. *By hand* is what somebody types, chooses or ticks;
*proposed* is filled in already and only looked at; *derived* is not asked at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.platform_under_test import platform

if TYPE_CHECKING:
    from zhunsheng.people.demo import Bureau
    from zhunsheng.people.models import Officer

BEGUN = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
FOUNDED = BEGUN - dt.timedelta(days=30)
IDENTITY = "110105199003070" + "092"
PER_ACT = frozenset(
    ("method", "reason", "document", "notice", "measure", "place", "evidence", "evidence_kind", "level")
)
"""What every act says anew: how it was done, which paper, where."""


@dataclass
class Filled:
    """One form of the case."""

    title: str
    who: str
    typed: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    """In sight, without a value, and left so because it does not apply."""
    proposed: int = 0
    derived: int = 0
    acts: int = 1

    @property
    def by_hand(self) -> int:
        return len(self.typed) + len(self.chosen) + len(self.ticked)


@dataclass
class Case:
    """The case as it is carried through the forms."""

    bureau: Bureau
    now: dt.datetime = BEGUN
    dossier: Any = None
    forms: list[Filled] = field(default_factory=list)
    said: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    """What was asked again although some form had said it."""

    def view(self, by: Officer) -> Any:
        from zhunsheng.acts.models import Dossier
        from zhunsheng.casework.access import CaseView
        from zhunsheng.casework.models import Case as Row

        dossier = Dossier.objects.unfenced("a benchmark").get(pk=self.dossier)
        return CaseView(
            Row.objects.unfenced("a benchmark").get(pk=self.dossier), dossier, by, "handling", "zh"
        )

    def person(self, role: str) -> str:
        return self.view(self.bureau.handler).facts.in_role(role)[0].key

    def after(self, minutes: float) -> Case:
        self.now += dt.timedelta(minutes=minutes)
        return self

    def fill(self, slug: str, by: Officer, *, ticks: bool = True, minutes: int = 0, **answers: Any) -> Filled:
        """Open a form, fill in what an ordinary case needs, and record it; what the law refuses is raised."""
        from zhunsheng.base import clock
        from zhunsheng.casework.forms.drafting import drafts_of
        from zhunsheng.casework.forms.filling import SheetForm
        from zhunsheng.casework.forms.known import known_of
        from zhunsheng.casework.forms.several import acts_record
        from zhunsheng.casework.forms.sheets import sheets

        with clock.holding(self.now):
            view, sheet = self.view(by), sheets()[slug]
            form = SheetForm(sheet, known_of(view, by))
            data = {name: form[name].value() for name in form.fields}
            data = {k: v for k, v in data.items() if v not in (None, "", [], False)}
            if minutes and "at" in data:
                data["at"] = (form.known.now - dt.timedelta(minutes=minutes)).replace(tzinfo=None)
            given = {(n if n in form.fields else f"f-{n}"): v for n, v in answers.items()}
            filled = self.counted(form, sheet, by, given, ticks=ticks)
            data |= given | dict.fromkeys(filled.ticked, "on")
            sent = SheetForm(sheet, known_of(view, by), data=data)
            assert sent.is_valid(), (slug, sent.errors)
            filled.acts = len(acts_record(drafts_of(sent), by=by, key=data["key"], expected=data["expected"]))
        self.forms.append(filled)
        self.now += dt.timedelta(minutes=3)
        return filled

    def counted(self, form: Any, sheet: Any, by: Officer, given: dict[str, Any], *, ticks: bool) -> Filled:
        """What of a form is by hand, proposed and derived."""
        from django import forms

        filled = Filled(sheet.zh, by.name, derived=len(form.derived))
        hand = form.by_hand()
        shown = [f.name for group in form.groups if not group.folded for f in group.fields]
        filled.proposed = sum(
            1 for name in shown if name not in hand and form[name].value() not in (None, "", [], False)
        )
        for name in [*hand, *(n for n in given if n not in hand)]:
            control = form.fields[name]
            if isinstance(control, forms.BooleanField):
                (filled.ticked if ticks or name in given else filled.empty).append(name)
            elif name not in given:
                filled.empty.append(name)
            else:
                kind = filled.chosen if isinstance(control, forms.ChoiceField) else filled.typed
                kind.append(name)
                self.note(name, form, filled)
        return filled

    def note(self, name: str, form: Any, filled: Filled) -> None:
        """Remember what was said by hand about whom; saying it again is a fault of the forms."""
        bare = name.removeprefix("f-")
        if bare in PER_ACT or not name.startswith("f-"):
            return
        about = form.about.persons
        before = self.said.setdefault((bare, about), filled.title)
        if before != filled.title:
            self.twice.append(f"{filled.title}: {bare} ({before})")


def intake(case: Case) -> None:
    """The call at night."""
    from zhunsheng.base import clock
    from zhunsheng.casework.forms.intake import report_take
    from zhunsheng.casework.forms.intake_form import IntakeForm

    bureau = case.bureau
    with clock.holding(case.now):
        partners = [(bureau.second_handler.number, bureau.second_handler.name)]
        blank = IntakeForm(partners=partners, opens=True)
        data = {
            name: blank[name].value() for name in blank.fields if blank[name].value() not in (None, "", False)
        }
        typed = {
            "summary": "菜场两人因摊位争吵，演示某甲用木棍打伤演示某乙手臂。",
            "reporter_name": "演示某乙",
            "reporter_phone": "13900000000",
            "suspects": "演示某甲",
        }
        chosen = {"outcome": "accept", "partner": bureau.second_handler.number}
        data |= typed | chosen | {"victim_reports": "on"}
        data["received_at"] = blank["received_at"].value().replace(tzinfo=None)
        form = IntakeForm(partners=partners, opens=True, data=data)
        assert form.is_valid(), form.errors
        found = report_take(form.report(), by=bureau.handler, key=data["key"])
    case.dossier = found[0].dossier.id
    proposed = len(data) - len(typed) - len(chosen) - 2
    case.forms.append(
        Filled(
            "接报案登记",
            bureau.handler.name,
            list(typed),
            list(chosen),
            ["victim_reports"],
            [],
            proposed,
            0,
            len(found),
        )
    )


def identify(case: Case, role: str, **typed: str) -> None:
    """The suspect's card is read."""
    from zhunsheng.acts.drafts import Draft
    from zhunsheng.base import clock
    from zhunsheng.casework.forms.persons import PersonForm
    from zhunsheng.casework.forms.several import acts_record
    from zhunsheng.casework.pages.people import identified_before

    by = case.bureau.handler
    with clock.holding(case.now):
        view, key = case.view(by), case.person(role)
        before = identified_before(view, key)
        assert before is not None
        blank = PersonForm(view.facts, view.dossier.position, initial=before.fields)
        known = {name: blank[name].value() for name in blank.fields if blank[name].value() not in (None, "")}
        form = PersonForm(view.facts, view.dossier.position, data=known | typed | {"id_kind": "resident"})
        assert form.is_valid(), form.errors
        fields = form.fields_of_act()
        draft = Draft(
            "person.identified",
            before.at,
            dossier=case.dossier,
            subjects={"person": (key,)},
            fields=fields,
            corrects=before.id,
        )
        acts_record([draft], by=by, key=known["key"])
    read = [n for n in fields if n not in typed and n not in known]
    case.forms.append(Filled("更正、补充人员", by.name, list(typed), [], [], [], len(known) - 2, len(read)))
    case.after(3)


def ordinary(bureau: Bureau) -> Case:
    """The whole case."""
    case = Case(bureau)
    handler, reviewer, approver = bureau.handler, bureau.legal_reviewer, bureau.approver
    intake(case)
    case.after(20).fill("brought-in", handler, may_be_detained="no")
    identify(case, "suspect", id_number=IDENTITY, address="演示市甲区演示路1号", phone="13900000001")
    case.after(55).fill("questioning-finished", handler, minutes=50)
    case.fill("released-after-questioning", handler)
    case.after(40).fill("questioning-finished", handler, minutes=35, persons=case.person("victim"))
    case.fill("evidence-taken", handler, persons=case.person("victim"), evidence="伤情照片")
    case.after(24 * 60)
    weighed(case)
    case.fill("told-of-penalty", handler)
    case.after(10).fill("defence.heard", handler, defence_raised="no")
    case.after(60).fill("case.reviewed", reviewer)
    case.after(5).fill("legal-review.passed", reviewer)
    case.after(60).fill("penalty.decided", approver)
    case.after(20).fill("decision-handed-over", handler)
    case.after(24 * 60).fill("fine.collected", handler)
    case.after(24 * 60).fill("closed-and-filed", handler)
    return case


def weighed(case: Case) -> None:
    """The page of the decision: violation and circumstances are chosen, article and band follow; then the penalty is proposed."""
    from zhunsheng.acts.drafts import Actor, Draft
    from zhunsheng.base import clock
    from zhunsheng.casework.discretion.stating import article_fields, band_fields
    from zhunsheng.casework.discretion.switch import lighter_law
    from zhunsheng.casework.forms.several import acts_record

    by, person = case.bureau.handler, case.person("suspect")
    pair = (Actor(by.number, "handler"), Actor(case.bureau.second_handler.number, "handler"))
    code, chosen = "po.beating", ("f.slight-harm",)
    with clock.holding(case.now):
        facts = case.view(by).facts
        switch = lighter_law(code, facts.conduct_on, case.now.date(), chosen)
        follows = (
            {"conduct_on": facts.conduct_on} | band_fields(switch, chosen) | article_fields(switch, code)
        )
        given = {"violation": code, "facts": "2026年3月2日，演示某甲用木棍打伤演示某乙手臂。"}
        about: dict[str, Any] = {"dossier": case.dossier, "subjects": {"person": (person,)}, "officers": pair}
        acts_record([Draft("case.characterised", case.now, fields=given | follows, **about)], by=by)
        case.forms.append(
            Filled("决定页：认定", by.name, ["facts"], ["violation", "factors"], [], [], 1, len(follows) - 2)
        )
    case.after(5)
    with clock.holding(case.now):
        penalty = {"decision": "fine", "amount": 500}
        follows = {"violation": code, "departs": False, "complex": False} | band_fields(switch, chosen)
        acts_record([Draft("penalty.proposed", case.now, fields=penalty | follows, **about)], by=by)
        case.forms.append(
            Filled("决定页：拟处罚", by.name, ["amount"], ["decision"], [], [], 0, len(follows))
        )
    case.after(5)


def report(case: Case) -> Iterator[str]:
    """The table."""
    yield f"{'表单':<24}{'谁':<8}{'打字':>4}{'选择':>4}{'勾选':>4}{'已填':>4}{'免填':>4}{'行为':>4}"
    for one in case.forms:
        counts = (len(one.typed), len(one.chosen), len(one.ticked), one.proposed, one.derived, one.acts)
        yield f"{one.title:<24}{one.who:<8}" + "".join(f"{n:>6}" for n in counts)
    typed, chosen, ticked = (
        sum(len(getattr(f, kind)) for f in case.forms) for kind in ("typed", "chosen", "ticked")
    )
    acts, proposed, derived = (
        sum(getattr(f, kind) for f in case.forms) for kind in ("acts", "proposed", "derived")
    )
    by_hand = typed + chosen + ticked
    yield f"forms {len(case.forms)}, acts {acts}"
    yield f"by hand {by_hand}: typed {typed}, chosen {chosen}, ticked {ticked}"
    yield f"filled in by the forms {proposed + derived}: proposed {proposed}, not asked {derived}; asked twice {len(case.twice)}"


def main() -> None:
    """The figures of one ordinary case."""
    with platform():
        from zhunsheng.people.demo import demo_bureau

        for line in report(ordinary(demo_bureau(at=FOUNDED))):
            print(line)


if __name__ == "__main__":
    main()
