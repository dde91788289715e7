"""Run a cross-encoder, which reads a question and a passage together.

In: Readings, each a question and the sentences of a passage. Out: Scores: whether the passage answers, which sentences
tell, and which phrase of each is the answer in a few words.
Left out: training and exporting the model (training.py, export.py), and deciding by the scores (qa).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.cross_encoder.phrases import Phrase, likeliest_phrase, word_spans
from embeddings.models.encoder import damage_told, open_session
from embeddings.models.onnx_export import MODEL, load_words
from embeddings.models.pooling import Part, padded, padded_length, pooling
from embeddings.models.tokenizer import Tokenize, load_tokenizer

QUESTION_TOKENS = 128  # of the question with the turns before it; what is longer is cut off at its end
TOKENS = 320  # of question and passage; the sentences at the end that do not fit are cut off
CUT_OFF = -20.0  # log-odds of a sentence that does not fit
BEGIN, END, PAD = 0, 2, 1  # ids of XLM-R's vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, behind which turns may stand, and a passage to read for it: its title and its sentences."""

    question: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The log-odds that a passage answers, and that each of its sentences tells; a sentence cut off has the least.

    `phrases` are the likeliest answers in a few words, one of each sentence; None for a sentence cut off.
    """

    passage: float
    sentences: tuple[float, ...]
    phrases: tuple[Phrase | None, ...]


@dataclass(frozen=True, slots=True)
class TokenizedReading:
    """The token ids of a Reading, and the places of the tokens of each sentence and each of its words that fit."""

    ids: tuple[int, ...]
    sentences: tuple[Part, ...]
    words: tuple[tuple[Part, ...], ...]


class CrossTokenizer:
    """Turns Readings into token ids: the question, the title and each word of a sentence by itself."""

    def __init__(self, tokenize: Tokenize) -> None:
        """Take the tokenizer of the encoder that the cross-encoder was trained from."""
        self._tokenize = tokenize

    def __call__(self, reading: Reading) -> TokenizedReading:
        """Return the tokens of a Reading."""
        ids = [BEGIN, *self._ids(f"query: {reading.question}")[:QUESTION_TOKENS], END, END]
        ids += self._ids(f"passage: {reading.title}.")[:QUESTION_TOKENS]
        sentences, words = [], []
        for sentence in reading.sentences:
            places = []
            begin = len(ids)
            for word in self._tokenize(sentence.split()):
                if len(ids) == TOKENS - 1:
                    break
                tokens = word[1:-1][: TOKENS - 1 - len(ids)]
                places.append((len(ids), len(ids) + len(tokens)))
                ids += tokens
            if len(ids) == begin:
                break
            sentences.append((begin, len(ids)))
            words.append(tuple(places))
        return TokenizedReading((*ids, END), tuple(sentences), tuple(words))

    def length(self, reading: Reading) -> int:
        """Return the number of tokens of a Reading."""
        return len(self(reading).ids)

    def place_of(self, reading: Reading, sentence: int, phrase: str) -> tuple[int, int] | None:
        """Return the first and the last token of the words of a phrase of a sentence; None where they are not found."""
        begin = reading.sentences[sentence].casefold().find(phrase.casefold())
        places = self(reading).words
        if begin < 0 or sentence >= len(places):
            return None
        spans = zip(word_spans(reading.sentences[sentence]), places[sentence], strict=False)
        held = [place for span, place in spans if span[1] > begin and span[0] < begin + len(phrase)]
        return (held[0][0], held[-1][1] - 1) if held else None

    def _ids(self, text: str) -> list[int]:
        """Return the ids of a text without those that begin and end it."""
        return self._tokenize([text])[0][1:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Readings as arrays: ids and mask (rows, tokens), and pooling (rows, sentences, tokens), whose rows are means.

    `sentences` are the numbers of sentences of the rows that hold a Reading; further rows are padding.
    """

    ids: npt.NDArray[np.int64]
    mask: npt.NDArray[np.int64]
    pooling: npt.NDArray[np.float32]
    sentences: tuple[int, ...]


def batch_of(readings: Sequence[TokenizedReading], lengths: Sequence[int], rows: int = 0) -> Batch:
    """Return a Batch, padded to the first of `lengths` that fits the longest, and to at least `rows` rows."""
    texts = [reading.ids for reading in readings]
    tokens = next(length for length in lengths if length >= padded_length(texts))
    further = [()] * (rows - len(readings))
    ids, mask = padded([*texts, *further], PAD, tokens)
    mask[:, 0] = 1  # attention over nothing would not be a number
    sentences = [reading.sentences for reading in readings]
    return Batch(ids, mask, pooling([*sentences, *further], tokens), tuple(map(len, sentences)))


class CrossEncoder:
    """Reads with an exported model. Equal Readings give equal Scores, whatever they are read with."""

    def __init__(self, folder: Path) -> None:
        """Load a model from a folder that `export.cross_encoder_folder` returned.

        Raises ModelProblem, with the cure, where a file of the folder is missing or damaged.
        """
        with damage_told(folder):
            self._tokenize = CrossTokenizer(load_tokenizer(folder, TOKENS))
            self._words = load_words(folder)
            self._session = open_session(folder / MODEL)

    def read(self, readings: Sequence[Reading]) -> list[Scores]:
        """Return the Scores of each Reading.

        Each runs through the model by itself: in 8 bits its scores would depend on what it is read with, and on a
        processor two rows take as long together as one after the other.
        """
        return [self._read(reading) for reading in readings]

    def _read(self, reading: Reading) -> Scores:
        tokenized = self._tokenize(reading)
        batch = batch_of([tokenized], [len(tokenized.ids)])
        words = self._words[batch.ids].astype(np.float32)
        inputs = {"words": words, "mask": batch.mask, "pooling": batch.pooling}
        [passage], [sentences], [of_words] = self._session.run(["passages", "sentences", "phrases"], inputs)
        odds = of_words - np.logaddexp.reduce(of_words)  # of each token, that the answer begins and that it ends there
        phrases = [
            likeliest_phrase(sentence, [odds[first:end].max(axis=0, initial=-np.inf) for first, end in places])
            for sentence, places in zip(reading.sentences, tokenized.words, strict=False)
        ]
        cut_off = len(reading.sentences) - len(sentences)
        return Scores(float(passage), (*sentences.tolist(), *[CUT_OFF] * cut_off), (*phrases, *[None] * cut_off))
