"""The plan of the rooms holds: their imports, the lengths of files and functions, and the drawings."""

from pathlib import Path
from pkgutil import resolve_name

import networkx as nx
import pytest
from importlinter import configuration
from importlinter.application.use_cases import lint_imports

from architecture import STEPS, documents
from drawing import Step
from rooms import ROOT, floors, module_imports, modules, room_imports

MOST_MODULE_LINES = 300
MOST_FUNCTION_LINES = 50
MOST_FLOORS = 10
TEST_FOLDERS = sorted(path for path in (ROOT / "tests").rglob("*") if path.is_dir() and path.name != "__pycache__")


def test_imports_follow_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """Rooms import only those below them, and not in a circle, as `[tool.importlinter]` in pyproject.toml says."""
    configuration.configure()
    kept = lint_imports(str(ROOT / "pyproject.toml"), cache_dir=None, no_logo=True)

    assert kept, capsys.readouterr().out


def test_files_and_functions_are_short() -> None:
    """No module and no function is longer than can be read at a glance."""
    long_modules = {name: module.lines for name, module in modules().items() if module.lines > MOST_MODULE_LINES}
    long_functions = {
        f"{name}.{function}": lines
        for name, module in modules().items()
        for function, lines in module.functions()
        if lines > MOST_FUNCTION_LINES
    }

    assert long_modules == {}
    assert long_functions == {}


def test_the_rooms_stand_on_few_floors() -> None:
    """The longest way down the imports passes few rooms."""
    assert max(floors(room_imports()).values()) <= MOST_FLOORS


@pytest.mark.parametrize("folder", TEST_FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_folders_of_tests_are_named_like_rooms(folder: Path) -> None:
    """Each folder of tests has the name of the folder that it tests, or says what it has for tests."""
    assert (ROOT / folder.relative_to(ROOT / "tests")).is_dir() or (folder / "__init__.py").exists()


def test_every_room_says_what_it_is_for() -> None:
    """Each folder and each module has a docstring, from which the plan takes its words."""
    assert [name for name, module in modules().items() if not module.purpose] == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_drawn_steps_are_those_of_the_assistant(step: Step) -> None:
    """Each step of the drawn pipeline is a function that the assistant calls, directly or not."""
    module = next(name for name in reversed(modules()) if step.function.startswith(f"{name}."))
    pipeline = {"qa.pipeline.assistant", *nx.descendants(module_imports(), "qa.pipeline.assistant")}
    callers = pipeline & set(module_imports().predecessors(module))

    assert callable(resolve_name(step.function))
    assert any(step.function.rpartition(".")[2] in modules()[name].names_used() for name in callers)


def test_the_page_is_current() -> None:
    """`make architecture` would change nothing: pictures and tables are those of the code."""
    outdated = [path.name for path, text in documents().items() if path.read_text(encoding="utf-8") != text]

    assert outdated == [], "run: make architecture"
