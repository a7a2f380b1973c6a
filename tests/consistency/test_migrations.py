"""Migrations say what the models say, in one line, each undoable in name order."""

from __future__ import annotations

from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OURS = sorted(app.label for app in apps.get_app_configs() if app.name.startswith("zhunsheng."))


@pytest.mark.django_db
def test_no_model_is_ahead_of_its_migrations() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(f"run `zhunsheng manage makemigrations`: {said.getvalue()}")


@pytest.mark.django_db
def test_the_database_of_the_tests_has_every_migration() -> None:
    loader = MigrationLoader(connection)
    assert set(loader.applied_migrations) == set(loader.graph.nodes)


@pytest.mark.parametrize("label", OURS)
def test_migrations_of_an_app_follow_one_another_without_gaps_or_branches(label: str) -> None:
    loader = MigrationLoader(None)
    ours = sorted(name for app, name in loader.disk_migrations if app == label)
    assert [int(name[:4]) for name in ours] == list(range(1, len(ours) + 1))
    assert len(loader.graph.leaf_nodes(label)) == bool(ours)
    for earlier, later in pairwise(ours):
        assert (label, earlier) in loader.disk_migrations[label, later].dependencies


@pytest.mark.parametrize("label", OURS)
def test_an_app_with_tables_has_migrations(label: str) -> None:
    models = [model for model in apps.get_app_config(label).get_models() if model._meta.managed]
    folder = Path(apps.get_app_config(label).path) / "migrations"
    assert bool(models) <= folder.is_dir()
