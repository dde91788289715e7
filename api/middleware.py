"""ASGI middleware of all routes: a limit on request bodies, a handler of unforeseen errors, and security headers.

Starlette's BaseHTTPMiddleware is not used, since it would copy every body and stream through a queue.
"""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import DETAILS, log_failure, problem_response

MAX_BODY = 65_536  # bytes; a question with its history takes a few thousand
MAX_DIGITS = 20  # of a declared length; Python refuses to parse thousands of digits as a number
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


def limit_body(app: ASGIApp) -> ASGIApp:
    """Refuse a body that is too long, whether or not the request declared its length."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        read = 0

        async def receive_within_limit() -> Message:
            nonlocal read
            if declared.isdecimal() and (len(declared) > MAX_DIGITS or int(declared) > MAX_BODY):
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY:
                raise HTTPException(413)
            return message

        await app(scope, receive_within_limit, send)

    return limited


def catch_failures(app: ASGIApp) -> ASGIApp:
    """Turn an unforeseen error into a problem response, and log its traceback without the values involved."""

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
        except Exception as error:
            log_failure(error)
            if not started:
                await problem_response(500, DETAILS[500])(scope, receive, send)

    return caught


def add_headers(app: ASGIApp) -> ASGIApp:
    """Add headers by which browsers run and fetch only this site's files, keep these, and keep no answers."""

    async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = CONTENT_SECURITY_POLICY
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
                is_kept = scope["path"].startswith(FILES) and message["status"] < HTTPStatus.BAD_REQUEST
                headers["cache-control"] = KEPT if is_kept else "no-store"
            await send(message)

        await app(scope, receive, send_with_headers)

    return with_headers
