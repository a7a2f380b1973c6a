"""Who a person in a dossier is. The name in `subjects.person` is a key without meaning; these fields say who stands behind it."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

ID_KINDS = {
    "resident": ("居民身份证", "resident identity card"),
    "passport": ("护照", "passport"),
    "residence-permit": ("港澳台居民居住证", "residence permit for Hong Kong, Macao and Taiwan residents"),
    "foreigner-permit": ("外国人永久居留身份证", "foreigner's permanent residence card"),
    "credit-code": ("统一社会信用代码", "unified social credit code"),
    "none": ("无证件或者未查明", "none, or not established"),
}

IDENTITY = (
    "name",
    "id_kind",
    "id_number",
    "birth_on",
    "age",
    "sex",
    "division",
    "address",
    "phone",
    "occupation",
    "education",
    "nationality",
    "party_kind",
    "guardian_of",
    "identity_known",
    "person_role",
)
"""What identifying a person may state, in the order a form asks for it."""

FIELDS = (
    ActField("name", "text", "姓名或者名称", "name"),
    ActField("id_kind", "text", "证件种类", "kind of identity document", ID_KINDS),
    ActField("id_number", "text", "证件号码", "number of the identity document"),
    ActField("birth_on", "date", "出生日期", "date of birth"),
    ActField("division", "text", "户籍所在地", "place of household registration"),
    ActField("address", "text", "现住址", "present address"),
    ActField("phone", "text", "联系方式", "how to reach the person"),
    ActField("occupation", "text", "工作单位或者职业", "employer or occupation"),
    ActField("education", "text", "文化程度", "education"),
    ActField("nationality", "text", "国籍", "nationality"),
    ActField("guardian_of", "text", "是谁的监护人", "guardian of"),
    ActField("summary", "text", "简要案情", "summary of the case"),
)

TYPES: tuple[ActType, ...] = ()
