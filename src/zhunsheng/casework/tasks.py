"""Jobs of casework: unfinished uploads and forms are cleared away when their time is over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhunsheng.casework.forms.keeping import drafts_forget
from zhunsheng.casework.forms.uploads import uploads_clear


@app.periodic(cron="23 * * * *")
@app.task(queue="upkeep", queueing_lock="casework_clear", pass_context=False)
def casework_clear(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it by name
    """Clear away uploads that nobody goes on with and forms that nobody submitted."""
    uploads_clear()
    drafts_forget()
