"""Limits: how much a client, a key, or an end user of a key may ask in a while.

In: requests. Out: the seconds that one who asked too much has to wait; what is left is told in `RateLimit-Policy` and
`RateLimit`, as version 10 of the draft of the IETF has them.
A key's requests count for the key, and for its end user where `X-End-User` names one, but not for the address they come
from. Each server process counts by itself, or all in one Redis; while that is gone, each does again.
"""

import asyncio
import hashlib
import logging
import math
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.requests import Request

from embeddings.extras import how_to_install
from qa import Settings

SITE = 64  # bits of an IPv6 address that a client keeps; it may choose the others anew for each request
WITH_PORT = re.compile(r"([\d.]+):\d+|\[([^]]+)\](?::\d+)?")  # an address of IPv4, or of IPv6
REDIS_S = 0.5  # for an answer of Redis
REDIS_GONE_S = 10.0  # in which it is not asked again

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate that holds for somebody: `name` says for what kind, `who` is a digest, and may lie in Redis."""

    name: str
    rate: RateLimitItem
    who: str


class Limits:
    """The limits of one server process, and the counts."""

    def __init__(self, settings: Settings) -> None:
        """Take the operator's rates, and the address of Redis where there is one."""
        self._settings = settings
        rates = {"user": settings.rate_user, "key": settings.rate_key, "client": settings.rate}
        self._rates = {name: parse(rate) for name, rate in rates.items() if rate}
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _shared(settings.redis) if settings.redis else None
        self._thread = ThreadPoolExecutor(1, "limits")
        self._shared_from = 0.0
        self._has_warned = False

    async def seconds_to_wait(self, request: Request) -> int:
        """Count a question; return 0, or the seconds until one who asked too much may ask again.

        Leave the headers that tell of it in `request.state.limit_headers`, from where the middleware takes them.
        """
        limits = self._limits_of(request)
        if not limits:
            return 0
        seconds, request.state.limit_headers = await self._hit(limits)
        return seconds

    async def _hit(self, limits: Sequence[Limit]) -> tuple[int, dict[str, str]]:
        if self._shared and time.monotonic() >= self._shared_from:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._hit_shared, self._shared, limits
            )
        return _hit(self._own, limits)

    def _hit_shared(self, shared: MovingWindowRateLimiter, limits: Sequence[Limit]) -> tuple[int, dict[str, str]]:
        """Count in Redis; who waited while it did not answer another is counted here at once."""
        if time.monotonic() >= self._shared_from:
            try:
                return _hit(shared, limits)
            except StorageError:
                self._shared_from = time.monotonic() + REDIS_GONE_S
                logger.warning("Redis can't be used; questions are counted by this process alone")
        return _hit(self._own, limits)

    def _limits_of(self, request: Request) -> list[Limit]:
        """Return the limits of a request; the key's comes last, so that a user over the limit takes nothing from it."""
        if key := getattr(request.state, "key", None):
            user = request.headers.get("x-end-user")
            counted = ({"user": f"{key.id} {user}"} if user else {}) | {"key": key.id}
        elif "client" in self._rates and not is_within(client := self._client_of(request), self._settings.rate_exempt):
            counted = {"client": site_of(client)}
        else:
            counted = {}
        return [Limit(name, self._rates[name], _digest(who)) for name, who in counted.items() if name in self._rates]

    def _client_of(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        if request.headers.get("x-forwarded-for") and not self._settings.proxies and not self._has_warned:
            self._has_warned = True
            logger.warning("requests come through a proxy, so all its clients share one rate; set WAYMARK_PROXIES")
        return client_address(peer, request.headers, self._settings.proxies)


def _shared(url: str) -> MovingWindowRateLimiter | None:
    """Return a limiter that counts in the Redis at an address; None, which the log tells, without its package."""
    try:
        storage = RedisStorage(url, wrap_exceptions=True, socket_timeout=REDIS_S, socket_connect_timeout=REDIS_S)
    except ConfigurationError:
        logger.error("WAYMARK_REDIS needs another package, so each process counts alone; %s", how_to_install("redis"))
        return None
    return MovingWindowRateLimiter(storage)


def _hit(limiter: MovingWindowRateLimiter, limits: Sequence[Limit]) -> tuple[int, dict[str, str]]:
    """Count once for each limit until one refuses; return the seconds to wait, and the headers."""
    windows, seconds = [], 0
    for limit in limits:
        is_refused = not limiter.hit(limit.rate, limit.name, limit.who)
        window = limiter.get_window_stats(limit.rate, limit.name, limit.who)
        reset_s = max(0, math.ceil(window.reset_time - time.time()))
        windows.append(f'"{limit.name}";r={max(0, window.remaining)};t={reset_s}')
        if is_refused:
            seconds = max(1, reset_s)
            break
    policies = (f'"{limit.name}";q={limit.rate.amount};w={limit.rate.get_expiry()}' for limit in limits)
    return seconds, {"ratelimit-policy": ", ".join(policies), "ratelimit": ", ".join(windows)}


def _digest(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()


def client_address(peer: str, headers: Headers, proxies: int) -> str:
    """Return the address of a client behind so many proxies of the operator, each of which adds who asked it.

    Counted from the right, since a client may write anything before. Some proxies add a port, new with each connection.

    >>> client_address("10.0.0.1", Headers({"x-forwarded-for": "forged, 203.0.113.9"}), 1)
    '203.0.113.9'
    """
    hops = [hop.strip() for value in headers.getlist("x-forwarded-for") for hop in value.split(",")]
    address = hops[-proxies] if 0 < proxies <= len(hops) else peer
    with_port = WITH_PORT.fullmatch(address)
    return with_port[1] or with_port[2] if with_port else address


def site_of(address: str) -> str:
    """Return the part of an address that its user can't change: of an IPv6 address, the first SITE bits.

    >>> site_of("2001:db8::7"), site_of("::ffff:203.0.113.9")
    ('2001:db8::', '203.0.113.9')
    """
    try:
        ip = _ip(address)
    except ValueError:
        return address
    return str(ip_network((ip, SITE), strict=False).network_address if isinstance(ip, IPv6Address) else ip)


def is_within(address: str, networks: Sequence[str]) -> bool:
    """Return whether an address is in one of some networks.

    >>> is_within("10.1.2.3", ["192.0.2.1", "10.0.0.0/8"]), is_within("::ffff:10.1.2.3", ["10.0.0.0/8"])
    (True, True)
    """
    try:
        return any(_ip(address) in ip_network(network) for network in networks)
    except ValueError:
        return False


def _ip(address: str) -> IPv4Address | IPv6Address:
    """Return an address; one of IPv4 too where it is written as IPv6, as a socket that listens for both gives it."""
    ip = ip_address(address)
    return getattr(ip, "ipv4_mapped", None) or ip
