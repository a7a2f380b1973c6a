"""`zhunsheng manage …`: Django's management commands, with the embedded database running where they need one."""

from __future__ import annotations

import os
from contextlib import nullcontext

import typer

from zhunsheng.cli.platform import SETTINGS, database, need_packages

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
# Commands that read or write files only.
WITHOUT_DATABASE = frozenset(
    [
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "startapp",
        "version",
    ]
)


def manage_command(context: typer.Context) -> None:
    """运行 Django 管理命令，如 manage migrate。 Run one of Django's management commands, such as manage migrate."""
    need_packages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ.setdefault("PGAPPNAME", "zhunsheng manage")
    from django.core.management import ManagementUtility

    command = next((word for word in context.args if not word.startswith("-")), "help")
    asks_for_help = not {"--help", "-h", "--version"}.isdisjoint(context.args)
    with nullcontext() if asks_for_help or command in WITHOUT_DATABASE else database():
        ManagementUtility(["zhunsheng manage", *context.args]).execute()
