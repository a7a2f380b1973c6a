"""What happens to recordings and electronic records: kinds, access, alteration, destruction, entry in the case system."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

ENTERED = {
    "acceptance": ("受理", "acceptance"),
    "evidence": ("调查取证", "evidence"),
    "coercive-measure": ("采取强制措施", "coercive measures"),
    "disposition": ("处理", "disposition"),
    "approval": ("审核审批", "review and approval"),
}

CLASSES = {
    "ordinary": ("一般资料", "ordinary"),
    "evidence": ("作为证据使用", "used as evidence"),
    "obstruction": ("阻碍执法、妨害公务", "obstruction of enforcement"),
    "mass-incident": ("处置重大突发、群体性事件", "major emergency or mass incident"),
    "major-incident": ("其他重大、疑难、复杂警情", "other major, difficult or complex incident"),
}

READERS = {
    "own": ("采集部门自用", "the department that made it"),
    "other-department": ("其他部门", "another department"),
    "outside": ("公安机关以外", "outside the police"),
}

FIELDS = (
    ActField("entered", "text", "录入系统的内容", "what is entered in the case system", ENTERED),
    ActField("retention_class", "text", "资料保存类别", "class that settles how long it is kept", CLASSES),
    ActField("reader", "text", "调阅复制方", "who reads or copies it", READERS),
)

TYPES = (
    ActType(
        "system.entered",
        "录入执法办案信息系统",
        "entered in the case system",
        ("entered",),
        ("person", "item"),
    ),
    ActType(
        "esignature.made",
        "电子签名、电子指纹捺印",
        "electronic signature or fingerprint given",
        ("document",),
        ("person",),
        lasts=True,
    ),
    ActType(
        "remote-interview.held",
        "远程视频讯问、询问",
        "interrogation or questioning by video link",
        ("case_kind",),
        ("person",),
        lasts=True,
    ),
    ActType(
        "recording.altered",
        "录音录像被剪接、删改或者选择性录制",
        "recording cut, altered or made selectively",
        ("method", "reason"),
        ("recording", "person"),
    ),
    ActType(
        "recording.classified",
        "确定视音频资料类别",
        "class of a recording settled",
        ("retention_class",),
        ("recording",),
    ),
    ActType("recording.destroyed", "销毁视音频资料", "recording destroyed", ("reason",), ("recording",)),
    ActType(
        "recording.accessed",
        "调阅、复制视音频资料",
        "recording read or copied",
        ("reader", "reason"),
        ("recording",),
    ),
    ActType(
        "scene.handled",
        "现场处置",
        "scene handled",
        ("case_kind", "method"),
        ("person",),
        lasts=True,
    ),
)
