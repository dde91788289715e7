"""Public data sets, distractors and suites are read whole or refused with file, line and cure, and judged rightly."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus import Document
from embeddings import build_generation, current_generation
from embeddings.index.generation import read_documents
from fakes import HashingEncoder
from qa.cli.app import app
from qa.evaluation.benchmark import run_benchmark, summarise
from qa.evaluation.comparison import load_summary
from qa.evaluation.datasets.beir import load_beir, rank_documents
from qa.evaluation.datasets.distractors import load_distractors, trial_settings
from qa.evaluation.datasets.omos_qa import choose_sentences, load_omos
from qa.evaluation.json_lines import BrokenSuite
from qa.evaluation.report import html, markdown
from qa.evaluation.run import evaluate, load_tasks
from qa.settings import Settings

CONTEXT = "The shelter in Accra\nNorway funds the shelter in Accra.\nIt opened in 2015."
OMOS = [
    {"id": 1, "question": "Who funds the shelter in Accra?", "answers": [1], "context": CONTEXT},
    {"id": 2, "question": "Where do penguins breed?", "answers": [], "context": CONTEXT},
]


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


@pytest.fixture
def omos(tmp_path: Path) -> Path:
    """Return a file of OMoS-QA with a question that its page answers and one that it doesn't."""
    file = tmp_path / "omos.jsonl.gz"
    file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in OMOS).encode()))
    return file


def test_a_beir_set_is_ranked_by_every_fusion(beir: Path, tmp_path: Path) -> None:
    """The judged split is `test`; each query is ranked by the four ways, and grades tell in nDCG."""
    data = load_beir(beir)
    run = run_benchmark(rank_documents(data, HashingEncoder(), tmp_path / "vectors.sqlite"), {}, {})

    assert data.grades == {"q1": {"d1": 2, "d2": 1}, "q2": {"d3": 1}}
    assert set(run.records) == {"waymark", "rrf", "dense", "bm25"}
    assert [record.retrieved[0] for record in run.judged] == ["d1", "d3"]
    assert summarise(run.judged)["mini"]["figures"]["nDCG@10"]["value"] == 1.0


def test_omos_is_judged_by_its_official_measures(omos: Path, tmp_path: Path) -> None:
    """The line that answers is chosen and the silent page refused; the report shows F, and a page renders."""
    data = load_omos(omos)
    asked = choose_sentences(data, HashingEncoder(), tmp_path / "vectors.sqlite", min_confidence=0.3)
    run = run_benchmark(asked, {data.name: data.digest}, {})
    answered, silent = run.judged

    assert "Norway funds the shelter in Accra." in answered.text.split("\n")
    assert answered.scores["sentence recall"] == 1.0
    assert not answered.lost
    assert answered.confidence > silent.confidence
    assert silent.scores == {"no-answer recall": 1.0, "no-answer precision": 1.0}
    assert run.summary()["systems"]["waymark"]["omos"]["whole"]["no-answer F"] == 1.0
    assert "sentence F" in markdown(run.summary(), [])
    assert "<table>" in html(run, run.summary(), [])


def test_a_query_whose_document_is_not_found_is_shown_with_what_was(beir: Path, tmp_path: Path) -> None:
    """The page shows the ranked documents beside the right one, and does not say that no document tells."""
    run = run_benchmark(rank_documents(load_beir(beir), HashingEncoder(), tmp_path / "vectors.sqlite"), {}, {})
    lost = replace(run.judged[0], retrieved=("d3",), sources=("d1",), lost="source not retrieved")
    shown = html(replace(run, records={"waymark": (lost,)}), run.summary(), [])

    assert "<small>d3</small>" in shown
    assert "<small>d1</small>" in shown
    assert "No document tells" not in shown


def test_a_data_set_that_is_broken_off_keeps_what_was_ranked(beir: Path, tmp_path: Path) -> None:
    """Ctrl-C after the first query leaves its records in a run marked as broken off."""

    def interrupt(what: str, _done: int, _total: int) -> None:
        if what.startswith("Ranking"):
            raise KeyboardInterrupt

    asked = rank_documents(load_beir(beir), HashingEncoder(), tmp_path / "vectors.sqlite", interrupt)
    run = run_benchmark(asked, {}, {})

    assert not run.complete
    assert [record.id for record in run.judged] == ["q1"]
    assert "broken off" in markdown(run.summary(), [])


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        pytest.param("queries.jsonl", '{"_id": "q4"', "not JSON", id="cut query"),
        pytest.param("queries.jsonl", '{"_id": "q4"}', "text: Field required", id="query without text"),
        pytest.param("qrels/test.tsv", "q1\td1", "needs query, document and a whole number", id="two fields"),
        pytest.param("qrels/test.tsv", "q1\td1\tgood", "needs query, document and a whole number", id="no number"),
        pytest.param("qrels/test.tsv", "q9\td1\t1", "the query q9, which is not among", id="unknown query"),
    ],
)
def test_a_broken_line_of_a_beir_set_is_named(beir: Path, name: str, line: str, told: str) -> None:
    """The error names the file, the line and the cure."""
    file = beir / name
    number = len(file.read_text(encoding="utf-8").splitlines()) + 1
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    with pytest.raises(BrokenSuite, match=rf"{file.name}, line {number}: .*{told}.*mend the line"):
        load_beir(beir)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"answers": [7]}, "there is no line 7 in the context", id="index outside"),
        pytest.param({"context": " \n"}, "the context is empty", id="empty page"),
        pytest.param({"answers": "none"}, "answers: ", id="wrong type"),
    ],
)
def test_a_broken_line_of_omos_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    """The error names the file, the line and the cure."""
    file = tmp_path / "omos.jsonl"
    file.write_text(json.dumps(OMOS[0]) + "\n" + json.dumps(OMOS[1] | change) + "\n", encoding="utf-8")

    with pytest.raises(BrokenSuite, match=rf"omos\.jsonl, line 2: .*{told}.*mend the line"):
        load_omos(file)


def test_what_cannot_be_a_data_set_is_refused_with_a_cure(tmp_path: Path, omos: Path) -> None:
    """An empty folder, a missing file, half a gzip file, too few distractors and one name twice each say what to do."""
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(omos.read_bytes()[:40])
    few = tmp_path / "few.jsonl"
    few.write_text('{"text": "One."}\n{"text": 1}\n', encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(BrokenSuite, match=r"needs corpus\.jsonl.*add what is missing"):
        load_tasks([str(empty)])
    with pytest.raises(BrokenSuite, match="no such file; give one or a name of factual"):
        load_tasks([str(tmp_path / "absent.jsonl")])
    with pytest.raises(BrokenSuite, match=r"is damaged.*fetch it again"):
        load_tasks([str(damaged)])
    with pytest.raises(BrokenSuite, match="two suites are called omos"):
        load_tasks([str(omos), str(omos)])
    with pytest.raises(BrokenSuite, match=r"few\.jsonl, line 2: text: .*mend the line"):
        load_distractors(few, 1)
    few.write_text('{"text": "One."}\n', encoding="utf-8")
    with pytest.raises(BrokenSuite, match="holds 1 texts, not 2; ask for fewer"):
        load_distractors(few, 2)


def test_a_data_set_is_not_asked_of_a_server(omos: Path) -> None:
    """A server lacks the set's documents, and the refusal says what to leave out."""
    with pytest.raises(BrokenSuite, match="leave out --url"):
        evaluate(load_tasks([str(omos)]), Settings(), url="http://127.0.0.1:9", quick=True, told={}, progress=print)


def test_a_data_set_alone_needs_no_trial_index(omos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another encoder is judged on a data set without indexing the served documents, even where none are served."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path / "var"))
    monkeypatch.setattr("qa.evaluation.run.model_folder", lambda name, _: tmp_path / name)
    monkeypatch.setattr("qa.evaluation.run.SentenceEncoder", lambda _folder, _name: HashingEncoder())
    ran = CliRunner().invoke(app, ["benchmark", str(omos), "--encoder", "another", "--out", str(tmp_path / "out")])

    assert ran.exit_code == 0, ran.output
    assert load_summary(tmp_path / "out")["questions"].keys() == {"omos"}
    assert not (tmp_path / "var" / "trial").exists()


def test_distractors_are_always_the_same_and_never_touch_the_serving_index(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trial index holds the served documents and the drawn ones, shares the remembered vectors, and serves nobody."""
    file = tmp_path / "pages.jsonl"
    file.write_text("".join(json.dumps({"text": f"Page {n}\nRivers rise."}) + "\n" for n in range(9)), "utf-8")
    settings = Settings(var=tmp_path / "var")
    build_generation(documents, HashingEncoder(), settings.index, settings.cache, created_by="tests")
    before = sorted(path.name for path in settings.index.iterdir())
    monkeypatch.setattr("qa.evaluation.datasets.distractors.model_folder", lambda *_: tmp_path)
    monkeypatch.setattr("qa.evaluation.datasets.distractors.SentenceEncoder", lambda _folder, _name: HashingEncoder())
    hay = load_distractors(file, 5)
    said: list[tuple[str, int, int]] = []
    trial = trial_settings(settings, tmp_path / "trial", distractors=hay, progress=lambda *told: said.append(told))

    assert hay == load_distractors(file, 5)
    assert len({document.title for document in hay}) == 5
    assert sorted(path.name for path in settings.index.iterdir()) == before
    assert trial.cache.resolve() == settings.cache.resolve()
    assert len(read_documents(current_generation(trial.index))) == 3 + 5
    assert said[-1][1] == said[-1][2]
