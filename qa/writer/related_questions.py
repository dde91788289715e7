"""Offer related questions that the retrieved documents can answer, with an answer or in place of one.

In: the hits of a question, its language, and the documents that its answer cites. Out: up to three questions, nearest
document first. They come from `related_questions.yaml`, one for each brief of the starter collection, all in English.
Left out: generating questions. Titles in a frame ("What is ...?") read badly and are often not answered.
"""

from collections.abc import Collection, Sequence

from corpus.language.shipped import shipped_yaml
from qa.answers.hits import Hit

OFFERED = 3
MIN_COSINE = 0.48  # of a passage with the question, below which its document is about something else


def related_questions(hits: Sequence[Hit], language: str, cited: Collection[str]) -> tuple[str, ...]:
    """Return a question for each of the nearest documents that are not cited yet; none for another language."""
    if language != "en":
        return ()
    near = (hit.passage.document_id for hit in hits if hit.cosine is not None and hit.cosine >= MIN_COSINE)
    questions = (written_questions().get(id) for id in dict.fromkeys(near) if id not in cited)
    return tuple(filter(None, questions))[:OFFERED]


def written_questions() -> dict[str, str]:
    """Return the questions shipped with Waymark, by the id of the document that answers them."""
    questions: dict[str, str] = shipped_yaml("qa/writer/related_questions.yaml")
    return questions
