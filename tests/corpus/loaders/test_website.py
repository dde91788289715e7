"""Websites are fetched politely, whole, once, and from public machines alone; what is passed over is told."""

import gzip
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import UnreadableDocument, read_collection
from corpus.documents.collection import Outcome
from corpus.loaders.website import crawling as crawler
from corpus.loaders.website.crawling import Manners, Website, fetch_website, named_by_address
from corpus.loaders.website.folder import WebsiteFolder
from doubles.websites import Page, Site, redirect, text_page, web_page, website

AGENT = "Waymark/test (+https://example.org/contact)"
MANNERS = Manners(AGENT, delay=0, private=True)
PATIENCE_S = 20


def fetched(site: Site, folder: Path, path: str = "", manners: Manners = MANNERS) -> Website:
    """Fetch a site into a folder."""
    return fetch_website(site.address + path, folder, manners)


def paths_of(site: Site, result: Website) -> list[str]:
    """Return the paths of the pages that were fetched."""
    return sorted(address.removeprefix(site.address) for address in result.addresses.values())


def reasons(site: Site, result: Website) -> dict[str, str]:
    """Return why addresses were passed over, by their paths."""
    return {report.file.removeprefix(site.address): report.reason for report in result.reports}


def sitemap(*addresses: str, of: str = "urlset") -> Page:
    """Return a sitemap, or one of sitemaps."""
    return Page(f"<{of}>{''.join(f'<url><loc>{address}</loc></url>' for address in addresses)}</{of}>".encode())


def test_pages_are_found_by_sitemaps_and_links(tmp_path: Path) -> None:
    """A page that only a sitemap names is found, and one that only a page links; other sites are left alone."""
    with website({}) as site:
        site.pages.update(
            {
                "/": web_page("a", "https://elsewhere.example/", "mailto:x@y.org", "#top", "http://[bad"),
                "/a": web_page("/deep/b.txt?x=1#part", "/"),
                "/deep/b.txt?x=1": text_page("Norway funds the shelter."),
                "/listed": web_page(),
                "/robots.txt": text_page(f"Sitemap: {site.address}/index.xml"),
                "/index.xml": sitemap(f"{site.address}/pages.xml.gz", f"{site.address}/gone.xml", of="sitemapindex"),
                "/pages.xml.gz": Page(gzip.compress(sitemap(f"{site.address}/listed").body)),
            }
        )
        result = fetched(site, tmp_path)

    assert paths_of(site, result) == ["/", "/a", "/deep/b.txt?x=1", "/listed"]
    assert reasons(site, result) == {"/gone.xml": "it answered 404"}
    assert {headers["user-agent"] for _, headers in site.requests} == {AGENT}
    assert {headers["host"] for _, headers in site.requests} == {site.address.removeprefix("http://")}


def test_pages_are_found_by_the_feeds_of_the_first_page(tmp_path: Path) -> None:
    """One that robots.txt forbids is not fetched."""
    links = "".join(
        f'<link rel="alternate" type="application/{kind}+xml" href="{path}">'
        for kind, path in (("rss", "news.rss"), ("atom", "/closed.atom"))
    )
    pages = {
        "/en/": Page(f"<html><head>{links}</head><body><p>Text.</p>".encode(), headers={"content-type": "text/html"}),
        "/en/news.rss": Page(b"<rss><channel><item><link>/en/told.txt</link></item></channel></rss>"),
        "/en/told.txt": text_page("Norway funds the shelter."),
        "/robots.txt": text_page("User-agent: *\nDisallow: /closed"),
    }
    with website(pages) as site:
        result = fetched(site, tmp_path, "/en/")
        asked = site.asked()

    assert paths_of(site, result) == ["/en/", "/en/told.txt"]
    assert asked == ["/en/", "/en/news.rss", "/en/told.txt"]


def test_two_runs_on_one_website_do_not_meet(tmp_path: Path) -> None:
    """The second is told to wait, and can run when the first has ended."""
    with website({"/": web_page()}) as site:
        running = WebsiteFolder(tmp_path / "site")
        with pytest.raises(UnreadableDocument, match="another run is fetching site; wait for it to end"):
            fetched(site, tmp_path / "site")
        running.close(is_whole=False)

        assert paths_of(site, fetched(site, tmp_path / "site")) == ["/"]


def test_only_what_lies_below_the_address_is_fetched(tmp_path: Path) -> None:
    """With a path, the rest of the site is left alone; a file that is no web page is fetched without its site."""
    pages = {"/en/": web_page("a", "/fr/"), "/en/a": web_page(), "/fr/": web_page(), "/en/x.txt": text_page("It is.")}
    with website(pages) as site:
        assert paths_of(site, fetched(site, tmp_path / "en", "/en/")) == ["/en/", "/en/a"]
        assert paths_of(site, fetched(site, tmp_path / "x", "/en/x.txt")) == ["/en/x.txt"]


def test_robots_txt_is_obeyed(tmp_path: Path) -> None:
    """What it forbids us is not fetched, and reported; its pause is kept, and the longest rule holds."""
    rules = (
        "User-agent: waymark\nDisallow: /private\nAllow: /private/but\nCrawl-delay: 0.2\n\nUser-agent: *\nDisallow: /"
    )
    pages = {"/": web_page("/private/a", "/private/but"), "/private/but": web_page(), "/robots.txt": text_page(rules)}
    with website(pages) as site:
        begin = time.monotonic()
        result = fetched(site, tmp_path)
        seconds = time.monotonic() - begin
        asked = site.asked()

    assert asked == ["/", "/private/but"]
    assert reasons(site, result)["/private/a"] == "the site's robots.txt asks not to fetch it"
    assert seconds > 0.4


@pytest.mark.parametrize("status", [500, 503])
def test_nothing_is_fetched_while_robots_txt_fails(tmp_path: Path, status: int) -> None:
    """An error of the server is no permission: what was fetched before stays, and the report says when to go on."""
    with website({"/": web_page("/a"), "/a": web_page()}) as site:
        fetched(site, tmp_path)
        site.asked()
        site.pages["/robots.txt"] = Page(status=status)
        result = fetched(site, tmp_path)
        asked = site.asked()

    assert asked == []
    assert paths_of(site, result) == ["/", "/a"]
    assert result.reports[0].outcome is Outcome.REFUSED
    assert f"its robots.txt answers {status}; try again later" in result.reports[0].reason


def test_a_robots_txt_that_is_not_there_allows_all_and_redirects_to_one_are_followed(tmp_path: Path) -> None:
    """A 403 is no rule; the rules that a redirect leads to are."""
    with website({"/": web_page(), "/robots.txt": Page(status=403)}) as site:
        assert paths_of(site, fetched(site, tmp_path / "a")) == ["/"]
        site.pages.update({"/robots.txt": redirect("/rules"), "/rules": text_page("User-agent: *\nDisallow: /")})
        assert paths_of(site, fetched(site, tmp_path / "b")) == []


def test_a_server_that_asks_to_wait_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 429 a page is asked for again when its time has come, and left when that is never."""
    slept: list[float] = []
    monkeypatch.setattr(crawler.time, "sleep", slept.append)
    with website({"/": Page(status=429, headers={"retry-after": "7"})}) as site:
        result = fetched(site, tmp_path)
        asked = site.asked()

    assert asked == ["/"] * 3
    assert max(slept) == pytest.approx(7, abs=0.5)
    assert reasons(site, result)["/"] == "it answered 429"


def test_a_second_run_is_sent_only_what_has_changed(tmp_path: Path) -> None:
    """A page that says 304 keeps its file and its links; a changed one is read anew, one that is gone is removed."""
    pages = {"/": web_page("/a.txt", "/b.txt"), "/a.txt": text_page("It is so."), "/b.txt": text_page("It is.")}
    tagged = {path: replace(page, headers={**page.headers, "etag": f'"{path}"'}) for path, page in pages.items()}
    with website(tagged) as site:
        fetched(site, tmp_path)
        first = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "pages").rglob("*.txt")}
        unchanged = fetched(site, tmp_path)
        assert all(headers.get("if-none-match") for path, headers in site.requests[-3:] if path in pages)
        assert {file.name: file.stat().st_mtime_ns for file in (tmp_path / "pages").rglob("*.txt")} == first
        site.pages.update({"/a.txt": text_page("It has changed."), "/b.txt": Page(status=410)})
        changed = fetched(site, tmp_path)

    assert paths_of(site, unchanged) == ["/", "/a.txt", "/b.txt"]
    assert paths_of(site, changed) == ["/", "/a.txt"]
    assert [file.read_text() for file in (tmp_path / "pages").rglob("*.txt")] == ["It has changed."]


def test_a_damaged_file_is_fetched_anew(tmp_path: Path) -> None:
    """A page whose file is not what was fetched is asked for without a condition."""
    page = text_page("It is so.")
    with website({"/x.txt": replace(page, headers={**page.headers, "etag": '"1"'})}) as site:
        [name] = fetched(site, tmp_path, "/x.txt").addresses
        (tmp_path / "pages" / name).write_text("It is", encoding="utf-8")
        fetched(site, tmp_path, "/x.txt")

    assert (tmp_path / "pages" / name).read_text(encoding="utf-8") == "It is so."


def test_a_page_that_fails_keeps_its_last_copy(tmp_path: Path) -> None:
    """A server error does not remove a document."""
    with website({"/": web_page("/a"), "/a": web_page()}) as site:
        fetched(site, tmp_path)
        site.pages["/a"] = Page(status=500)
        result = fetched(site, tmp_path)

    assert paths_of(site, result) == ["/", "/a"]
    assert reasons(site, result)["/a"] == "it answered 500; its last copy is kept"


KILLED = """
import sys
from pathlib import Path
from corpus.loaders.website.crawling import Manners, fetch_website
fetch_website(sys.argv[1], Path(sys.argv[2]), Manners("Waymark", 0.05, True))
"""


@pytest.mark.process
def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    """What a killed run has fetched is not asked for again, though its last line may be torn; no page is lost."""
    paths = [f"/{number}.txt" for number in range(30)]
    with website({"/": web_page(*paths), **{path: text_page(f"It is {path}.") for path in paths}}) as site:
        process = subprocess.Popen([sys.executable, "-c", KILLED, site.address, str(tmp_path)])
        deadline = time.monotonic() + PATIENCE_S
        while len(site.requests) < 12 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.wait()
        before = site.asked()
        with (tmp_path / "unfinished.jsonl").open("a", encoding="utf-8") as log:
            log.write('{"url": "http')
        result = fetched(site, tmp_path)
        after = site.asked()

    assert 10 <= len(before) < 31
    assert len(set(before) & set(after)) <= 1
    assert paths_of(site, result) == sorted(["/", *paths])
    assert not (tmp_path / "unfinished.jsonl").exists()


def test_a_site_that_no_longer_answers_is_left_until_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some failures in a row the run ends, and the next one goes on behind them."""
    monkeypatch.setattr(crawler, "MOST_FAILURES", 2)
    paths = ["/1.txt", "/2.txt", "/3.txt"]
    with website({"/": web_page(*paths), **dict.fromkeys(paths, Page(status=500))}) as site:
        broken_off = fetched(site, tmp_path)
        asked = site.asked()
        site.pages["/3.txt"] = text_page("It is so.")
        whole = fetched(site, tmp_path)

    assert asked == ["/", "/1.txt", "/2.txt"]
    assert "it goes on from here" in reasons(site, broken_off)[""]
    assert paths_of(site, whole) == ["/", "/3.txt"]
    assert site.asked() == ["/3.txt"]


def test_redirects_lead_on_within_the_site_alone(tmp_path: Path) -> None:
    """A redirect is followed, loops end, and one to another site is reported; the first page may lead elsewhere."""
    with (
        website({"/": web_page("/c", "/c2"), "/c2": redirect("http://elsewhere.example/x")}) as site,
        website({}) as old,
    ):
        site.pages.update({"/c": redirect("/d"), "/d": redirect("/c")})
        old.pages["/start"] = redirect(site.address + "/")
        result = fetch_website(old.address + "/start", tmp_path, MANNERS)
        asked = site.asked()

    assert paths_of(site, result) == ["/"]
    assert asked == ["/", "/c", "/c2", "/d"]
    assert reasons(site, result)["/c2"] == "it leads elsewhere, to http://elsewhere.example/x"


def test_private_machines_are_refused(tmp_path: Path) -> None:
    """Without the setting that allows it nothing is fetched from this machine, by whatever name."""
    with website({"/": web_page()}) as site:
        port = site.address.rpartition(":")[2]
        for address in (site.address, f"http://localhost:{port}", f"http://[::ffff:127.0.0.1]:{port}/", "http://0/"):
            result = fetch_website(address, tmp_path, replace(MANNERS, private=False))
            assert "it leads into a private network; WAYMARK_WEBSITE_PRIVATE=true" in result.reports[0].reason

    assert site.requests == []


def test_addresses_in_any_script_are_fetched_once(tmp_path: Path) -> None:
    """A link in letters and the same one in percent signs are one page, whose file has a name in ASCII."""
    path = "/%D0%9F%D1%80%D0%B8%D1%8E%D1%82"
    with website({"/": web_page("/Приют", path, path.lower()), path: web_page(text="Приют")}) as site:
        result = fetched(site, tmp_path)
        asked = site.asked()

    assert asked == ["/", path]
    assert paths_of(site, result) == ["/", path]
    assert result.addresses[f"{tmp_path.name}/priyut.html"] == site.address + path


def test_two_addresses_of_one_name_have_a_file_each(tmp_path: Path) -> None:
    """What the name of a file can't tell apart is told apart by a digest, in the next run too."""
    pages = {"/": web_page("/a/b.txt", "/a-b.txt"), "/a/b.txt": text_page("One."), "/a-b.txt": text_page("Two.")}
    with website(pages) as site:
        first = fetched(site, tmp_path).addresses
        second = fetched(site, tmp_path).addresses

    assert first == second
    assert first[f"{tmp_path.name}/a-b.txt"] == f"{site.address}/a/b.txt"
    assert len(first) == 3


def test_only_formats_that_are_read_are_stored(tmp_path: Path) -> None:
    """A picture and a style sheet are reported with their types; the type that a server declares counts first."""
    pages = {"/": web_page("/a.png", "/b", "/c.txt"), "/a.png": Page(b"x", headers={"content-type": "image/png"})}
    with website({**pages, "/b": text_page("It is so."), "/c.txt": Page(b"It is.")}) as site:
        result = fetched(site, tmp_path)

    assert paths_of(site, result) == ["/", "/b", "/c.txt"]
    assert reasons(site, result)["/a.png"] == "its type is none of those that are read: image/png"


def test_a_site_has_so_many_pages_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site without end, such as a calendar, ends, and the report says so."""
    monkeypatch.setattr(crawler, "MOST_PAGES", 4)
    with website({"/": web_page(*map(str, range(9))), **{f"/{number}": web_page() for number in range(9)}}) as site:
        result = fetched(site, tmp_path)

    assert len(result.addresses) == 4
    assert reasons(site, result)[""] == "it has more than 4 pages; give parts of it"


def test_pages_are_read_with_their_addresses(tmp_path: Path) -> None:
    """The address of a page is that of its document, and names it in the report."""
    with website({"/shelter.txt": text_page("The shelter in Accra has 40 beds, which Norway pays for.")}) as site:
        result = fetched(site, tmp_path, "/shelter.txt")
        collection = named_by_address(read_collection([result.folder]), [result])

    [document], [report] = collection.documents, collection.reports
    assert document.url == report.file == f"{site.address}/shelter.txt"
    assert (document.id, document.title) == ("shelter", "Shelter")
    assert report.outcome is Outcome.READ
    lines = (tmp_path / "index.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["url"] for line in lines] == [document.url]
