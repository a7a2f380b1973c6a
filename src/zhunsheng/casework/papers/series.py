"""Numbers of papers: 甲公（一）行罚决字〔2026〕12号, without a gap for each unit, series and year."""

from __future__ import annotations

from zhunsheng.casework.models import PaperNumbering
from zhunsheng.casework.papers.view import Issuer


def number_take(issuer: Issuer, series: str, year: int) -> str:
    """The next number, inside a transaction: that holds the counter until it ends, and gives the number back when it fails."""
    at = {"unit_id": issuer.code, "series": series, "year": year}
    PaperNumbering.objects.bulk_create([PaperNumbering(**at)], ignore_conflicts=True)
    row = PaperNumbering.objects.select_for_update().get(**at)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{issuer.short}{series}〔{year}〕{row.last}号"
