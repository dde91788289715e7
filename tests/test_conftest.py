"""The rules for all tests: which are marked, and which may be skipped."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
SKIPPED = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("there is no chromium")

def test_page(browser):
    pass

@pytest.mark.skip(reason="not part of the project: a list of others")
def test_list():
    pass
"""


def outcome(folder: Path, *arguments: str, ci: bool) -> str:
    """Run two tests that are skipped in a pytest of their own, and return the line that counts what became of them."""
    (folder / "test_skipped.py").write_text(SKIPPED, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | ({"CI": "true"} if ci else {})
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "--rootdir", str(folder), *arguments, str(folder)],
        env=environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.splitlines()[-1]


def test_what_cannot_run_fails_on_a_build_server(tmp_path: Path) -> None:
    """A test without its browser is an error where CI is set; one without data that may not be copied is skipped."""
    assert re.match("1 skipped, .*1 error", outcome(tmp_path, ci=True))


def test_what_cannot_run_is_skipped_elsewhere(tmp_path: Path) -> None:
    """Who has no browser can run all other tests."""
    assert outcome(tmp_path, ci=False).startswith("2 skipped")


def test_tests_in_a_browser_can_be_left_out(tmp_path: Path) -> None:
    """A test that uses the fixture `browser` is marked so, and no other."""
    assert outcome(tmp_path, "-m", "not browser", ci=False).startswith("1 skipped, 1 deselected")
