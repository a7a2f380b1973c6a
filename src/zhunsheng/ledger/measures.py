"""How far sealing is behind and who has witnessed what, for monitoring; and what the ledger needs for the service to be ready."""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import Max, Min

from zhunsheng.base import clock
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.measures import Answer, Gauge, Readiness, gauge_register, readiness_register
from zhunsheng.ledger.keeping import export_signer, ledger_folder, ledger_history, ledger_signer, signs_here
from zhunsheng.ledger.models import Checkpoint, Cosignature, Unsealed
from zhunsheng.ledger.sequencer import tree_size

LONGEST_LAG = 60
"""Seconds an entry may wait for its place in a signed tree; it usually waits two."""
SIGNED_AT = re.compile(r"^time (\S+)$", re.MULTILINE)


def unsealed_entries() -> float:
    """Entries no tree holds yet."""
    return float(Unsealed.objects.count())


def unsealed_seconds() -> float:
    """How long the oldest of them has waited; 0 when there is none."""
    oldest = Unsealed.objects.aggregate(at=Min("at"))["at"]
    return 0.0 if oldest is None else max(0.0, (clock.now() - oldest).total_seconds())


def leaves() -> float:
    """Leaves in the tree."""
    return float(tree_size())


def signed_leaves() -> float:
    """Leaves under the last signed checkpoint."""
    return float(Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0)


def witnessed_leaves() -> dict[tuple[str, ...], float]:
    """Leaves under the last checkpoint each witness has cosigned."""
    newest = Cosignature.objects.values("witness").annotate(size_=Max("size")).values_list("witness", "size_")
    return {(witness,): float(size) for witness, size in newest}


def sealing_keeps_up() -> Answer:
    """Whether what was recorded is under a signed checkpoint within the longest lag."""
    waiting = unsealed_seconds()
    if waiting > LONGEST_LAG:
        return Answer(
            ok=False,
            zh=f"账本定序落后 {waiting:.0f} 秒：查看定序进程的日志",
            en=f"sealing is {waiting:.0f} s behind: see the sequencer's log",
        )
    last = Checkpoint.objects.order_by("-size").first()
    signed = SIGNED_AT.search(last.note) if last else None
    age = (clock.now() - datetime.fromisoformat(signed[1])).total_seconds() if signed else LONGEST_LAG + 1.0
    if tree_size() != (last.size if last else 0) and age > LONGEST_LAG:
        return Answer(
            ok=False,
            zh="账本已增长而没有新签的检查点：查看定序进程的日志，核对签名密钥",
            en="the ledger has grown and no checkpoint was signed: see the sequencer's log, check its key",
        )
    return Answer(ok=True, zh="账本定序及时", en="sealing keeps up")


def key_loads() -> Answer:
    """Whether the signing key can be used, where this process is meant to have it.

    On a server the key belongs to the sequencer's account alone; that it signs is then seen from `sealing_keeps_up`.
    """
    env = environment()
    if env.ledger_key is None and not (ledger_folder(env) / "key").exists():
        return Answer(
            ok=True, zh="密钥不在本进程，由定序进程保管", en="the key is with the sequencer, not here"
        )
    try:
        name = ledger_signer(env).key.name
    except InputError:
        return Answer(
            ok=False,
            zh="签名密钥无法使用：运行 zhunsheng doctor",
            en="the signing key cannot be used: run `zhunsheng doctor`",
        )
    if name != env.ledger_origin:
        return Answer(
            ok=False, zh="签名密钥的名称不是账本名", en="the signing key's name is not the ledger's"
        )
    return Answer(ok=True, zh="签名密钥可用", en="the signing key is usable")


def exports_sealed() -> Answer:
    """Whether this process could seal an export now: with the ledger's own key, or with one whose delegation holds."""
    env = environment()
    if env.export_key is None and signs_here(env):
        return Answer(ok=True, zh="导出由账本密钥封存", en="exports are sealed by the ledger's own key")
    try:
        _, delegation = export_signer(env)
        size = Checkpoint.objects.aggregate(size=Max("size"))["size"]
        fault = delegation and size is not None and delegation.fault(ledger_history(env), size)
    except InputError:
        return Answer(
            ok=False,
            zh="封签密钥、委托书或密钥沿革无法使用，不能导出：运行 zhunsheng doctor",
            en="export key, delegation or key history cannot be used, nothing can be exported: run `zhunsheng doctor`",
        )
    if fault:
        return Answer(
            ok=False,
            zh="封签密钥的委托书不再有效，不能导出：重新委托（zhunsheng ledger-key delegate）",
            en="the export key's delegation does not hold any more, nothing can be exported: delegate anew",
        )
    return Answer(ok=True, zh="封签密钥可用", en="the export key is usable")


def register() -> None:
    """Make gauges and needs known; called once applications are loaded."""
    gauge_register(Gauge("ledger_unsealed_entries", "Entries no tree holds yet.", unsealed_entries))
    gauge_register(Gauge("ledger_unsealed_seconds", "Age of the oldest unsealed entry.", unsealed_seconds))
    gauge_register(Gauge("ledger_leaves", "Leaves in the tree.", leaves))
    gauge_register(Gauge("ledger_signed_leaves", "Leaves under the last checkpoint.", signed_leaves))
    gauge_register(
        Gauge("ledger_witnessed_leaves", "Leaves each witness has cosigned.", witnessed_leaves, ("witness",))
    )
    readiness_register(Readiness("sealing", sealing_keeps_up))
    readiness_register(Readiness("signing_key", key_loads))
    readiness_register(Readiness("export_key", exports_sealed))
