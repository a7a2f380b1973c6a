"""Tables whose rows cannot be read until somebody has said on whose behalf: a forgotten filter fails, it does not leak.

A model inherits `Fenced` and says in `rule` which rows a reach covers. Every list, search, count, export and subquery then
starts from `Model.objects.within(reach)`. What works for the house and not for a person (the guard, the clock, exports to an
engine) says so: `Model.objects.unfenced("why")`. What a fence cannot see is a join from another table; start from the fenced one.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from zhunsheng.people.access import Reach


class Unfenced(RuntimeError):
    """A query on a fenced table that says neither for whom nor why; a mistake in the programme, never a user's."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(f"{model.__name__}: neither .within(reach) nor .unfenced(why)")


class FencedQuery(Query):
    """A query that turns into SQL only once its fence is up; copies of it keep the fence."""

    fence: str = ""

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        """The way of every evaluation, of counts and of subqueries too."""
        check(self.model, self)
        compiler: SQLCompiler = super().get_compiler(*args, **kwargs)
        return compiler


class FencedQuerySet(models.QuerySet[Any]):
    """Rows behind the fence."""

    def __init__(
        self,
        model: type[models.Model],
        query: Query | None = None,
        using: str | None = None,
        hints: Any = None,
    ) -> None:
        super().__init__(model, query or FencedQuery(model), using, hints)

    def within(self, reach: Reach) -> Self:
        """The rows of this query that the reach covers, by the model's own rule."""
        return raised(self.filter(self.model.rule(reach)), f"reach:{reach.purpose}")

    def unfenced(self, why: str) -> Self:
        """All rows of this query, for work done by the house itself; `why` is for whoever reads the code."""
        return raised(self.all(), why and f"unfenced:{why}")

    # Changing rows copies the query into a class without the check, and merging two takes over the other's conditions.

    def update(self, **kwargs: Any) -> int:
        check(self.model, self.query)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        check(self.model, self.query)
        return super().delete()

    def __or__(self, other: Any) -> Self:
        check(self.model, other.query)
        return super().__or__(other)

    def __xor__(self, other: Any) -> Self:
        check(self.model, other.query)
        return super().__xor__(other)

    def raw(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refused: SQL written by hand knows no fence."""
        raise Unfenced(self.model)


class Fenced(models.Model):
    """A table behind the fence."""

    objects = FencedQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Which rows a reach covers; a model without a rule has no readable row."""
        raise ImproperlyConfigured(
            f"{cls.__name__} has no rule for {reach.purpose}, so none of its rows can be read"
        )


Rows = TypeVar("Rows", bound=FencedQuerySet)


def raised(rows: Rows, fence: str) -> Rows:
    """The same rows with their fence up."""
    assert isinstance(rows.query, FencedQuery)
    rows.query.fence = fence
    return rows


def check(model: type[models.Model] | None, query: Query) -> None:
    """Refuse to make SQL where no fence is up."""
    assert model is not None
    if not getattr(query, "fence", ""):
        raise Unfenced(model)
