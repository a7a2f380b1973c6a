"""Jobs of acts: the bytes of a document that was erased are dropped from the store, unless another act names the same ones."""

from __future__ import annotations

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from procrastinate.contrib.django import app

from zhunsheng.acts.models import Act
from zhunsheng.base.storage import storage


@app.task(queue="upkeep", pass_context=False)
def document_dropped(digest: str) -> None:
    """Drop the bytes of this digest, if no act names it any more."""
    named = RawSQL("content::text LIKE %s", [f"%{digest}%"], BooleanField())
    if not Act.objects.unfenced("an erasure ordered by an act").filter(named).exists():
        storage().remove(digest)
