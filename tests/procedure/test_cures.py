"""Several cures in one sentence."""

from __future__ import annotations

import pytest

from zhunsheng.procedure.errors import joined


@pytest.mark.parametrize(
    ("cures", "said"),
    [
        ([], ""),
        (["补办手续。", "", "补办手续"], "补办手续"),
        (["补办手续。", "另行通知。"], "补办手续；另行通知"),
        (["甲。", "乙。", "丙。"], "甲；乙等，共 3 条"),
    ],
)
def test_two_cures_are_told_and_the_others_counted(cures: list[str], said: str) -> None:
    assert joined(cures, "；", "等，共 {} 条") == said
