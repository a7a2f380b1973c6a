"""Every form of the vocabulary opens and records what it holds; nothing about a form needs a script."""

from __future__ import annotations

import pytest

from tests.casework.forms.filling import Browser, act_url, errors_in
from tests.procedure.dossiers import KIND, SUSPECT, Scene
from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import ERASED, SEALED, WITHDRAWN
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.forms.controls import control
from zhunsheng.casework.forms.sheets import sheets
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.procedure.powers import roles_for

pytestmark = pytest.mark.django_db
PARTS = 12
"""One of them is tried each time, the others with the slow tests."""
SLUGS = sorted(set(sheets()) - {SEALED})
"""A sealed dossier is closed to whoever sealed it, so that form is tried by itself."""


@pytest.fixture
def case(scene: Scene) -> Scene:
    """A case with a suspect, a victim, things and a recording."""
    scene.do("report.received", 0, fields=KIND | {"summary": "打架"}, subjects={"person": ("某甲",)})
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01", "complex": False})
    scene.do(
        "person.identified",
        20,
        fields={
            "name": "演示某乙",
            "age": 30,
            "sex": "male",
            "identity_known": True,
            "person_role": "suspect",
        },
        subjects=SUSPECT,
    )
    scene.do(
        "person.identified",
        21,
        fields={
            "name": "演示某丙",
            "age": 40,
            "sex": "female",
            "identity_known": True,
            "person_role": "victim",
        },
        subjects={"person": ("某丙",)},
    )
    scene.do("item.identified", 22, fields={"item_kind": "ordinary"}, subjects={"item": ("木棍1根",)})
    return scene


def who(scene: Scene, slug: str) -> Officer:
    """Somebody whose role records the acts of a form."""
    roles = frozenset.intersection(*(roles_for(t) for t in sheets()[slug].types))
    order = [Role.HANDLER, *sorted(roles)]
    return scene.bureau.by_role()[next(r for r in order if r in roles)]


def test_every_act_type_has_a_form() -> None:
    # Steps of accountability are taken on its own pages alone.
    apart = {WITHDRAWN, ERASED} | {n for n in vocabulary().types if n.startswith("accountability.")}
    assert set(vocabulary().types) - apart == set(sheets()) & set(vocabulary().types)


def test_every_field_has_a_control() -> None:
    for name, declared in vocabulary().types.items():
        for field in declared.fields:
            assert control(vocabulary().fields[field], name).label, field


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, PARTS))])
def test_every_form_opens_and_records_what_it_holds(case: Scene, part: int) -> None:
    """Filled with its own proposals, a person and a few words: it is recorded, or the law refuses it in words."""
    outcomes: dict[str, str] = {}
    for slug in SLUGS[part::PARTS]:
        sheet, browser = sheets()[slug], Browser(who(case, slug))
        url = act_url(case.id, slug)
        data = browser.filled(url)
        if "person" in sheet.subjects():
            data["persons"] = "某乙"
        data["backfill"] = "系统停用期间办理" if browser.officer == case.bureau.handler else ""
        if data["backfill"] and sheet.types[0] == "penalty.decided-on-the-spot":
            data["backfill"] = ""
        answer = browser.post(url, data | {"do": "record"})
        if answer.status_code == 302:
            outcomes[slug] = "recorded"
            assert Act.objects.unfenced("a test").filter(dossier=case.id, type=sheet.types[-1]).exists()
        else:
            page = answer.content.decode()
            assert answer.status_code == 422, (slug, answer.status_code)
            said = errors_in(answer)
            assert said or "advice-refused" in page, slug
            outcomes[slug] = "refused" if "advice-refused" in page else "; ".join(said)
    unexpected = {slug: said for slug, said in outcomes.items() if said not in ("recorded", "refused")}
    assert {s for s in unexpected if not known_reason(unexpected[s])} == set(), unexpected


def known_reason(said: str) -> bool:
    """Whether that is for somebody else to do in this case, and not a fault of the form."""
    return any(words in said for words in ("已在案卷", "须由", "封存"))


def test_sealing_closes_the_case_to_everybody_who_was_not_granted_it(case: Scene) -> None:
    approver = Browser(case.bureau.approver)
    answer = approver.send(
        act_url(case.id, SEALED), f__law="public-order-law-2025", f__article="136", f__reason="依法封存"
    )
    assert answer.status_code == 302
    assert approver.get(act_url(case.id, SEALED)).status_code == 403
