"""What accountability must never grow: a count, a list or an index of cases by officer; and codes without words or sources."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver

from zhunsheng.accountability import access, selectors
from zhunsheng.accountability.codes import Rule
from zhunsheng.accountability.models import Involvement, ResponsibilityCase
from zhunsheng.accountability.rules import rules
from zhunsheng.base.errors import InputError
from zhunsheng.people.models import Officer

HERE = Path(inspect.getfile(selectors)).parent
NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


def of_officers() -> list[type[models.Model]]:
    """The tables that name an officer."""
    own = apps.get_app_config("accountability").get_models()
    return [m for m in own if any(f.related_model is Officer for f in m._meta.get_fields() if f.is_relation)]


def test_no_table_keeps_a_number_about_a_person() -> None:
    allowed = {"round", "saw", "revision"}
    for model in of_officers():
        numbers = {
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, NUMBERS) and not f.primary_key and not f.is_relation
        }
        assert numbers <= allowed, model


def test_nothing_is_grouped_or_counted_by_officer() -> None:
    """No aggregate of the app names an officer's column, and no read takes an officer to look for."""
    grouped = re.compile(r"\.values(_list)?\([^)]*officer[^)]*\)[^;]{0,80}annotate", re.DOTALL)
    for path in HERE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not grouped.search(text), path
        assert not re.search(r"Count\([^)]*officer", text), path
    for module in (selectors, access):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__:
                continue
            takes = set(inspect.signature(function).parameters)
            assert not takes & {"officer", "number", "person", "who"}, name


def test_no_address_takes_an_officer() -> None:
    routes = [
        str(p.pattern)
        for r in get_resolver().url_patterns
        for p in getattr(r, "url_patterns", [r])
        for p in getattr(p, "url_patterns", [p])
        if "accountability" in str(p.pattern) or "external-results" in str(p.pattern)
    ]
    assert len(routes) >= 7
    assert not [route for route in routes if "officer" in route or "number" in route or "str:" in route]


def test_lists_select_no_officer() -> None:
    for name in ("cases.html", "externals.html", "figures.html"):
        text = (HERE / "templates" / "accountability" / name).read_text(encoding="utf-8")
        assert not re.search(r"officer|\.name }}", text.replace("name_zh", "")), name


def test_an_officer_is_indexed_for_their_own_part_only() -> None:
    assert [i.name for i in Involvement._meta.indexes] == ["involvement_own"]
    assert not [i for i in ResponsibilityCase._meta.indexes if "officer" in "".join(i.fields)]


def test_whatever_rests_on_an_excerpt_or_on_the_house_is_unverified() -> None:
    assert not [key for key, one in rules().sources.items() if one.verified]
    assert {rules().rules[rule].source for rule in Rule} == {"rules-138-5-10", "house"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  by-part:\n", "  by-heart:\n"),
        ("source: rules-138-2}", "source: hearsay}"),
        ("review: {days: 30}", "review: {days: 0}"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(tmp_path: Path, old: str, new: str) -> None:
    from zhunsheng.acts.surroundings import rulebook_folder

    text = (rulebook_folder() / "accountability.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "accountability.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError):
        rules(path)
