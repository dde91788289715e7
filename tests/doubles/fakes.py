"""A fake encoder and reader, so that most tests need no model, weights of scorers that fit it, and a made-up answer."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus import Document, Passage, Span
from embeddings import Matrix, Vector
from embeddings.cross_encoder.phrases import Phrase
from embeddings.cross_encoder.reading import Reading, Scores
from embeddings.models.pooling import PassageText
from qa import Answer, Citation, Evidence, Provenance, Statement, Status
from qa.reader.reading import PassageReader, ReaderSettings
from qa.reader.scoring import Scorer, Scorers, Thresholds


class HashingEncoder:
    """Counts words in hashed dimensions: equal texts get equal vectors, texts with common words similar ones."""

    name = "hashing"
    fingerprint = "f" * 64
    dimension = 256

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question, as if it were a document."""
        vector: Vector = self.encode_texts([question])[0]
        return vector

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        """Return the unit vectors of each passage and of its sentences, each with the context of the passage."""
        return [
            self.encode_texts(
                [
                    " ".join([passage.context, *passage.sentences]),
                    *(f"{passage.context} {sentence}" for sentence in passage.sentences),
                ]
            )
            for passage in passages
        ]

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Return a unit vector for each text."""
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                vector[_hashed(word) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@cache
def _hashed(word: str) -> int:
    return int(hashlib.sha256(word.encode()).hexdigest(), 16)


QUESTION = Scorer(
    -15.2,
    {
        "above_rest": 14.9,
        "passage_cosine": 23.1,
        "missing_numbers": -2.4,
        "other_year": -1.1,
        "missing_countries": -1.4,
        "missing_names": -1.3,
        "missing_kind": -1.7,
    },
)
# Weights of the size of fitted ones, which do not change when those are fitted again.
SCORERS = Scorers(
    sentence=Scorer(-6.9, {"below_best": 37.4, "passage_score": 6.6, "words": 0.4}),
    document=Scorer(
        -4.0,
        {
            "below_best": 30.0,
            "passage_below_best": 20.0,
            "passage_score": 5.0,
            "is_further": -1.0,
            "is_overview": 1.0,
            "has_sub_questions": 0.5,
        },
    ),
    question=QUESTION,
    cross_lingual=Scorer(-14.5, QUESTION.weights),
    phrase=Scorer(0.0, {"log_probability": 1.0, "lead": 0.5}),
    thresholds=Thresholds(0.5, 0.51),
)


class PhraseReader:
    """A passage reader that is sure of some words wherever they stand, and of nothing else."""

    def __init__(self, words: str) -> None:
        """Take the words."""
        self._words = words

    def read(self, readings: Sequence[Reading]) -> list[Scores]:
        """Return log-odds of 0 that passages and sentences tell, and the words as the phrase of the sentences."""
        return [
            Scores(0.0, (0.0,) * len(reading.sentences), tuple(map(self._phrase, reading.sentences)))
            for reading in readings
        ]

    def _phrase(self, sentence: str) -> Phrase | None:
        start = sentence.find(self._words)
        return Phrase(start, start + len(self._words), -0.1) if start >= 0 else None


def reading(
    min_confidence: float = 0.5, sure_confidence: float = 0.51, passage_reader: PassageReader | None = None
) -> ReaderSettings:
    """Return the settings of reading, with thresholds that fit the hashing encoder."""
    scorers = SCORERS._replace(thresholds=Thresholds(min_confidence, sure_confidence))
    return ReaderSettings(scorers, 80, passage_reader)


BRIEF = Document(id="a-brief", title="A brief", text="Norway pays. The shelter has 40 beds.")
PASSAGE = Passage("a-brief#1", "a-brief", "A brief", "", BRIEF.text, 0, len(BRIEF.text))
PAYS, BEDS = Evidence(BRIEF, PASSAGE, Span(0, 12), 0.9), Evidence(BRIEF, PASSAGE, Span(13, 37), 0.5)
ANSWER = Answer(
    id="1",
    question="Who pays?",
    standalone_question="Who pays?",
    language="en",
    status=Status.ANSWERED,
    provenance=Provenance("000001-00000000", "hashing", "extractive", "0"),
    statements=(Statement("Norway pays.", (1,), 0.9),),
    citations=(Citation(1, PAYS),),
)
