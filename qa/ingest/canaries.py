"""Canary questions: an index that does not find their documents is not published.

In: the operator's file of JSON lines, each a question and the id of the document that tells it, and a generation. Out:
a GenerationProblem that names what was not found.
Left out: whether the questions are answered (qa/evaluation).
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings import Encoder, Generation, GenerationProblem
from qa.pipeline.retrieval import retrieve
from qa.query.query import make_query
from qa.query.question import Question
from qa.settings import Settings

FIRST = 10  # passages found, of which one is to be of the document


class BrokenCanaries(ValueError):
    """Canary questions that can't be read; the message names the file, the line and the cure."""


class Canary(BaseModel):
    """A question, and the id of a document that has to be found by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    document: str


def load_canaries(settings: Settings) -> list[Canary]:
    """Read the operator's canary questions; none where no file is set and the default one is not there.

    Raises BrokenCanaries for a line that is none.
    """
    file = settings.canaries_file
    if not settings.canaries and not file.exists():
        return []
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise BrokenCanaries(f"{file} can't be read: {error.strerror}; correct WAYMARK_CANARIES") from error
    canaries = []
    for number, line in enumerate(lines, start=1):
        try:
            canaries += [Canary.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            wanted = '{"question": "Who runs the shelter?", "document": "lima-shelter"}'
            raise BrokenCanaries(f"{file}, line {number} is no canary question; write it as {wanted}") from error
    return canaries


def check_canaries(canaries: Sequence[Canary], encoder: Encoder, generation: Generation) -> None:
    """Raise GenerationProblem where a document is not among the FIRST passages that its question finds."""
    lost = [canary for canary in canaries if canary.document not in _found(canary.question, encoder, generation)]
    if lost:
        told = "; ".join(f"{canary.document} by {canary.question!r}" for canary in lost)
        raise GenerationProblem(f"index {generation.manifest.id} does not find {told}")


def _found(text: str, encoder: Encoder, generation: Generation) -> set[str]:
    query = make_query(Question.of(text), encoder)
    return {hit.passage.document_id for hit in retrieve(query, generation, limit=FIRST)}
