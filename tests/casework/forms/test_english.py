"""The forms in English: nothing Chinese is left but names and what officers wrote."""

from __future__ import annotations

import re

import lxml.html
import pytest

from tests.casework.forms.filling import Browser, act_url
from tests.procedure.dossiers import Scene
from zhunsheng.casework.forms.sheets import sheets

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u4e00-\u9fff]+")
OURS = (
    "演示某乙",
    "某甲",
    "审核甲",
    "办案甲",
    "办案乙",
    "办案丙",
    "窗口甲",
    "保管甲",
    "看护甲",
    "记录甲",
    "辅警甲",
    "执法记录仪采集站",
    "甲分局第一派出所",
    "演",
    "录",
    "鉴",
    "准绳",
    "中文",
)
"""Names of the made-up bureau, short names of things."""
PAGES = ("receipt/", "act/", "people/", "people/new/", "evidence/", "evidence/?print=1")


def han_left(page: str) -> set[str]:
    """Chinese words that a reader of the English page would see."""
    root = lxml.html.fromstring(page)
    for gone in root.xpath("//script | //footer | //*[@lang='zh-CN' and not(self::html)] | //header"):
        gone.drop_tree()
    said = " ".join(root.itertext()) + " ".join(root.xpath("//@aria-label | //@title | //@data-label"))
    for name in OURS:
        said = said.replace(name, "")
    return set(HAN.findall(said))


@pytest.fixture
def reader(scene: Scene) -> Browser:
    scene.opened()
    scene.do(
        "person.identified",
        20,
        fields={"name": "演示某乙", "age": 16, "person_role": "suspect"},
        subjects={"person": ("P0000001",)},
    )
    browser = Browser(scene.bureau.handler)
    browser.client.cookies["zhunsheng-language"] = "en"
    return browser


def test_the_pages_are_english_throughout(scene: Scene, reader: Browser) -> None:
    left = {page: han_left(reader.get(f"/cases/{scene.id}/{page}").content.decode()) for page in PAGES}
    left["intake"] = han_left(reader.get("/cases/new/").content.decode())
    assert {page: words for page, words in left.items() if words} == {}


@pytest.mark.parametrize(
    "slug",
    [
        "questioning-finished",
        "person.arrived",
        "property.seized",
        "hearing.held",
        "mediation.held",
        "fine.collected",
        "case.characterised",
    ],
)
def test_a_form_is_english_throughout(scene: Scene, reader: Browser, slug: str) -> None:
    assert slug in sheets()
    page = reader.get(act_url(scene.id, slug)).content.decode()
    assert han_left(page) == set()
    data = reader.filled(act_url(scene.id, slug), persons="P0000001")
    assert han_left(reader.post(act_url(scene.id, slug, "look/"), data).content.decode()) == set()
