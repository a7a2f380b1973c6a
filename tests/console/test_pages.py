"""The pages round signing in: enrolment, the home page of every role, languages, headers, and what templates may not contain."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.consistency.tree import ROOT, lines_of
from tests.console.signing_in import PASSWORD, events, sign_in, signed_in
from zhunsheng.console.assets import FILES, NodeFinder, missing_assets, present
from zhunsheng.console.duties import DUTIES
from zhunsheng.console.entries import ENTRIES
from zhunsheng.people.demo import STATION, Bureau
from zhunsheng.people.enrolment import enrolment_issue
from zhunsheng.people.roles import Role
from zhunsheng.people.services import officer_create

TEMPLATES = sorted((ROOT / "src/zhunsheng/console/templates").rglob("*.html"))
NEW = "松树下面其实只有两块石头了"


def enrol(client: Client, number: str, code: str, password: str = NEW, again: str | None = None):
    return client.post(
        "/sign-in/enrol/", {"number": number, "code": code, "password": password, "again": again or password}
    )


def test_a_newcomer_sets_a_password_and_signs_in_with_it(bureau: Bureau) -> None:
    officer = officer_create("新1", "新来的", unit=STATION, by=bureau.administrator)
    code = enrolment_issue(officer, by=bureau.administrator, reason="新调入")
    client = Client()
    assert enrol(client, "新1", code).url == "/sign-in/enrolled/"
    assert client.get("/sign-in/enrolled/").status_code == 200
    assert sign_in(client, officer, NEW).url == "/"
    assert "您还没有角色" in client.get("/").content.decode()
    assert events(officer) == ["enrolment-issued", "password-set", "signed-in"]


def test_what_is_wrong_with_an_enrolment_is_said_once_for_all(bureau: Bureau) -> None:
    code = enrolment_issue(bureau.handler, by=bureau.administrator, reason="忘记密码")
    client = Client()
    faults = {
        re.search(
            r"error-summary.*?<li>(.*?)</li>", enrol(client, number, given).content.decode(), re.DOTALL
        )[1]
        for number, given in (
            (bureau.handler.number, "AAAAA"),
            ("没有这个警号", code),
            (bureau.other_handler.number, code),
        )
    }
    assert len(faults) == 1
    assert "不正确" in faults.pop()


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("短", "短", "12"), (NEW, NEW + "啊", "不一致"), ("passwordpassword", "passwordpassword", "重复")],
)
def test_a_password_that_will_not_do_is_told_so_beside_its_field(
    bureau: Bureau, password: str, again: str, said: str
) -> None:
    code = enrolment_issue(bureau.handler, by=bureau.administrator, reason="忘记密码")
    response = enrol(Client(), bureau.handler.number, code, password, again)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>错误：" in page
    assert said in page
    assert 'aria-invalid="true"' in page
    assert password not in page or len(password) < 3, "a password is never sent back"


def test_every_refusal_of_a_form_is_in_the_readers_language(bureau: Bureau) -> None:
    code = enrolment_issue(bureau.handler, by=bureau.administrator, reason="忘记密码")
    inside = signed_in(bureau.handler)
    inside.post("/account/again/", {"password": PASSWORD})
    asked = [
        Client().post("/sign-in/", {}),
        Client().post("/sign-in/enrol/", {}),
        inside.post("/account/second-factor/", {"code": "1"}),
        inside.post("/account/password/", {}),
        inside.post("/account/password/", {"oldpassword": "-", "password1": "短", "password2": "长"}),
        inside.post("/account/again/", {"password": "-"}),
        *(
            enrol(Client(), bureau.handler.number, code, password)
            for password in (
                "短",
                "international",
                "passwordpassword",
                "办案甲演1002公安派出所准绳",
                "长" * 129,
            )
        ),
    ]
    for response in asked:
        errors = [str(error) for errors in response.context["form"].errors.values() for error in errors]
        assert errors, response.request["PATH_INFO"]
        for error in errors:
            assert not re.search(r"[A-Za-z]{3,}", error), error


def test_enrolment_cannot_be_guessed(bureau: Bureau) -> None:
    code = enrolment_issue(bureau.handler, by=bureau.administrator, reason="忘记密码")
    client = Client()
    for _ in range(60):
        enrol(client, bureau.handler.number, "AAAAA")
    assert "过于频繁" in enrol(client, bureau.handler.number, code).content.decode()


def test_the_home_page_tells_every_role_what_it_may_do(bureau: Bureau) -> None:
    for role, officer in bureau.by_role().items():
        client = Client()
        client.force_login(officer)
        session = client.session
        session["second-factor"] = officer.number
        session.save()
        page = client.get("/?roles").content.decode()
        assert str(DUTIES[role]) in page
        assert str(role.label) in page
        for other in Role:
            assert (str(DUTIES[other]) in page) == (other == role)


def test_every_role_has_a_duty_and_every_entry_leads_to_a_page(bureau: Bureau) -> None:
    assert set(DUTIES) == set(Role)
    for entry in ENTRIES:
        for role in entry.roles:
            client = Client()
            client.force_login(bureau.by_role()[role])
            session = client.session
            session["second-factor"] = bureau.by_role()[role].number
            session.save()
            assert client.get(entry.url()).status_code == 200, (entry.route, role)


def test_a_person_sees_their_own_log_and_no_one_elses(bureau: Bureau) -> None:
    sign_in(Client(), bureau.second_handler)
    sign_in(Client(), bureau.handler, "不是这个密码的另外一句话")
    page = signed_in(bureau.handler).get("/account/").content.decode()
    assert page.count('<tr role="row">') == 3, "heading, refusal, sign-in"
    assert "登录被拒" in page
    assert bureau.second_handler.number not in page


def test_pages_speak_chinese_unless_english_is_chosen(bureau: Bureau) -> None:
    client = Client(headers={"Accept-Language": "fr,de;q=0.5"})
    assert '<html lang="zh-CN">' in client.get("/sign-in/").content.decode()
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="en">' in page
    assert "Officer number" in page
    sign_in(client, bureau.handler)
    assert "My desk" in client.get("/").content.decode()


def test_what_a_name_holds_is_shown_and_not_obeyed(bureau: Bureau) -> None:
    officer = officer_create("新1", "<script>alert(1)</script>{0}%s", unit=STATION, by=bureau.administrator)
    client = Client()
    client.force_login(officer)
    for path in ("/", "/account/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{0}%s" in page


# ---------------------------------------------------------------- headers and cookies


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/enrol/", "/", "/account/"])
def test_every_page_is_told_how_to_be_handled(bureau: Bureau, path: str) -> None:
    headers = (
        signed_in(bureau.handler).get(path).headers
        if path in ("/", "/account/")
        else Client().get(path).headers
    )
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/account/", "/unlock/", "/account/password/"])
def test_pages_behind_the_door_are_kept_by_nobody(bureau: Bureau, path: str) -> None:
    client = signed_in(bureau.handler)
    assert "no-store" in client.get(path)["Cache-Control"]


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_gone_with_the_browser(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    cookie = client.cookies["zhunsheng-session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]
    assert not cookie["expires"]


def test_a_form_from_elsewhere_is_refused(bureau: Bureau) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("/sign-in/", "/sign-in/enrol/", "/language/"):
        assert client.post(path, {"login": bureau.handler.number, "password": PASSWORD}).status_code == 403


# ---------------------------------------------------------------- templates and assets


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


def test_no_template_has_script_or_style_of_its_own() -> None:
    # The policy would block them in the browser, where no test of ours would notice.
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:|hx-on|hx-vals=.js:", re.IGNORECASE
    )
    assert [(t.name, line) for t in TEMPLATES for line in lines_of(t) if inline.search(line)] == []


def test_every_sentence_stands_in_both_languages() -> None:
    # Chinese outside `both` would be shown to readers of English as it is; the motto is Chinese on purpose.
    bare = re.compile(r"[一-鿿]")
    tag = re.compile(r"{%.*?%}|{#.*?#}")
    assert [
        (t.name, line)
        for t in TEMPLATES
        for line in lines_of(t)
        if bare.search(tag.sub("", line))
        and "lang-zh" not in line
        and "，</span>" not in line
        and "}}，{{" not in line
        and "%}，{{" not in line
    ] == []


def test_the_list_of_assets_is_served_and_collected_and_nothing_else_is() -> None:
    finder = NodeFinder()
    assert finder.find("bootstrap/package.json") == []
    assert finder.find("../package.json") == []
    assert {name for name, _ in finder.list(None)} == {name for name in FILES if present(name)}
    for name in FILES:
        if present(name):
            assert finder.find(name).endswith(FILES[name])


def test_missing_assets_are_a_warning_with_a_remedy_and_pages_do_without(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr("zhunsheng.console.assets.NODE_MODULES", tmp_path / "node_modules")
    (tmp_path / "package.json").touch()
    (warning,) = missing_assets()
    assert "npm ci" in warning.hint
    page = Client().get("/sign-in/").content.decode()
    assert "bootstrap" not in page
    assert "zhunsheng.css" in page


def test_the_stylesheet_needs_no_browser_newer_than_2021() -> None:
    sheet = (ROOT / "src/zhunsheng/console/static/zhunsheng.css").read_text(encoding="utf-8")
    for modern in ("oklch", "light-dark(", "color-mix", ":has(", "@container", "@layer", "&:"):
        assert modern not in sheet
