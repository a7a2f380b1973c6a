"""Summoning and questioning in administrative cases: the stay, the transcript, the recording, the handling area."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

LONGER_TERMS = {
    "many-or-unknown": ("涉案人数众多或者身份不明", "many persons involved, or identity unknown"),
    "complex-detention": ("情况复杂且可能适用行政拘留", "complex, and detention may be the penalty"),
}

EXITS = {
    "finished": ("办理完毕离开", "finished"),
    "custody": ("送监管场所执行", "taken to a place of custody"),
    "medical": ("就医", "medical care"),
    "recover-loot": ("起赃", "to recover loot"),
    "identify-scene": ("辨认现场", "to identify the scene"),
    "identify-body": ("辨认尸体", "to identify a body"),
}

FIELDS = (
    ActField("card_shown", "flag", "已出示人民警察证、表明执法身份", "police card shown"),
    ActField("extension_ground", "text", "适用较长询问查证时间的事由", "ground of the longer questioning time", LONGER_TERMS),
    ActField("may_be_detained", "flag", "依法可能适用行政拘留", "detention may be the penalty"),
    ActField("many_suspects", "flag", "涉案人数众多", "many persons involved"),
    ActField("stay_noted", "flag", "笔录已注明到案经过、到案和离开时间", "transcript notes how and when the person came and left"),
    ActField("endorsed_for", "text", "填写事项", "what is filled in",
             {"arrival": ("到案时间", "time of arrival"), "leaving": ("离开时间", "time of leaving")}),
    ActField("food_rest_noted", "flag", "已保证饮食和必要休息并在笔录注明", "food and rest given and noted in the transcript"),
    ActField("family_noted", "flag", "笔录已注明通知家属情况或者无法通知的原因", "transcript notes that the family was told, or why not"),
    ActField("individual", "flag", "个别进行", "held individually"),
    ActField("deaf", "flag", "聋哑人", "deaf or mute"),
    ActField("needs_interpreter", "flag", "不通晓当地通用语言文字", "does not know the local language"),
    ActField("interpreter", "flag", "有翻译或者通晓手语的人员", "interpreter present"),
    ActField("interpreter_noted", "flag", "笔录已注明翻译人员情况", "interpreter noted in the transcript"),
    ActField("officer_signed", "flag", "办案民警已签名", "signed by the officers"),
    ActField("recording_replaces", "flag", "快速办理中以录音录像替代书面笔录", "fast track: a recording stands for the transcript"),
    ActField("read_out", "flag", "已宣读笔录", "transcript read out"),
    ActField("sole_officer", "flag", "由一名民警进行", "done by one officer alone"),
    ActField("exit_ground", "text", "离开办案区事由", "why the person left the handling area", EXITS),
)

TRANSCRIPT = (
    "person_role", "method", "signed", "refused", "noted", "officer_signed", "card_shown", "stay_noted", "food_rest_noted",
    "family_noted", "individual", "deaf", "needs_interpreter", "interpreter", "interpreter_noted", "recording_replaces", "read_out",
)

TYPES = (
    ActType("inquiry-record.made", "制作询问笔录", "transcript of a questioning made", TRANSCRIPT, ("person",)),
    ActType("summons.endorsed", "在传唤证上填写时间并签名", "times filled in on the summons", ("endorsed_for", "signed", "noted"), ("person",)),
    ActType("inquiry.extended", "认定适用较长询问查证时间", "longer questioning time found to apply", ("extension_ground",), ("person",)),
    ActType("restraint.started", "约束醉酒的人", "drunk person restrained", ("method",), ("person",)),
    ActType("restraint.ended", "酒醒后解除约束", "restraint lifted, person sober", (), ("person",)),
    ActType("area.entered", "进入办案区", "handling area entered", (), ("person",)),
    ActType("area.left", "离开办案区", "handling area left", ("exit_ground",), ("person",)),
    ActType("recording.lost", "录音录像损毁、丢失", "recording damaged or lost", ("sole_officer",), ("person", "recording")),
    ActType("defence.stated", "违法嫌疑人陈述申辩", "suspect stated a defence", (), ("person",)),
    ActType("defence.verified", "核查陈述申辩", "defence verified", ("noted",), ("person",)),
)
