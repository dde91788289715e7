"""The wheel, installed beside nothing but the packages that it asks for, works in any folder."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Collection, Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from conftest import DOCUMENTS
from drivers.processes import PATIENCE_S, free_port, status_of, wait_until_ready

ROOT = Path(__file__).parent.parent
PACKAGES = ("api", "corpus", "embeddings", "qa")
SOURCE_ONLY = ("qa/evaluation/gold/", "qa/training/data/")  # gold questions and training questions
PAGES = ("/", "/demo", "/widget.js", "/documents/ghana-shelter", "/readyz")
IMPORT_ALL = """
import importlib, pkgutil, sys
for package in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        importlib.import_module(module.name)
"""
pytestmark = [pytest.mark.model, pytest.mark.slow]


def dependencies_of(wheel: Path, extras: Collection[str]) -> list[Distribution]:
    """Return the distributions that a wheel and those it depends on ask for; all are installed here."""
    [metadata] = (path for path in zipfile.Path(wheel).iterdir() if path.name.endswith(".dist-info"))
    found: dict[str, Distribution] = {}
    waiting: list[tuple[Distribution, set[str]]] = [(PathDistribution(metadata), {"", *extras})]
    while waiting:
        dependent, chosen = waiting.pop()
        for requirement in map(Requirement, dependent.requires or ()):
            applies = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in chosen
            )
            if applies and requirement.name not in found:
                found[requirement.name] = distribution(requirement.name)
                waiting.append((found[requirement.name], {"", *requirement.extras}))
    return list(found.values())


class Installed:
    """A fresh virtual environment with the wheel, and an empty folder to run its commands in."""

    def __init__(self, folder: Path, wheel: Path, *extras: str) -> None:
        """Install the wheel without its dependencies, and link those that are installed here, so nothing is fetched."""
        self.folder = folder / "elsewhere"
        self.folder.mkdir()
        self._bin = folder / "environment" / "bin"
        venv.create(self._bin.parent, symlinks=True)
        site = Path(sysconfig.get_path("purelib", "venv", {"base": str(self._bin.parent)}))
        for dependency in dependencies_of(wheel, extras):
            for name in {file.parts[0] for file in dependency.files or ()} - {"..", "__pycache__"}:
                if not (site / name).exists():
                    (site / name).symlink_to(str(dependency.locate_file(name)))
        pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(self._bin / "python"), "install"]
        subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)

    def start(self, command: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command of the environment; no setting of the tests reaches it."""
        return subprocess.Popen(
            [str(self._bin / command), *arguments],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "WAYMARK"))},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, command: str, *arguments: str) -> tuple[int, str, str]:
        """Return the exit status of a command, its standard output and its standard error."""
        process = self.start(command, *arguments)
        printed, complained = process.communicate()
        return process.returncode, printed, complained


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [file] = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """Install the wheel without extras."""
    return Installed(tmp_path_factory.mktemp("plain"), wheel)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """Install the wheel with the extras that measuring and training need."""
    return Installed(tmp_path_factory.mktemp("complete"), wheel, "evaluate", "train")


@pytest.fixture(scope="module")
def serving(plain: Installed) -> Iterator[str]:
    """Index two documents with the real encoder, unpacked and exported by the wheel, and serve them."""
    documents = plain.folder / "documents"
    documents.mkdir()
    for name in ("ghana-shelter.md", "colombia-hotline.md"):
        (documents / name).write_text(DOCUMENTS[name], encoding="utf-8")
    status, _, complained = plain.run("waymark", "index", "documents")
    assert status == 0, complained
    port = free_port()
    server = plain.start("waymark", "serve", "--port", str(port))
    wait_until_ready(f"http://127.0.0.1:{port}", server)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.communicate(timeout=PATIENCE_S)


def test_the_wheel_holds_every_file_of_the_packages_but_the_questions(wheel: Path) -> None:
    """Code, data, templates, static files, briefs and tuned layers are in it; gold and training questions are not."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    names = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    questions = {name for name in names if name.startswith(SOURCE_ONLY)}

    assert len(questions) > 10
    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == names - questions


def test_help_lists_the_commands(plain: Installed) -> None:
    """The command is there under its name, without any extra."""
    status, printed, _ = plain.run("waymark", "--help")

    assert status == 0
    assert all(command in printed for command in ("index", "ask", "search", "serve", "benchmark", "train"))


def test_every_module_imports_without_extras(plain: Installed) -> None:
    """No module needs at its import what an extra brings."""
    assert plain.run("python", "-c", IMPORT_ALL, *PACKAGES) == (0, "", "")


def test_a_question_is_answered_without_extras(plain: Installed, serving: str) -> None:
    """`waymark ask` answers from the two documents, and nothing is written outside `var`."""
    status, printed, complained = plain.run("waymark", "ask", "Who funds the shelter in Accra?", "--json")

    assert status == 0, complained
    assert json.loads(printed)["status"] == "answered"
    assert "Norway" in json.loads(printed)["text"]
    assert {path.name for path in plain.folder.iterdir()} == {"documents", "var"}
    assert serving


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_served_without_extras(serving: str, page: str) -> None:
    """`waymark serve` finds its templates, static files and texts inside the package."""
    assert status_of(serving + page) == 200


@pytest.mark.parametrize(("command", "extra"), [("benchmark", "evaluate"), ("train", "train")])
def test_a_missing_extra_is_named(plain: Installed, command: str, extra: str) -> None:
    """A command whose packages are not installed says in one line how to install them."""
    status, printed, complained = plain.run("waymark", command)

    assert (status, printed) == (1, "")
    assert complained.endswith(
        f" is not installed; run in the checkout: pip install --constraint constraints.txt '.[{extra}]'\n"
    )
    assert complained.count("\n") == 1


@pytest.mark.parametrize("command", ["benchmark", "train"])
def test_commands_that_need_questions_say_where_they_are(complete: Installed, command: str) -> None:
    """Without paths, what the wheel lacks is named in one line, with the cure."""
    status, printed, complained = complete.run("waymark", command)

    assert (status, printed) == (1, "")
    assert "come with the source" in complained
    assert complained.count("\n") == 1
