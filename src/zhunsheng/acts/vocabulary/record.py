"""Acts about the record itself: withdrawing a mistake, erasing by law, sealing a dossier and opening it again."""

from __future__ import annotations

from zhunsheng.acts.record_types import ERASED, SEALED, UNSEALED, WITHDRAWN
from zhunsheng.acts.registry import ActField, ActType

FIELDS = (
    ActField("law", "text", "法律依据", "law relied on"),
    ActField("article", "text", "条款", "article relied on"),
)

TYPES = (
    ActType(WITHDRAWN, "撤回误录", "record made by mistake withdrawn", ("reason",), ()),
    ActType(ERASED, "依法删除内容", "content erased by law", ("law", "article", "reason"), ()),
    ActType(SEALED, "封存案卷", "dossier sealed", ("law", "article", "reason"), ()),
    ActType(UNSEALED, "解除封存", "dossier unsealed", ("law", "article", "reason"), ()),
)
