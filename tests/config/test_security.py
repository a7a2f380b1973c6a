"""A production installation is closed: Django's own checks and ours find nothing, and each thing lacking is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.serving import Served, environment_of
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.config.checks import production
from zhunsheng.config.security import security_settings

TLS = {"X-Forwarded-Proto": "https", "X-Real-IP": "192.0.2.7"}
URL = "postgresql://zhunsheng@/zhunsheng?host=/nowhere"


def production_variables(home: Path) -> dict[str, str]:
    """The environment of a server where nothing is lacking."""
    witnesses = home / "witnesses.json"
    witnesses.write_text("[]", encoding="utf-8")
    return environment_of(home, URL, ZHUNSHENG_WITNESSES=str(witnesses))


def test_a_production_environment_passes_every_check(tmp_path: Path) -> None:
    env = {**production_variables(tmp_path), "DJANGO_SETTINGS_MODULE": "zhunsheng.config.settings"}
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


LACKING = [
    "DATABASE_URL",
    "ZHUNSHENG_PROXIES",
    "ZHUNSHENG_LEDGER_ORIGIN",
    "ZHUNSHENG_WITNESSES",
    "ZHUNSHENG_LOG",
]


@pytest.mark.parametrize("lacking", LACKING)
def test_what_production_lacks_is_named(tmp_path: Path, settings, lacking: str) -> None:
    whole = production_variables(tmp_path)
    assert set(LACKING) <= set(whole)
    settings.ENVIRONMENT = environment({**whole, lacking: ""})
    assert [message.hint.partition(":")[0] for message in production(None)] == [lacking]


def test_clear_text_is_sent_to_https_but_for_probes(site: Served) -> None:
    host = {"Host": "zhifa.example.gov.cn"}
    answer = site.get("/shows", host)
    assert (answer.status, answer.headers["location"]) == (301, "https://zhifa.example.gov.cn/shows")
    assert site.get("/health").status == 200


def test_a_secure_answer_says_so_to_browsers(site: Served) -> None:
    headers = site.get("/shows", TLS | {"Host": "zhifa.example.gov.cn"}).headers
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_a_host_that_is_not_ours_is_refused(site: Served) -> None:
    answer = site.get("/shows", TLS | {"Host": "evil.example"})
    assert answer.status == 400
    assert "evil" not in answer.text + site.text()


def settings_with(**variables: str) -> dict[str, object]:
    return security_settings(environment(variables))


def test_without_a_proxy_no_header_makes_a_request_secure() -> None:
    settings = settings_with()
    assert settings["SECURE_PROXY_SSL_HEADER"] is None
    assert settings["SECURE_SSL_REDIRECT"] is False


def test_in_debug_cookies_travel_in_clear_even_behind_a_proxy() -> None:
    settings = settings_with(ZHUNSHENG_PROXIES="127.0.0.1", ZHUNSHENG_DEBUG="1")
    assert (settings["SESSION_COOKIE_SECURE"], settings["SECURE_HSTS_SECONDS"]) == (False, 0)


def test_forms_may_lead_elsewhere_only_where_an_identity_provider_is_set(tmp_path: Path) -> None:
    oidc = tmp_path / "oidc.json"
    oidc.write_text(json.dumps({}), encoding="utf-8")
    assert "form-action 'self' https:" in str(
        settings_with(ZHUNSHENG_OIDC=str(oidc))["CONTENT_SECURITY_POLICY"]
    )
    assert str(settings_with()["CONTENT_SECURITY_POLICY"]).endswith("form-action 'self'")


@pytest.mark.parametrize("value", ["everyone", "10.0.0.0/33", "127.0.0.1;::1"])
def test_a_proxy_that_is_no_address_is_refused_by_name(value: str) -> None:
    with pytest.raises(InputError, match="ZHUNSHENG_PROXIES"):
        environment({"ZHUNSHENG_PROXIES": value})


def test_a_metrics_token_that_can_be_guessed_is_refused_without_repeating_it() -> None:
    with pytest.raises(InputError) as refused:
        environment({"ZHUNSHENG_METRICS_TOKEN": "hunter2"})
    assert "hunter2" not in str(refused.value)
