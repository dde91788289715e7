"""The chat page is timed in a real browser, and where there is none the benchmark says so and goes on."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from starlette.responses import HTMLResponse

from api.app import create_app
from conftest import assistant_over
from drivers.browsing import chromium, served
from qa import Settings
from qa.evaluation import browser_speed
from qa.evaluation.benchmark import evaluate, load_tasks
from qa.evaluation.browser_speed import BrowserProblem, page_times
from qa.evaluation.judging.records import no_progress
from qa.evaluation.reporting.report import markdown

ANSWERED = "Who funds the shelter in Accra?"
REFUSED = "What is the boiling point of tungsten?"
PAGE = {"page: first paint ms", "page: widget ready ms"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application over the three documents, and return where."""
    with served(create_app(assistant_over(tmp_path_factory.mktemp("timed")))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests here."""
    with chromium() as browser:
        yield browser


def test_the_page_is_painted_and_answers_in_some_time(browser: Browser, address: str) -> None:
    """The page paints before the widget is ready, and all figures are medians above 0."""
    times = page_times(browser, address, [ANSWERED, REFUSED, ANSWERED])

    assert times.keys() == {*PAGE, "page: first statement ms"}
    assert min(times.values()) > 0
    assert times["page: first paint ms"] < 20_000


def test_a_refused_question_has_no_first_statement(browser: Browser, address: str) -> None:
    """The figure of the first statement is left out, without waiting for it."""
    assert page_times(browser, address, [REFUSED]).keys() == PAGE


def test_a_page_without_the_widget_is_a_problem(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with another page is an error, after some patience."""
    monkeypatch.setattr(browser_speed, "TIMEOUT_MS", 300)

    with served(HTMLResponse("<p>Another page")) as other, pytest.raises(BrowserProblem, match="show the widget"):
        page_times(browser, other, [ANSWERED])


@pytest.mark.parametrize(
    ("missing", "cure"),
    [
        pytest.param("chromium", "there is no chromium; on Debian: apt install chromium", id="no chromium"),
        pytest.param(
            "playwright",
            "there is no playwright; run in the checkout: pip install --constraint constraints.txt '.[evaluate]'",
            id="no playwright",
        ),
    ],
)
def test_the_benchmark_goes_on_without_a_browser(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, cure: str
) -> None:
    """The page's figures are left out, all others are there, and the report says what to install."""
    suite = tmp_path / "factual.jsonl"
    row = {"id": "a", "question": ANSWERED, "nuggets": ["Norway"], "sources": ["ghana-shelter"], "answerable": True}
    suite.write_text(json.dumps(row), encoding="utf-8")
    monkeypatch.setattr("qa.evaluation.benchmark.LOAD_SECONDS", 0.1)
    if missing == "chromium":
        monkeypatch.setenv("PATH", "")
    else:
        monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    tasks = load_tasks([str(suite)])
    run = evaluate(tasks, Settings(), url=address, quick=False, gate=False, metadata={}, progress=no_progress)

    assert run.speed["load: errors"] == 0
    assert not any(name.startswith("page: ") for name in run.speed)
    assert f"page not timed, since {cure}" in markdown(run.summary(), [])
