"""A table behind the fence gives no row to a query that has not said for whom: a forgotten filter fails, it does not leak.

`NatSuite's bypass` is the case of a list end point that forgot the filter every other one had.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery

from tests.consistency.tree import name_of, python_files, syntax
from zhunsheng.people.access import Reach, reach
from zhunsheng.people.demo import OTHER_STATION, STATION, Bureau
from zhunsheng.people.fence import Fenced, Unfenced
from zhunsheng.people.models import Unit


class Paper(Fenced):
    """Something that belongs to a unit."""

    title = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="papers")

    class Meta:
        app_label = "fence_tests"  # None that is installed: other tests ask for every model there is.
        managed = False
        db_table = "test_paper"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        return reach.within("unit", entity="paper")


class Ruleless(Fenced):
    """Somebody forgot the rule."""

    title = models.CharField(max_length=20)

    class Meta:
        app_label = "fence_tests"  # None that is installed: other tests ask for every model there is.
        managed = False
        db_table = "test_paper"


@pytest.fixture
def papers(bureau: Bureau) -> Bureau:
    """A paper of each of two stations."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE test_paper (id serial PRIMARY KEY, title text, unit_id text)")
        cursor.execute(
            "INSERT INTO test_paper (title, unit_id) VALUES ('ours', %s), ('theirs', %s)",
            [STATION, OTHER_STATION],
        )
    return bureau


def list_endpoint_that_forgot() -> list[str]:
    """NatSuite's bypass, as somebody would write it."""
    return [paper.title for paper in Paper.objects.order_by("title")]


WAYS: dict[str, Callable[[], Any]] = {
    "NatSuite's bypass": list_endpoint_that_forgot,
    "all": lambda: list(Paper.objects.all()),
    "filter": lambda: list(Paper.objects.filter(title="theirs")),
    "get": lambda: Paper.objects.get(title="theirs"),
    "first": Paper.objects.first,
    "last": Paper.objects.last,
    "index": lambda: Paper.objects.all()[0],
    "slice": lambda: list(Paper.objects.all()[:1]),
    "count": Paper.objects.count,
    "exists": Paper.objects.exists,
    "bool": lambda: bool(Paper.objects.all()),
    "len": lambda: len(Paper.objects.all()),
    "contains": lambda: Paper.objects.contains(Paper(pk=1)),
    "in": lambda: Paper(pk=1) in Paper.objects.all(),
    "iterator": lambda: list(Paper.objects.iterator()),
    "in_bulk": lambda: Paper.objects.in_bulk([1]),
    "values": lambda: list(Paper.objects.values("title")),
    "values_list": lambda: list(Paper.objects.values_list("title", flat=True)),
    "only": lambda: list(Paper.objects.only("title")),
    "distinct": lambda: list(Paper.objects.distinct()),
    "aggregate": lambda: Paper.objects.aggregate(Count("pk")),
    "annotate": lambda: list(Paper.objects.values("unit").annotate(n=Count("pk"))),
    "explain": Paper.objects.explain,
    "subquery": lambda: list(Unit.objects.filter(code__in=Paper.objects.values("unit"))),
    "exists subquery": lambda: list(
        Unit.objects.annotate(p=Subquery(Paper.objects.filter(unit=OuterRef("code")).values("title")[:1]))
    ),
    "union": lambda: list(Paper.objects.none().union(Paper.objects.all())),
    "update": lambda: Paper.objects.update(title="gone"),
    "update F": lambda: Paper.objects.filter(pk=1).update(title=F("title")),
    "delete": lambda: Paper.objects.all().delete(),
    "bulk_update": lambda: Paper.objects.bulk_update([Paper(pk=1, title="x")], ["title"]),
    "get_or_create": lambda: Paper.objects.get_or_create(title="theirs"),
    "update_or_create": lambda: Paper.objects.update_or_create({"title": "x"}, title="theirs"),
    "raw": lambda: list(Paper.objects.raw("SELECT * FROM test_paper")),
    "select_for_update": lambda: list(Paper.objects.select_for_update()),
    "related": lambda: list(Unit.objects.get(code=OTHER_STATION).papers.all()),
    "prefetch": lambda: list(Unit.objects.prefetch_related("papers")),
    "default manager": lambda: list(Paper._default_manager.all()),
}


def test_no_way_of_asking_gets_past_the_fence(papers: Bureau) -> None:
    for name, way in WAYS.items():
        with pytest.raises(Unfenced), transaction.atomic():
            raise AssertionError(f"{name}: {way()}")


def test_each_of_these_ways_would_have_got_something_without_it(
    papers: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Otherwise the test above could pass because a way does not work at all.
    monkeypatch.setattr("zhunsheng.people.fence.check", lambda _model, _query: None)
    for name, way in WAYS.items():
        if name in {"raw", "union", "bulk_update"}:
            continue
        point = transaction.savepoint()
        assert way() not in ([], 0, None, {}), name
        transaction.savepoint_rollback(point)


def test_within_reach_there_is_what_the_rule_says(papers: Bureau) -> None:
    ours = Paper.objects.within(reach(papers.handler, "handling"))
    assert [paper.title for paper in ours] == ["ours"]
    assert (ours.count(), ours.exists(), ours.aggregate(n=Count("pk"))["n"]) == (1, True, 1)
    assert not ours.filter(title="theirs").exists()
    assert [paper.title for paper in Paper.objects.within(reach(papers.other_handler, "handling"))] == [
        "theirs"
    ]


def test_the_fence_stays_through_every_further_step(papers: Bureau) -> None:
    ours = Paper.objects.within(reach(papers.handler, "handling"))
    steps = (
        ours.filter(Q(title="ours") | Q(title="theirs")).order_by("-title").distinct(),
        ours.exclude(title="x"),
        ours.all(),
        ours.only("title"),
    )
    assert [[paper.title for paper in step] for step in steps] == [["ours"]] * 4
    station = Unit.objects.prefetch_related(Prefetch("papers", queryset=ours)).get(code=STATION)
    assert [paper.title for paper in station.papers.all()] == ["ours"]


def test_two_fenced_queries_may_be_joined_and_a_fenced_one_with_an_unfenced_may_not(papers: Bureau) -> None:
    ours, theirs = (
        Paper.objects.within(reach(o, "handling")) for o in (papers.handler, papers.other_handler)
    )
    assert {paper.title for paper in ours | theirs} == {"ours", "theirs"}
    assert {paper.title for paper in ours.union(theirs)} == {"ours", "theirs"}
    for join in (
        lambda: ours | Paper.objects.all(),
        lambda: ours ^ Paper.objects.all(),
        lambda: list(ours.union(Paper.objects.all())),
    ):
        with pytest.raises(Unfenced):
            join()


def test_a_purpose_without_contents_reaches_no_row(papers: Bureau) -> None:
    for officer, purpose in ((papers.founder, "administration"), (papers.auditor, "audit")):
        assert list(Paper.objects.within(reach(officer, purpose))) == []


def test_a_table_without_a_rule_cannot_be_listed_for_anybody(papers: Bureau) -> None:
    for officer, purpose in ((papers.handler, "handling"), (papers.founder, "administration")):
        with pytest.raises(ImproperlyConfigured, match="Ruleless"):
            list(Ruleless.objects.within(reach(officer, purpose)))


def test_the_house_may_look_when_it_says_why(papers: Bureau) -> None:
    assert Paper.objects.unfenced("counting for a test").count() == 2
    with pytest.raises(Unfenced):
        Paper.objects.unfenced("").count()


# ---------------------------------------------------------------- the code as it stands


def fenced_models() -> set[str]:
    """The names of the models behind the fence."""
    from django.apps import apps

    return {model.__name__ for model in apps.get_models() if issubclass(model, Fenced)} - {
        "Paper",
        "Ruleless",
    }


def test_dossiers_and_acts_stand_behind_the_fence_each_with_its_own_rule() -> None:
    from django.apps import apps

    assert {"Dossier", "Act"} <= fenced_models()
    for model in apps.get_models():
        if issubclass(model, Fenced) and model not in (Paper, Ruleless):
            assert model.rule.__func__ is not Fenced.rule.__func__, model


@pytest.mark.xdist_group("tree")
def test_nothing_goes_round_the_fence_by_the_base_manager() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if name_of(path).startswith("src/")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and node.attr == "_base_manager"
    ]
    assert found == []
