"""The ledger's public resources, by the paths of C2SP tlog-tiles: the newest checkpoint, tiles, entry bundles, and the keys.

They tell how many acts there are and nothing of any act: leaves are digests of salted commitments.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from zhunsheng.api.problems import Problem, problem_response
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.keeping import history_file, ledger_history
from zhunsheng.ledger.proofs import checkpoint_newest, checkpoint_note
from zhunsheng.ledger.tile_store import tile_read

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=2"
FOR_AN_HOUR = "public, max-age=3600"


def resource(data: bytes | None, content_type: str, caching: str) -> HttpResponse:
    """The bytes; a problem nobody caches where there are none."""
    if data is None:
        return problem_response(Problem("not-found"))
    return HttpResponse(data, content_type=content_type, headers={"Cache-Control": caching})


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The newest signed checkpoint with its cosignatures (C2SP tlog-checkpoint, tlog-cosignature)."""
    newest = checkpoint_newest()
    data = None if newest is None else checkpoint_note(newest).encode()
    return resource(data, "text/plain; charset=utf-8", FOR_A_MOMENT)


@require_safe
def tile(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A tile or an entry bundle; a full one never changes, a partial one gives way to a fuller one."""
    partial = ".p/" in rest
    return resource(
        tile_read(f"tile/{rest}"), "application/octet-stream", FOR_AN_HOUR if partial else FOR_EVER
    )


@require_safe
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The log's keys from the first on, each rotation signed by the key before and the key after."""
    return resource(history(), "application/json", FOR_AN_HOUR)


def history() -> bytes | None:
    """The public key history; None where there is none yet. Asking for it makes no key."""
    try:
        if not history_file().exists() and checkpoint_newest() is None:
            return None
        return ledger_history().encode()
    except (InputError, OSError):
        return None


urlpatterns = [
    path("checkpoint", checkpoint, name="checkpoint"),
    path("tile/<path:rest>", tile, name="tile"),
    path("keys", keys, name="keys"),
]
app_name = "ledger"
