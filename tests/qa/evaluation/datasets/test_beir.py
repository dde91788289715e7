"""A data set in the format of BEIR is ranked by every fusion, and an invalid line of it is named."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.fakes import HashingEncoder
from qa.evaluation.datasets.beir import load_beir, rank_documents
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.reporting.report import html, markdown
from qa.evaluation.reporting.runs import collect_run
from qa.evaluation.reporting.summary import summarise


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """Return a data set of three documents, one file of which is gzipped, with graded judgements."""
    folder = tmp_path / "mini"
    (folder / "qrels").mkdir(parents=True)
    documents = {"d1": "Norway funds the shelter", "d2": "The shelter of Accra", "d3": "A hotline in Colombia"}
    lines = "".join(json.dumps({"_id": id, "title": "", "text": text}) + "\n" for id, text in documents.items())
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    queries = {"q1": "Who funds the shelter?", "q2": "hotline", "q3": "not judged"}
    lines = "".join(json.dumps({"_id": id, "text": text}) + "\n" for id, text in queries.items())
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    qrels = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\nq1\td3\t0\nq2\td3\t1\n"
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text("q3\td1\t1\n", encoding="utf-8")
    return folder


def test_a_beir_set_is_ranked_by_every_fusion(beir: Path, tmp_path: Path) -> None:
    """The split `test` is used; each query is ranked by the four fusions, and grades count in nDCG."""
    data = load_beir(beir)
    run = collect_run(rank_documents(data, HashingEncoder(), tmp_path / "vectors.sqlite"), {})

    assert data.grades == {"q1": {"d1": 2, "d2": 1}, "q2": {"d3": 1}}
    assert set(run.records) == {"waymark", "rrf", "dense", "bm25"}
    assert [record.retrieved[0] for record in run.judged] == ["d1", "d3"]
    assert summarise(run.judged)["mini"]["figures"]["nDCG@10"]["value"] == 1.0


def test_a_query_whose_document_is_not_found_is_shown_with_what_was(beir: Path, tmp_path: Path) -> None:
    """The page shows the ranked documents beside the relevant one, and does not call the query unanswerable."""
    run = collect_run(rank_documents(load_beir(beir), HashingEncoder(), tmp_path / "vectors.sqlite"), {})
    lost = replace(run.judged[0], retrieved=("d3",), sources=("d1",), failure="source not retrieved")
    shown = html(replace(run, records={"waymark": (lost,)}), run.summary(), [])

    assert "<small>d3</small>" in shown
    assert "<small>d1</small>" in shown
    assert "No document answers it" not in shown


def test_a_data_set_that_is_broken_off_keeps_what_was_ranked(beir: Path, tmp_path: Path) -> None:
    """Ctrl-C after the first query leaves its records in a run marked as broken off."""

    def interrupt(what: str, _done: int, _total: int) -> None:
        if what.startswith("Ranking"):
            raise KeyboardInterrupt

    asked = rank_documents(load_beir(beir), HashingEncoder(), tmp_path / "vectors.sqlite", interrupt)
    run = collect_run(asked, {})

    assert not run.complete
    assert [record.id for record in run.judged] == ["q1"]
    assert "broken off" in markdown(run.summary(), [])


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        pytest.param("queries.jsonl", '{"_id": "q4"', "not JSON", id="cut query"),
        pytest.param("queries.jsonl", '{"_id": "q4"}', "text: Field required", id="query without text"),
        pytest.param("qrels/test.tsv", "q1\td1", "needs query, document and a whole number", id="two fields"),
        pytest.param("qrels/test.tsv", "q1\td1\tgood", "needs query, document and a whole number", id="no number"),
        pytest.param("qrels/test.tsv", "q9\td1\t1", "the query q9, which is not among", id="unknown query"),
    ],
)
def test_an_invalid_line_of_a_beir_set_is_named(beir: Path, name: str, line: str, reason: str) -> None:
    """The error names the file, the line and the cure."""
    file = beir / name
    number = len(file.read_text(encoding="utf-8").splitlines()) + 1
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    with pytest.raises(InvalidDataset, match=rf"{file.name}, line {number}: .*{reason}.*correct the line"):
        load_beir(beir)
