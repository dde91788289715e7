"""Passages are read with the trained reader where it can be loaded, and without it else."""

from pathlib import Path

import pytest

from doubles.fakes import HashingEncoder, PhraseReader
from embeddings import Generation, ModelProblem
from qa import Settings
from qa.pipeline.retrieval import retrieve
from qa.query.query import make_query
from qa.query.question import Question
from qa.reader.reading import load_reader, read_passages
from qa.reader.scoring import shipped_scorers


def test_without_its_file_the_reader_is_left_out_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing or damaged model is no failure: it is answered with the weights and thresholds for that."""

    def broken(*_: object) -> Path:
        raise ModelProblem("the file is damaged; install waymark again")

    monkeypatch.setattr("qa.reader.reading.cross_encoder_folder", broken)
    said: list[str] = []
    settings = load_reader(Settings(var=tmp_path), said.append)

    assert settings.passage_reader is None
    assert settings.scorers == shipped_scorers(with_reader=False)
    assert said == ["Answering without the trained reader: the file is damaged; install waymark again"]


def test_an_operator_can_leave_the_reader_out_and_set_the_thresholds(tmp_path: Path) -> None:
    """Then no model is looked for; a threshold that is not set is the fitted one."""
    settings = load_reader(Settings(var=tmp_path, reader=False, min_confidence=0.9))
    fitted = shipped_scorers(with_reader=False).thresholds

    assert settings.passage_reader is None
    assert settings.scorers.thresholds == (0.9, fitted.sure_confidence)


def test_every_passage_has_a_score_for_each_sentence(generation: Generation, encoder: HashingEncoder) -> None:
    """The reader is given title, headings and sentences; without one all scores are 0."""
    query = make_query(Question("Who funds the shelter in Accra?"), encoder)
    hits = retrieve(query, generation)
    read = read_passages(query.read, hits, generation, PhraseReader("Norway"))
    unread = read_passages(query.read, hits, generation, None)

    for scores in (read, unread):
        assert [len(of_passage.sentences) for of_passage in scores] == [len(generation.sentences[h.row]) for h in hits]
        assert [len(of_passage.phrases) for of_passage in scores] == [len(generation.sentences[h.row]) for h in hits]
    assert any(phrase for scores in read for phrase in scores.phrases)
    assert {score for scores in unread for score in (scores.passage, *scores.sentences)} == {0.0}
    assert {phrase for scores in unread for phrase in scores.phrases} == {None}
