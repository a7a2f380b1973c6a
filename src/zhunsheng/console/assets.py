"""The files the pages take from npm: an explicit list, served from `node_modules` and gathered by `collectstatic`.

Nothing is bundled and nothing generated is committed. Without them the pages stand on our own stylesheet alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name for it
from django.core.files.storage import FileSystemStorage

NODE_MODULES = Path(__file__).parents[3] / "node_modules"
"""Beside `package.json` in a working copy; an installed package has none."""

# A minified file names its source map, and collecting stops where that is missing.
FILES: dict[str, str] = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
}


def present(name: str) -> bool:
    """Whether a file of the list is there."""
    return name in FILES and (NODE_MODULES / FILES[name]).is_file()


class Storage(FileSystemStorage):
    """Opens files by their public names."""

    def path(self, name: str) -> str:
        return str(NODE_MODULES / FILES[name])

    def exists(self, name: str) -> bool:
        return present(name)


class NodeFinder(BaseFinder):
    """Django's way to these files."""

    storage = Storage(location=NODE_MODULES)

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """Where the file lies on disk; nothing for one that is not on the list or not installed."""
        if not present(path):
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:  # noqa: ARG002 - Django's signature
        """What `collectstatic` copies."""
        for name in FILES:
            if present(name):
                yield name, self.storage


def missing_assets(**_: Any) -> list[CheckMessage]:
    """Django's check: which files are not installed. Pages work without them, so it warns."""
    missing = [source for name, source in FILES.items() if not present(name)]
    if not missing or not NODE_MODULES.parent.joinpath("package.json").is_file():
        return []
    return [
        Warning(
            f"缺少页面资源，页面将只用自带样式：{'、'.join(missing)} · browser assets are missing",
            hint="运行 npm ci（或 make setup） · run npm ci, or make setup",
            id="console.W001",
        )
    ]


def register_check() -> None:
    """Part of `manage check --tag staticfiles`, so that no other command is stopped or noisy."""
    register(missing_assets, "console")
