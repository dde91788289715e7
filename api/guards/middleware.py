"""ASGI middleware of all routes: ids of requests, limits on bodies, a handler of unforeseen errors, security headers.

Starlette's BaseHTTPMiddleware is not used, since it would copy every body and stream through a queue.
"""

import asyncio
import logging
import re
import time
from http import HTTPStatus
from secrets import token_hex

from opentelemetry.trace import get_current_span
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.formats.errors import DETAILS, failure_response, log_failure
from api.guards.metrics import Metrics
from corpus.loaders.finding import MAX_BYTES
from qa.logs import request_id

MAX_BODY = 65_536  # bytes; a question with its history takes a few thousand
# A client of OpenAI's API sends the whole conversation each time, and its tools.
MAX_CONVERSATION = 1_048_576
CONVERSATIONS = ("/v1/chat/completions", "/v1/responses")
BODY_S = 20.0  # within which a body must have come
# Where staff send documents, each as long as one that is read may be.
UPLOADS, UPLOAD_S = "/v1/files/", 3600.0
COMPRESSION = 7  # of 9, which takes longer for hardly less
MAX_DIGITS = 20  # of a declared length; Python refuses to parse thousands of digits as a number
CLOSE = {"connection": "close"}  # what is still to come of the body is not read
FILES = ("/static/", "/widget", "/help")  # paths of files that browsers and proxies may keep
# For a day, and for a week where a new copy can't be had: the help card must come up while this server is down.
KEPT = "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
# Nothing of a browser is asked for but that an answer is copied. Some features that OWASP lists too are left out, since
# browsers do not know them, and report each in the console.
PERMISSIONS_POLICY = ", ".join(
    (
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "camera",
                "clipboard-read",
                "display-capture",
                "encrypted-media",
                "fullscreen",
                "gamepad",
                "geolocation",
                "gyroscope",
                "hid",
                "idle-detection",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "picture-in-picture",
                "publickey-credentials-get",
                "screen-wake-lock",
                "serial",
                "sync-xhr",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        "clipboard-write=(self)",
    )
)
# The list of OWASP's Secure Headers Project, but for HSTS, which is the proxy's. Embedding sites fetch the widget's
# files by CORS, which Cross-Origin-Resource-Policy does not concern.
SECURE_HEADERS = {
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-permitted-cross-domain-policies": "none",
}
# Those that only a document heeds. A script, a style sheet or a text of the widget goes without: ten files with them
# would keep help a quarter of a second longer on a line of 400 kbit/s.
DOCUMENT_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "permissions-policy": PERMISSIONS_POLICY,
    "x-dns-prefetch-control": "off",
    "x-frame-options": "DENY",  # for browsers that do not know frame-ancestors
}
PARTS = ("text/javascript", "text/css", "application/json")  # types of files that are no documents
VIEWER = "/documents/"  # pages that the widget of another site opens, and closes where its reader leaves
REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)  # of a proxy or a client, that is taken over
PROBES = ("/healthz", "/readyz", "/metrics")  # asked every few seconds, so not logged
SCHEMES = ("http", "https")
CLIENT_LEFT = 499  # as nginx counts who leaves before the answer

logger = logging.getLogger(__name__)


def limit_body(app: ASGIApp) -> ASGIApp:
    """Refuse a body that is too long, whether or not the request declared its length, or too slow.

    One that declares its length twice is refused too: a proxy may have read another request out of it. Of two different
    lengths, the server refuses the request before.
    """

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        most, seconds = _bounds(scope)
        begin = asyncio.get_running_loop().time()
        read, is_complete = 0, False

        async def receive_within_limits() -> Message:
            nonlocal read, is_complete
            if declared and "transfer-encoding" in headers:
                raise HTTPException(400, headers=CLOSE)
            if declared.isdecimal() and (len(declared) > MAX_DIGITS or int(declared) > most):
                raise HTTPException(413, f"The request body is longer than {most:,} bytes.")
            try:
                async with asyncio.timeout_at(None if is_complete else begin + seconds):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, headers=CLOSE) from error
            read += len(message.get("body", b""))
            is_complete = not message.get("more_body", False)
            if read > most:
                raise HTTPException(413, f"The request body is longer than {most:,} bytes.")
            return message

        await app(scope, receive_within_limits, send)

    return limited


def _bounds(scope: Scope) -> tuple[int, float]:
    """Return the most bytes of a body, and the seconds within which it must have come."""
    if scope["method"] == "PUT" and scope["path"].startswith(UPLOADS):
        return MAX_BYTES, UPLOAD_S
    return MAX_CONVERSATION if scope["path"] in CONVERSATIONS else MAX_BODY, BODY_S


def catch_failures(app: ASGIApp) -> ASGIApp:
    """Turn an unforeseen error into a problem or a page, and log its traceback without the values involved."""

    async def caught(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await app(scope, receive, send_noting_start)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except Exception as error:
            log_failure(error)
            if not started:
                await failure_response(Request(scope), 500, DETAILS[500])(scope, receive, send)

    return caught


def compress_files(app: ASGIApp) -> ASGIApp:
    """Compress the files of the widget and the chat page, so that help is there soon on a slow line.

    Answers and refusals are not: those to a flood would take the time of the event loop, and a stream must not wait.
    """
    compressing = GZipMiddleware(app, compresslevel=COMPRESSION)

    async def compressed(scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and (scope["path"].startswith(FILES) or scope["path"] == "/")
        await (compressing if is_file and scope["method"] == "GET" else app)(scope, receive, send)

    return compressed


def take_scheme(app: ASGIApp, proxies: int) -> ASGIApp:
    """Have addresses of this server begin as clients know them, by what the operator's proxies say of TLS.

    A proxy sets `X-Forwarded-Proto` or adds to it, so it is counted from the right, as addresses are (limits.py).
    """

    async def taken(scope: Scope, receive: Receive, send: Send) -> None:
        hops = ",".join(Headers(scope=scope).getlist("x-forwarded-proto")).split(",") if scope["type"] == "http" else []
        scheme = "".join(hops[-proxies:][:1]).strip()
        await app({**scope, "scheme": scheme} if scheme in SCHEMES else scope, receive, send)

    return taken


def answer_head(app: ASGIApp) -> ASGIApp:
    """Answer HEAD like GET, without a body."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await app({**scope, "method": "GET"}, receive, send_without_body)
        else:
            await app(scope, receive, send)

    return answered


def add_headers(app: ASGIApp) -> ASGIApp:
    """Add headers by which browsers run and fetch only this site's files, keep these, and keep no answers."""

    async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_file = scope["path"].startswith(FILES) and message["status"] < HTTPStatus.BAD_REQUEST
                is_part = is_file and headers.get("content-type", "").startswith(PARTS)
                headers.update(SECURE_HEADERS if is_part else SECURE_HEADERS | DOCUMENT_HEADERS)
                if scope["path"].startswith(VIEWER):
                    headers["cross-origin-opener-policy"] = "unsafe-none"
                is_kept = is_file and headers.get("cache-control") != "no-store"
                headers.update(scope.get("state", {}).get("limit_headers", {}))
                headers["cache-control"] = KEPT if is_kept else "no-store"
                if is_kept:
                    headers.add_vary_header("Origin")  # a copy without the headers of CORS is of no use to other sites
            await send(message)

        await app(scope, receive, send_with_headers)

    return with_headers


def follow_requests(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """Give each request an id, and count and log it.

    It is told by the template of its route and not by its address, which tells what somebody reads.
    """

    async def followed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        id = given if REQUEST_ID.fullmatch(given) else token_hex(8)
        request_id.set(id)
        # FastAPI's span, if there is one, holds the address.
        get_current_span().set_attributes({"url.path": "", "url.query": "", "waymark.request_id": id})
        begin = time.perf_counter()
        status = CLIENT_LEFT

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)

        try:
            await app(scope, receive, send_with_id)
        finally:
            route = getattr(scope.get("route"), "path", None) or scope.get("root_path") or "none"
            metrics.requests.labels(route, status).inc()
            if route not in PROBES:
                logger.info("request route=%s status=%d seconds=%.3f", route, status, time.perf_counter() - begin)

    return followed
