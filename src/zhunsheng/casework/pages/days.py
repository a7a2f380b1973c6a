"""Days as people type them. One of a year that nothing here is about is a slip, and is told."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from zhunsheng.people.bilingual import both

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


def within_years(field: forms.DateField) -> forms.DateField:
    """The field, refusing a day before the first or after the last."""
    told = both(
        f"年份须在{FIRST.year}年到{LAST.year}年之间", f"the year is between {FIRST.year} and {LAST.year}"
    )
    field.validators = [
        *field.validators,
        MinValueValidator(FIRST, told),
        MaxValueValidator(LAST, told),
    ]
    return field
