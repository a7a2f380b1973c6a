"""The page about the findings table names exactly the columns there are, in their order."""

from __future__ import annotations

import re
from pathlib import Path

from zhunsheng.norms.results import COLUMNS


def test_the_page_names_every_column_in_order(root: Path) -> None:
    page = (root / "docs" / "findings.md").read_text(encoding="utf-8")
    first_cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert [name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)] == list(COLUMNS)
