"""A website on this machine for tests: pages by path, and what was asked of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answers at a path, after some seconds."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0


def web_page(*links: str, text: str = "Norway funds the shelter.") -> Page:
    """Return a page of HTML with a paragraph and links."""
    anchors = "".join(f'<a href="{link}">more</a>' for link in links)
    body = f"<!doctype html><html><body><p>{text}</p>{anchors}</body></html>"
    return Page(body.encode(), headers={"content-type": "text/html; charset=utf-8"})


def text_page(text: str) -> Page:
    """Return a page of plain text."""
    return Page(text.encode(), headers={"content-type": "text/plain"})


def redirect(location: str) -> Page:
    """Return a redirect."""
    return Page(status=301, headers={"location": location})


@dataclass(frozen=True, slots=True)
class Site:
    """A running website: its address, its pages by path, and the requests that came, by path, with their headers."""

    address: str
    pages: dict[str, Page]
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def asked(self) -> list[str]:
        """Return the paths that were asked for, but those by which pages are found, and forget all requests."""
        paths = [path for path, _ in self.requests if path not in {"/robots.txt", "/sitemap.xml"}]
        self.requests.clear()
        return paths


@contextmanager
def website(pages: dict[str, Page]) -> Iterator[Site]:
    """Serve pages on a free port of this machine until the block ends; one with an ETag is not sent again."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.requests.append((self.path, headers))
            page = site.pages.get(self.path, Page(status=404))
            time.sleep(page.seconds)
            tag = page.headers.get("etag", "")
            is_same = bool(tag) and headers.get("if-none-match") == tag
            self.send_response(304 if is_same else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0" if is_same else str(len(page.body)))
            self.end_headers()
            self.wfile.write(b"" if is_same else page.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_address[1]}", pages)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
