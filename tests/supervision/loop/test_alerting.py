"""The rules of the house about findings: read from the rulebook, dated, and every fault named with its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.acts.vocabulary.supervision import LISTING_GROUNDS
from zhunsheng.base.errors import InputError
from zhunsheng.supervision.alerting import alerting, alerting_file, element_of
from zhunsheng.supervision.codes import HandDownKind

SHIPPED = (rulebook_folder() / "alerting.yaml").read_text(encoding="utf-8")


def read(tmp_path: Path, *changes: tuple[str, str]) -> object:
    text = SHIPPED
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "alerting.yaml"
    path.write_text(text, encoding="utf-8")
    return alerting_file(path)


def test_the_shipped_rules_know_what_the_code_and_the_vocabulary_know() -> None:
    rule = alerting()
    assert {one.code for one in rule.listing.entry} == set(LISTING_GROUNDS)
    assert {one.code for one in rule.listing.exit} == {"verified", "no-recurrence"}
    assert set(rule.hand_downs) == set(HandDownKind.values)
    assert set(rule.rectification.term) == set(rule.findings) == {"blocking", "serious", "minor", "advisory"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("floor: 70", "floor: 170"), "floor"),
        (("code: officer", "code: unit"), "officer"),
        (
            (
                "after: {blocking: {hours: 8}, serious: {days: 3}",
                "after: {blocking: {hours: 1}, serious: {days: 3}",
            ),
            "blocking",
        ),
        (("channels: [chat, sms], except", "channels: [pigeon], except"), "channels"),
        (('to: "07:00"', 'to: "25:00"'), "to"),
        (("roles: [approver]", "roles: []"), "roles"),
        (("overdue, late]\n      serious", "overdue, slow]\n      serious"), "findings"),
        (("small_number: 20", "small_numbers: 20"), "small_number"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, change)
    assert "alerting.yaml:" in refused.value.where
    assert said in refused.value.en


def test_versions_do_not_overlap(tmp_path: Path) -> None:
    first, rest = SHIPPED.split("versions:\n", 1)
    body, elements = rest.split("# Which of the six", 1)
    path = tmp_path / "alerting.yaml"
    path.write_text(f"{first}versions:\n{body}{body}# Which of the six{elements}", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        alerting_file(path)
    assert "same time" in refused.value.en


def test_before_the_first_version_the_oldest_holds() -> None:
    assert alerting(dt.datetime(1999, 1, 1, tzinfo=dt.UTC)) == alerting()


@pytest.mark.parametrize(
    ("per", "bearer", "opened_by", "element"),
    [
        (("case", "item"), "property-keeper", "property.seized", "item"),
        (("case", "person"), "handler", "person.arrived", "person"),
        (("case",), "file-keeper", "case.closed", "file"),
        (("case", "person"), "handler", "area.entered", "place"),
        (("case",), "handler", "report.received", "incident"),
        (("case",), "handler", "case.opened", "case"),
    ],
)
def test_a_norm_is_about_one_of_the_six_elements(
    per: tuple[str, ...], bearer: str, opened_by: str, element: str
) -> None:
    assert element_of(frozenset(per), bearer, opened_by) == element
