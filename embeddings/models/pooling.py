"""Cut a passage into the token ids of its sentences, whose states are averaged after one pass through a model.

In: PassageTexts. Out: token ids with the places of the sentences, and arrays that average over these places.
A passage is encoded once; the mean of all its token states is its vector, and the mean of a sentence's is that of the
sentence, which so knows what its pronouns and bare nouns refer to ("late chunking"; Guenther et al. 2024, arXiv
2409.04701).
Left out: the models (encoder.py, finetuning.py, embeddings/cross_encoder).
"""

from collections.abc import Sequence, Sized
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.models.tokenizer import Tokenize

Part = tuple[int, int]  # the first and the last + 1 token


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage to encode: what names its subject, such as its title, or nothing; and its sentences, at least one."""

    context: str
    sentences: tuple[str, ...]

    def behind(self, prompt: str) -> "PassageText":
        """Return it with the words that a model was trained to expect before a text."""
        if self.context:
            return PassageText(prompt + self.context, self.sentences)
        return PassageText("", (prompt + self.sentences[0], *self.sentences[1:]))


@dataclass(frozen=True, slots=True)
class TokenizedPassage:
    """The token ids of a passage, and its parts: the whole passage, and each sentence.

    The part of a sentence that does not fit, or that has no token, is the last token.
    """

    ids: tuple[int, ...]
    parts: tuple[Part, ...]


class PassageTokenizer:
    """Turns passages into token ids, context and sentences each by itself."""

    def __init__(self, tokenize: Tokenize, max_tokens: int) -> None:
        """Take a model's tokenizer, and the most tokens of a passage, behind which it is cut off."""
        self._tokenize = tokenize
        self._max_tokens = max_tokens

    def __call__(self, passage: PassageText) -> TokenizedPassage:
        """Return the tokens of a passage."""
        texts = [passage.context, *passage.sentences] if passage.context else list(passage.sentences)
        [first, *others] = self._tokenize(texts)
        begin, end = first[0], first[-1]
        ids = [begin]
        bounds = []
        for of_text in (first, *others):
            fitting = of_text[1:-1][: self._max_tokens - 1 - len(ids)]
            bounds.append((len(ids), len(ids) + len(fitting)))
            ids += fitting
        last = (len(ids), len(ids) + 1)
        sentences = (part if part[0] < part[1] else last for part in bounds[-len(passage.sentences) :])
        return TokenizedPassage((*ids, end), ((0, last[1]), *sentences))


def padded_length(texts: Sequence[Sized], multiple: int = 1) -> int:
    """Return the length of the longest text, rounded up to a multiple.

    >>> padded_length([range(3), range(17)], 16)
    32
    """
    return -(-max(map(len, texts)) // multiple) * multiple


def padded(ids: Sequence[Sequence[int]], pad: int, tokens: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return token ids padded to a length, and the mask that is 1 where there are tokens: shape (texts, tokens)."""
    array = np.full((len(ids), tokens), pad, np.int64)
    for row, of_text in zip(array, ids, strict=True):
        row[: len(of_text)] = of_text
    lengths = np.array([len(of_text) for of_text in ids])
    return array, (np.arange(tokens) < lengths[:, None]).astype(np.int64)


def pooling(parts: Sequence[Sequence[Part]], tokens: int) -> npt.NDArray[np.float32]:
    """Return an array of shape (texts, parts, tokens), whose rows average over the tokens of each part."""
    array = np.zeros((len(parts), max(map(len, parts)), tokens), np.float32)
    for row, of_text in enumerate(parts):
        for number, (first, end) in enumerate(of_text):
            array[row, number, first:end] = 1 / (end - first)
    return array
