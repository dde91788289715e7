"""A generation's files are read whole beside the answering, on any system."""

import os
import time
from pathlib import Path

import pytest

import api.asking.integrity
from api.asking.integrity import Check
from corpus import Document
from doubles.fakes import HashingEncoder
from doubles.faults import flip_bit
from embeddings import IndexPlan, build_generation

PATIENCE_S = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a generation."""
    plan = IndexPlan(HashingEncoder(), tmp_path, tmp_path / "vectors.sqlite", created_by="tests")
    return tmp_path / build_generation([Document("a", "Shelters", "Norway funds the shelter in Accra.")], plan)


def _cannot(*_: object) -> None:
    raise OSError


@pytest.mark.parametrize("advice", [None, _cannot], ids=["no advice", "advice refused"])
def test_damage_is_found_where_the_memory_cannot_be_advised(
    folder: Path, monkeypatch: pytest.MonkeyPatch, advice: object
) -> None:
    """Where a system has no such advice, or a disk takes none, whole files are whole, and damage is found."""
    monkeypatch.setattr(api.asking.integrity, "LOOK_S", 0.01)
    if advice:
        monkeypatch.setattr(os, "posix_fadvise", advice)
    else:
        monkeypatch.delattr(os, "posix_fadvise")
    check = Check(folder)
    check._check()
    whole = check.problem
    flip_bit(folder / "sentences.npy", 0.9)
    check.start()
    end = time.monotonic() + PATIENCE_S
    while not check.problem and time.monotonic() < end:
        time.sleep(0.01)
    check.end()
    check.join()

    assert whole == ""
    assert "sentences.npy" in check.problem
