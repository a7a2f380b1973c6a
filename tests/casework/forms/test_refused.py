"""A form that the norms refuse says so at the top, with links to why and what to do."""

from __future__ import annotations

import pytest

from tests.casework.forms.filling import Browser, act_url
from tests.procedure.dossiers import IDENTIFIED, SUSPECT, Scene

pytestmark = pytest.mark.django_db
SPOT = {"f__amount": "200", "f__undisputed": "yes", "f__signed": "on"}


def test_a_refusal_stands_at_the_top_and_in_the_title(scene: Scene) -> None:
    scene.in_custody()
    handler = Browser(scene.bureau.handler)
    url = act_url(scene.id, "penalty.decided-on-the-spot")
    answer = handler.send(url, persons=SUSPECT["person"][0], **SPOT)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>错误：" in page
    assert page.index("没有登记：规范不允许") < page.index("当场处罚先口头告知") < page.index('id="refused"')


def test_looking_first_is_no_refusal(scene: Scene) -> None:
    scene.in_custody()
    handler = Browser(scene.bureau.handler)
    url = act_url(scene.id, "penalty.decided-on-the-spot")
    page = handler.send(url, do="look", persons=SUSPECT["person"][0], **SPOT).content.decode()
    assert "没有登记：规范不允许" not in page
    assert "现在登记会被拒绝" in page


def test_a_refusal_names_colleagues_and_units_and_no_rule_by_its_id(scene: Scene) -> None:
    scene.opened()
    scene.do("person.identified", 20, fields=IDENTIFIED | {"age": 15}, subjects=SUSPECT)
    scene.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    handler = Browser(scene.bureau.handler)
    url = act_url(scene.id, "person.questioned")
    page = handler.send(url, persons=SUSPECT["person"][0]).content.decode()
    refusal = page[page.index('id="refused"') :]
    assert "询问未成年违法行为人通知监护人" in refusal
    assert "办案甲（办案民警）" in refusal
    assert "甲分局第一派出所" in refusal
    assert "990101010000" not in refusal
    assert "juvenile.guardian" not in refusal
