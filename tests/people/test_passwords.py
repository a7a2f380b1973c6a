"""The rules for passwords: long enough, not common, not made of what everybody knows of the person; any characters."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from zhunsheng.people.models import Officer, Unit

OFFICER = Officer(
    number="012345", name="欧阳震华", unit=Unit(code="990101010000", name_zh="甲分局第一派出所")
)


def faults(password: str) -> list[str]:
    try:
        validate_password(password, OFFICER)
    except ValidationError as refused:
        return [error.code for error in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "牛头山的松树下有三块石头",
        "correct horse battery staple",
        "  blanks at both ends count  ",
        "𬭎㛃𠮷野家的十二个罕见字符啊",
        "lowercaseonlywithoutanydigits",
        "房间号1234在走廊的尽头左边",
        "abcd以外还有很多别的字母呢",
        "".join(chr(0x4E00 + n) for n in range(128)),
        "欧阳震华每天早上六点去跑步",
    ],
)
def test_these_are_fine(password: str) -> None:
    assert faults(password) == []


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("十一个字符不够长啊啊", "password_too_short"),
        ("international", "password_too_common"),
        ("passwordpassword", "password_guessable"),
        ("qwertyuiop123456", "password_guessable"),
        ("abcdefghijkl", "password_guessable"),
        ("0987654321098", "password_guessable"),
        ("1qaz2wsx3edc", "password_guessable"),
        ("!!football!!2026", "password_guessable"),
        ("天天天天天天天天天天天天天天", "password_guessable"),
        ("一二一二一二一二一二一二", "password_guessable"),
        ("欧阳震华012345公安", "password_too_similar"),
        ("甲分局第一派出所012345", "password_too_similar"),
        ("zhunsheng准绳2026", "password_too_similar"),
        ("Police9901010100001", "password_too_similar"),
        ("长" * 129, "password_too_long"),
    ],
)
def test_these_are_not(password: str, fault: str) -> None:
    assert fault in faults(password)


def test_the_application_hashes_at_djangos_cost_and_not_at_that_of_tests() -> None:
    from zhunsheng.config import settings as the_applications

    assert the_applications.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert Argon2PasswordHasher.memory_cost >= 19 * 1024, "RFC 9106 and OWASP ask for no less"


def test_passwords_are_kept_with_argon2_and_checked_exactly_as_typed() -> None:
    officer = Officer(number="1", name="-")
    officer.set_password("  Blanks and CASE count  ")
    assert identify_hasher(officer.password).algorithm == "argon2"
    assert officer.check_password("  Blanks and CASE count  ")
    assert not officer.check_password("Blanks and CASE count")
    assert not officer.check_password("  blanks and case count  ")
