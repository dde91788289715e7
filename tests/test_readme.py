"""The README's commands and its shown answer are true."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from drivers.processes import PATIENCE_S, free_port, status_of, wait_until_ready
from qa.evaluation.reporting.comparison import load_summary
from qa.evaluation.reporting.report import put_into_readme
from rooms import room_imports

ROOT = Path(__file__).parent.parent
PACKAGES = ("corpus", "embeddings", "qa", "api")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def make(*arguments: str) -> "subprocess.Popen[str]":
    """Start make in the project, as a user would."""
    return subprocess.Popen(
        ["make", *arguments],  # noqa: S607 - make stands where the machine has it
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


@pytest.mark.model
def test_the_shown_answer_is_what_the_command_prints() -> None:
    """The README's example is the true output of its command."""
    shown = re.search(r"```console\n\$ (?P<command>\.venv/bin/waymark ask .*)\n(?P<answer>(?s:.*?))```", README)
    assert shown
    printed = subprocess.run(shown["command"], shell=True, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S602

    assert [line.rstrip() for line in printed.stdout.splitlines()] == shown["answer"].splitlines()


def test_nothing_is_installed_by_a_name_that_is_not_ours() -> None:
    """Extras are installed from the checkout: the name `waymark` belongs to another project in the registry."""
    told = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    told += [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]

    assert [str(file) for file in told if re.search(r"pip install.*waymark\[", file.read_text(encoding="utf-8"))] == []


def test_the_readme_names_the_two_commands_and_ci_runs_the_same() -> None:
    """The commands for newcomers are those that CI runs on every change."""
    run_in_ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "make serve\n" in README
    assert "make test\n" in README
    assert "make test\n" in run_in_ci


def test_every_command_that_documents_name_is_a_target() -> None:
    """README, CONTRIBUTING and the build server's script name only targets that the Makefile has."""
    named = {
        target
        for file in ("README.md", "CONTRIBUTING.md", ".ci/run")
        for words in re.findall(r"(?:^|`)make ([^`\n#]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        for target in words.split()
        if not target.startswith("--") and "=" not in target
    }
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert {"serve", "test", "unit", "check", "gate"} <= named
    assert named <= targets


@pytest.mark.model
def test_make_serve_answers_and_tells_of_a_taken_port() -> None:
    """`make serve` is ready without setting anything up again; a second one on its port says so in one line."""
    port = free_port()
    server = make("serve", f"PORT={port}")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server)
        status = status_of(f"http://127.0.0.1:{port}/readyz")
        second = make("serve", f"PORT={port}")
        output, _ = second.communicate(timeout=PATIENCE_S)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=PATIENCE_S)

    assert status == 200
    assert second.returncode != 0
    assert f"port {port}: Address already in use; try another, by --port {port + 1} or make's PORT={port + 1}" in output


def test_the_quality_table_is_that_of_the_baseline() -> None:
    """The figures shown are those of the committed run, to the last digit."""
    assert put_into_readme(load_summary(ROOT / "docs" / "results" / "baseline.json"), README) == README


def test_the_reading_order_lists_every_room() -> None:
    """The README's list names every folder of the plan, and no folder or file that does not exist."""
    section = README.partition("## The rooms, in reading order")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \d+\. `([\w/]+/)`(.*)", section, flags=re.MULTILINE)
    named = [folder + file for folder, row in rows for file in ("", *re.findall(r"`(\w+\.\w+)`", row))]
    named += re.findall(r"`(\w+/[\w./]+)`", section)

    assert {room for room in room_imports() if room.endswith("/")} <= {folder for folder, _ in rows}
    assert [path for path in named if not (ROOT / path).exists()] == []
