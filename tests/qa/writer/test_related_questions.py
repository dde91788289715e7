"""Related questions are those of the nearest documents, and the documents answer them."""

import pytest

from corpus import Passage, load_documents
from qa import Assistant, Hit, Settings, Status
from qa.cli.paths import starter_collection
from qa.writer.related_questions import OFFERED, related_questions, written_questions

IDS = list(written_questions())[:6]


def hit(id: str, cosine: float | None = 0.6) -> Hit:
    """Return a hit of a document."""
    return Hit(Passage(f"{id}#1", id, "A title", "", "Text.", 0, 5), 0, 0.5, cosine, None)


def test_the_nearest_documents_that_are_not_cited_offer_their_questions() -> None:
    """Each document offers once, in the order of the hits, and no more are offered than can be read."""
    hits = [hit(IDS[1]), hit(IDS[0]), hit(IDS[1]), *map(hit, IDS[2:])]
    offered = related_questions(hits, "en", {IDS[1]})

    assert offered == tuple(written_questions()[id] for id in (IDS[0], IDS[2], IDS[3]))
    assert len(offered) == OFFERED


@pytest.mark.parametrize(
    ("hits", "language"),
    [
        pytest.param([], "en", id="nothing found"),
        pytest.param([hit(IDS[0], 0.3), hit(IDS[1], None)], "en", id="nothing near"),
        pytest.param([hit("my-own-document")], "en", id="documents without a question"),
        pytest.param([hit(IDS[0])], "fr", id="asked in another language"),
    ],
)
def test_nothing_is_offered_where_nothing_fits(hits: list[Hit], language: str) -> None:
    """Far documents, those of other people and other languages offer nothing."""
    assert related_questions(hits, language, set()) == ()


def test_every_brief_has_a_question_of_its_own() -> None:
    """No brief is left out, no question stands twice, and all are questions."""
    questions = written_questions()

    assert questions.keys() == {document.id for document in load_documents([starter_collection()])}
    assert len(set(questions.values())) == len(questions)
    assert all(question.endswith("?") for question in questions.values())


@pytest.mark.slow
def test_the_briefs_answer_their_questions() -> None:
    """Who takes up an offer gets an answer that cites the brief that it was offered for."""
    assistant = Assistant.from_settings(Settings())
    answered = []
    for id, question in written_questions().items():
        answer = assistant.ask(question)
        cited = {citation.evidence.document.id for citation in answer.citations}
        answered.append(answer.status == Status.ANSWERED and id in cited)

    assert sum(answered) / len(answered) > 0.97
