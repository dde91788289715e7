"""The limit of request bodies, CORS, and the headers of every response."""

import asyncio
import re

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from starlette.types import Message

from api.app import create_app
from api.guards.middleware import MAX_BODY
from drivers.http_client import QUESTION
from qa import Assistant, Settings


def test_body_without_length_is_read_no_further_than_the_limit(assistant: Assistant) -> None:
    """A body without a declared length is refused as soon as it exceeds the limit."""
    read: list[int] = []
    sent: list[Message] = []

    async def receive() -> Message:
        read.append(1000)
        return {"type": "http.request", "body": b" " * 1000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/ask",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")],
        "state": {"assistant": assistant},
    }
    asyncio.run(create_app(assistant)(scope, receive, send))

    assert sent[0]["status"] == 413
    assert sum(read) == MAX_BODY // 1000 * 1000 + 1000


@pytest.mark.parametrize(
    ("proxies", "told", "scheme"),
    [
        (0, ["https"], "http"),
        (1, [], "http"),
        (1, ["https"], "https"),
        (1, ["https, http"], "http"),
        (1, ["javascript"], "http"),
        (2, ["http", "https, http"], "https"),
        (2, ["https"], "https"),
    ],
)
def test_links_begin_as_the_operators_proxies_say(
    assistant: Assistant, proxies: int, told: list[str], scheme: str
) -> None:
    """What a client sends before a proxy's word, or where there is no proxy, counts for nothing."""
    body = {"model": "waymark", "messages": [{"role": "user", "content": "How many countries met in Islamabad?"}]}
    headers = [("x-forwarded-proto", value) for value in told]
    with TestClient(create_app(assistant, Settings(proxies=proxies))) as client:
        text = client.post("/v1/chat/completions", json=body, headers=headers).text

    assert f"<{scheme}://testserver/documents/pakistan-conference?" in text


def test_only_allowed_sites_may_ask_from_their_pages(assistant: Assistant) -> None:
    """An allowed site may load the widget and read answers and refusals; another gets a script that says why not."""
    settings = Settings.model_validate({"allowed_origins": "https://a.example  HTTPS://B.example:8443"})
    with TestClient(create_app(assistant, settings)) as client:
        for origin, allowed in (
            ("https://a.example", True),
            ("https://b.example:8443", True),
            ("https://c.example", False),
        ):
            headers = {"origin": origin, "sec-fetch-site": "cross-site"}
            asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
            responses = [
                client.get("/widget.js", headers=headers),
                client.post("/v1/ask", json={"question": QUESTION}, headers=headers),
                client.post("/v1/ask", json={}, headers=headers),
                client.options("/v1/ask", headers=headers | asked),
            ]

            assert "WAYMARK_ALLOWED_ORIGINS" in responses[0].text or allowed
            assert ("customElements" in responses[0].text) is allowed
            assert [response.headers.get("access-control-allow-origin") for response in responses[1:]] == [
                origin if allowed else None
            ] * 3
            assert [response.status_code for response in responses] == [200, 200, 422, 200 if allowed else 400]
            assert "access-control-allow-credentials" not in responses[1].headers


@pytest.mark.parametrize("origin", ["example.org", "https://example.org/path", "ftp://a.example", "https://a.example,"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    """A setting that would silently allow nothing is refused, with how to write it."""
    with pytest.raises(ValidationError, match="is no origin; write https:// and the host, without a path"):
        Settings.model_validate({"allowed_origins": origin})


def test_every_response_is_safe_for_browsers(client: TestClient) -> None:
    """All have the headers of OWASP's list, but for HSTS, which is the proxy's; what is no document, those it heeds."""
    for path in (
        "/",
        "/widget.js",
        "/widget/answer.js",
        "/healthz",
        "/nope",
        "/widget/nope.js",
        "/documents/nope",
        "/help",
    ):
        headers = client.get(path).headers

        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-permitted-cross-domain-policies"] == "none"
        assert not headers.keys() & {"set-cookie", "server", "strict-transport-security"}
        if path in {"/widget.js", "/widget/answer.js"}:
            continue
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["permissions-policy"].split(", "))
        assert headers["cross-origin-embedder-policy"] == "require-corp"
        assert headers["x-dns-prefetch-control"] == "off"
        assert headers["x-frame-options"] == "DENY"
        may_be_closed_by_its_opener = path.startswith("/documents/")
        assert headers["cross-origin-opener-policy"] == (
            "unsafe-none" if may_be_closed_by_its_opener else "same-origin-allow-popups"
        )


def test_files_are_compressed_and_answers_are_not(client: TestClient) -> None:
    """Files of the widget and the empty chat page come compressed; what may come a thousand times a second does not."""
    for path in ("/", "/widget.js", "/widget/answer.js", "/widget/x/help/en.json", "/help"):
        assert client.get(path).headers["content-encoding"] == "gzip", path
    for answered in (
        client.post("/v1/ask", json={"question": QUESTION}),
        client.post("/", data={"question": QUESTION}),
        client.get("/widget.js", headers={"accept-encoding": "identity"}),
    ):
        assert "content-encoding" not in answered.headers


def test_files_are_kept_for_a_day_and_answers_are_not(client: TestClient) -> None:
    """Files of the widget are kept for a day, and longer while the server is down; pages and refusals are not."""
    script = client.get("/widget.js")
    [panel] = re.findall(r'from "\./(widget/\w+/panel\.js)"', script.text)

    for path in (
        "/widget.js",
        f"/{panel}",
        f"/{panel.replace('panel.js', 'help/en.json')}",
        "/help",
        "/static/page.css",
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.headers["cache-control"] == (
            "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800"
        )
    for path in ("/", "/widget/x/help/xx.json", "/widget/none.js", "/healthz"):
        assert client.get(path).headers["cache-control"] == "no-store", path


@pytest.mark.parametrize("path", ["/v1/documents/nope", "/healthz", "/nowhere", "/static/page.css", "/documents/nope"])
@pytest.mark.parametrize("given", ["", "proxy-7.a:b", "two words", "a" * 65, '{"a"}', "día"])
def test_every_response_bears_an_id(client: TestClient, path: str, given: str) -> None:
    """A sane one of the proxy is taken over, another is made; a problem names it too, so that users can report it."""
    response = client.get(path, headers={"x-request-id": given.encode()} if given else {})
    id = response.headers["x-request-id"]

    assert (id == given) == (given == "proxy-7.a:b")
    assert re.fullmatch(r"[\w.:-]{1,64}", id)
    if response.headers["content-type"] == "application/problem+json":
        assert response.json()["request_id"] == id


def test_a_request_is_logged_by_its_route(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """The log tells no document that somebody read, no word that somebody wrote, and no probe."""
    caplog.set_level("INFO")
    client.get("/documents/ghana-shelter?start=1")
    client.get("/v1/documents?q=shelter")
    client.post("/v1/ask", json={"question": QUESTION})
    client.get("/healthz")
    lines = [record.getMessage() for record in caplog.records if record.name == "api.guards.middleware"]

    assert [re.sub(r"seconds=.*", "", line) for line in lines] == [
        "request route=/documents/{id} status=200 ",
        "request route=/v1/documents status=200 ",
        "request route=/v1/ask status=200 ",
    ]
