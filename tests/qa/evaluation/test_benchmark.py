"""The benchmark takes suites and data sets as they are named, and refuses what it can't run with a cure."""

from pathlib import Path

import pytest

from qa.evaluation.benchmark import evaluate, load_tasks
from qa.evaluation.datasets.omos_qa import OmosSet
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.judging.records import no_progress
from qa.evaluation.judging.suites import Suite
from qa.settings import Settings


def test_tasks_are_known_by_name_and_by_what_a_file_holds(omos: Path, suite_file: Path) -> None:
    """A suite is given by name or path; a file of OMoS-QA is known by its lines."""
    factual, mixed, pages = load_tasks(["factual", str(suite_file), str(omos)])

    assert isinstance(factual, Suite)
    assert isinstance(mixed, Suite)
    assert isinstance(pages, OmosSet)


def test_what_cannot_be_a_task_is_refused_with_a_cure(tmp_path: Path, omos: Path) -> None:
    """An empty folder, a missing file, half a gzip file and one name twice each say what to do."""
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(omos.read_bytes()[:40])
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(InvalidDataset, match=r"needs corpus\.jsonl.*add what is missing"):
        load_tasks([str(empty)])
    with pytest.raises(InvalidDataset, match="no such file; give one or a name of factual"):
        load_tasks([str(tmp_path / "absent.jsonl")])
    with pytest.raises(InvalidDataset, match=r"is damaged.*fetch it again"):
        load_tasks([str(damaged)])
    with pytest.raises(InvalidDataset, match="two suites are called omos"):
        load_tasks([str(omos), str(omos)])


def test_a_data_set_is_not_asked_of_a_server(omos: Path) -> None:
    """A server lacks the set's documents, and the refusal says what to leave out."""
    tasks = load_tasks([str(omos)])

    with pytest.raises(InvalidDataset, match="leave out --url"):
        evaluate(tasks, Settings(), url="http://127.0.0.1:9", quick=True, gate=False, metadata={}, progress=no_progress)
