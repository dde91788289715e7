"""Fetch an address of the web: from public machines alone, and no more than so many bytes and seconds.

In: an address. Out: a Response; redirects are its reader's, who may not want to go there.
A name is resolved once a request, and the connection goes to just those addresses that were checked, so that a name
which changes its mind leads nowhere else. No proxy is taken from the environment.
"""

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import urljoin

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import Url, parse_url

MOST_BYTES = 50_000_000  # of a page, unpacked
SECONDS = 60.0  # for a page
PATIENCE_S = 15  # for a connection, and for the next bytes
TOO_SLOW = "it takes too long"
PIECE = 65_536  # bytes read at a time
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}
EMBEDS_IPV4 = IPv6Network("64:ff9b::/96")  # in its last 32 bits (RFC 6052)


class Unreachable(Exception):
    """An address that could not be fetched; the message says why, but not which."""


class _NotConnected(Unreachable):
    """A machine to which there is no connection: another one of the host may answer."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; the names of headers are in lower case, and `leads_to` is where a redirect leads."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    leads_to: str = ""


def fetch(
    address: str,
    headers: Mapping[str, str],
    *,
    private: bool = False,
    most_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
) -> Response:
    """Return the answer to a GET of a normalised address.

    Raises Unreachable where there is none, it is too long or too slow, or, unless `private`, the address leads to a
    machine that not everybody can reach.
    """
    deadline = time.monotonic() + seconds
    url = parse_url(address)
    *others, last = _machines(url, private=private)
    for machine in others:
        with suppress(_NotConnected):
            return _fetch_from(machine, url, headers, most_bytes, deadline)
    return _fetch_from(last, url, headers, most_bytes, deadline)


def normalised(address: str, base: str = "") -> str:
    """Return an address, or a link on the page `base`, in the form in which equal ones are equal.

    It is in ASCII, with a path, and without default port and fragment. Raises Unreachable for what is no address of a
    web page.

    >>> normalised("../Приют?x=ü#top", "HTTP://Bücher.example:80/a/b")
    'http://xn--bcher-kva.example/%D0%9F%D1%80%D0%B8%D1%8E%D1%82?x=%C3%BC'
    """
    try:
        url = parse_url(urljoin(base, address.strip()))
    except ValueError as error:
        raise Unreachable("it is no address") from error
    if url.scheme not in PORTS or not url.host or url.auth:
        raise Unreachable("it is no address of a public page")
    port = None if url.port == PORTS[url.scheme] else url.port
    return Url(url.scheme, None, url.host, port, url.path or "/", url.query).url


def is_public(machine: str) -> bool:
    """Return whether an IP address is one that everybody can reach; one inside another is looked at too.

    >>> [is_public(ip) for ip in ("93.184.216.34", "127.0.0.1", "100.64.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False, False]
    """
    ip = ip_address(machine)
    if ip.version == 6:  # noqa: PLR2004 - of the protocol
        inner = ip.ipv4_mapped or ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in EMBEDS_IPV4 else None)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _machines(url: Url, *, private: bool) -> list[str]:
    """Return the IP addresses of a host. Raises Unreachable where there are none, or one of them is not public."""
    host = (url.host or "").strip("[]")
    try:
        found = socket.getaddrinfo(host, url.port or PORTS[url.scheme or ""], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("its host is not known") from error
    machines = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private and not all(map(is_public, machines)):
        raise Unreachable("it leads into a private network; WAYMARK_WEBSITE_PRIVATE=true allows that")
    return machines


def _fetch_from(machine: str, url: Url, headers: Mapping[str, str], most_bytes: int, deadline: float) -> Response:
    if (left := deadline - time.monotonic()) <= 0:
        raise Unreachable(TOO_SLOW)
    host, port = (url.host or "").strip("[]"), url.port or PORTS[url.scheme or ""]
    pool = (
        HTTPSConnectionPool(machine, port, server_hostname=host, assert_hostname=host)
        if url.scheme == "https"
        else HTTPConnectionPool(machine, port)
    )
    try:
        with pool:
            reply = pool.urlopen(
                "GET",
                url.request_uri,
                headers={"Host": url.netloc or host, "Accept-Encoding": "gzip", **headers},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=Timeout(min(PATIENCE_S, left)),
            )
            body = bytearray()
            # As it comes, so that one who sends a byte now and then does not hold us up.
            while piece := reply.read1(PIECE, decode_content=True):
                body += piece
                if len(body) > most_bytes:
                    raise Unreachable(f"it has more than {most_bytes // 1_000_000} MB")
                if time.monotonic() > deadline:
                    raise Unreachable(TOO_SLOW)
    except (NewConnectionError, ConnectTimeoutError) as error:
        raise _NotConnected(f"it can't be fetched: {type(error).__name__}") from error
    except (HTTPError, OSError) as error:
        raise Unreachable(f"it can't be fetched: {type(error).__name__}") from error
    told = {name.lower(): value for name, value in reply.headers.items()}
    leads_to = told.get("location", "") if reply.status in REDIRECTS else ""
    return Response(reply.status, told, bytes(body), leads_to and normalised(leads_to, url.url))
