"""Dropping content by law: values and their salts go, the commitments stay, and the ledger still verifies."""

from __future__ import annotations

from zhunsheng.acts.models import Act, Concern, Dossier, Erasure
from zhunsheng.acts.record import committed
from zhunsheng.acts.record_types import ERASED
from zhunsheng.acts.tasks import document_dropped
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.entries import SALT_SIZE


def content_erase(order: Act, dossier: Dossier) -> Erasure:
    """Carry out what the act `order` (type `record.erased`) names, inside the caller's transaction, who holds the dossier's lock.

    InputError when the act named is not in the dossier, is itself such an order, or a path is not there (any more).
    """
    named, paths = order.content["erases"]["act"], order.content["erases"]["paths"]
    acts = Act.objects.unfenced("an erasure ordered by an act").filter(dossier=dossier)
    target: Act | None = acts.filter(pk=named).exclude(pk=order.pk).select_for_update().first()
    missing = paths if target is None else [path for path in paths if path not in target.content]
    if target is None or missing:
        raise InputError(
            zh=f"要删除的内容不在本案卷中：{'、'.join(missing)}",
            en=f"what is to be erased is not in this dossier: {', '.join(missing)}",
            where="erases",
            remedy_zh="核对行为和字段路径；已删除的不能再删除",
            remedy_en="check the act and the paths; what has been erased cannot be erased again",
        )
    if target.type == ERASED:
        raise InputError(
            zh="命令删除的行为须保留依据和理由，不能删除",
            en="an act that ordered an erasure keeps its law and reason: they are not erased",
            where="erases",
            remedy_zh="只删除其他行为中的内容",
            remedy_en="erase content of other acts only",
        )
    erasure = Erasure.objects.create(
        act=target,
        ordered_in=order,
        paths=paths,
        law=order.fields["law"],
        article=order.fields["article"],
        reason=order.fields["reason"],
        at=order.recorded_at,
    )
    content = {path: value for path, value in target.content.items() if path not in paths}
    erased = target.erased | dict.fromkeys(paths, str(erasure.id))
    acts.filter(pk=target.pk).update(content=content, salts=salts_without(target, paths), erased=erased)
    concerns_trim(dossier)
    for digest in digests_at(target, paths):
        # In this transaction: the job is there when the erasure is, and not before.
        document_dropped.defer(digest=digest)
    return erasure


def digests_at(act: Act, paths: list[str]) -> set[str]:
    """The digests of the documents and recordings among some paths of an act."""
    values = (act.content[path] for path in paths)
    return {value["digest"] for value in values if isinstance(value, dict) and "digest" in value}


def salts_without(act: Act, paths: list[str]) -> bytes:
    """The act's salts but for those of some paths, still in the order of the sorted paths."""
    salts = bytes(act.salts)
    places = enumerate(sorted(committed(act)))
    return b"".join(salts[n * SALT_SIZE : (n + 1) * SALT_SIZE] for n, path in places if path not in paths)


def concerns_trim(dossier: Dossier) -> None:
    """Forget subjects that no act of the dossier names any more."""
    acts = Act.objects.unfenced("an erasure ordered by an act").filter(dossier=dossier)
    named = {(kind, name) for act in acts for kind, names in act.subjects.items() for name in names}
    for concern in Concern.objects.filter(dossier=dossier):
        if (concern.kind, concern.name) not in named:
            concern.delete()
