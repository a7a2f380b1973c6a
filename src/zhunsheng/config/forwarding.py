"""What a request says of itself on behalf of somebody else: believed from our own reverse proxy only, removed otherwise."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_X_REQUEST_ID",
)
PASSED_ON = "zhunsheng.passed_on"
"""In META: whether the request carried any such header, believed or not."""


def forwarding(get_response: GetResponse) -> GetResponse:
    """Middleware, the outermost: REMOTE_ADDR becomes the client's own address (X-Real-IP) where the peer is a proxy of ours.

    From any other peer every header of FORWARDED is removed, so that nobody can claim HTTPS, another address or a request id.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        meta[PASSED_ON] = any(name in meta for name in FORWARDED)
        if is_proxy(meta.get("REMOTE_ADDR", "")):
            if client := address(meta.get("HTTP_X_REAL_IP", "")):
                meta["REMOTE_ADDR"] = str(client)
        else:
            for name in FORWARDED:
                meta.pop(name, None)
        return get_response(request)

    return middleware


def is_proxy(peer: str) -> bool:
    """Whether the peer is one of ZHUNSHENG_PROXIES; a Unix socket, which has no address, is where any are named."""
    proxies = settings.TRUSTED_PROXIES
    if not peer:
        return bool(proxies)
    found = address(peer)
    return found is not None and any(found in network for network in proxies)


def asked_from_this_machine(request: HttpRequest) -> bool:
    """Whether the request came straight from this machine, through no proxy; a claim to have been passed on makes it no."""
    meta = request.META
    if meta.get(PASSED_ON, True):
        return False
    peer = meta.get("REMOTE_ADDR", "")
    found = address(peer)
    return not peer or (found is not None and found.is_loopback)


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, an IPv4 one in IPv6 clothes as itself; None for anything else."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
