"""Read what a language model replies: sentences, each with the sources and the words that it rests on.

In: the text of a reply, perhaps cut off, in a fence, among other words or behind thoughts. Out: the sentences whose
JSON is closed, and whether the model says that the sources do not answer.
Left out: whether a sentence is true (checking).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qa.safety.sanitizer import clean

THOUGHTS = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
# Where the template of a model opens its thoughts, only their end stands in the reply.
END_OF_THOUGHTS = re.compile(r"</(?:think|thinking|thought|reasoning)>|<\|channel\|>final", re.IGNORECASE)
OPENING = re.compile(r"\s*(?:```(?:json)?\s*)?\{")
A_SENTENCE = re.compile(r'\{\s*"(?:quotes|sentence)"\s*:')
UNANSWERABLE = re.compile(r'"answerable"\s*:\s*false')
_DECODER = json.JSONDecoder()

# Bounds of a reply, since small models repeat themselves without end.
SENTENCES, QUOTES, CHARACTERS = 6, 3, 400


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a model says stand in a source; its id may be wrong."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class ModelSentence:
    """A sentence of a model, with the quotes that it says it rests on."""

    text: str
    quotes: tuple[Quote, ...]


def reply_schema(ids: Iterable[str]) -> dict[str, Any]:
    """Return the JSON schema of a reply that names sources by these ids.

    Some servers sort the keys, others keep their order here: both is the order in which a model should think, words
    first, then the sentence.
    """
    text = {"type": "string", "maxLength": CHARACTERS}
    quote = object_schema(id={"type": "string", "enum": list(ids)}, words=text)
    sentence = object_schema(quotes=list_schema(quote, QUOTES), sentence=text)
    return object_schema(answerable={"type": "boolean"}, sentences=list_schema(sentence, SENTENCES))


def object_schema(**properties: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an object that has these properties and no others."""
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def list_schema(items: dict[str, Any], most: int) -> dict[str, Any]:
    """Return the JSON schema of a list of at most so many items."""
    return {"type": "array", "items": items, "maxItems": most}


def shown_text(reply: str) -> str:
    """Return a reply without the thoughts of a reasoning model.

    >>> shown_text("<think>Is it 40?</think>It is."), shown_text("Is it 40?</think>It is."), shown_text("<think>Hm")
    ('It is.', 'It is.', '')
    """
    return END_OF_THOUGHTS.split(THOUGHTS.sub("", reply))[-1]


def is_plain(reply: str) -> bool:
    """Return whether a reply begins as JSON; only such a one holds no thoughts, and can be read while it comes."""
    return OPENING.match(reply) is not None


def sentences_in(reply: str) -> list[ModelSentence]:
    r"""Return the sentences of a reply whose JSON is closed.

    >>> sentences_in('Sure:\n```json\n{"sentences": [{"quotes": [{"id": "a1", "words": "40 beds"}], "sentence": "It')
    []
    >>> sentences_in('[{"sentence": "It has 40 beds.", "quotes": [{"id": "[A1]", "words": "40 beds"}]}, {"quotes": [')
    [ModelSentence(text='It has 40 beds.', quotes=(Quote(id='a1', words='40 beds'),))]
    """
    sentences: list[ModelSentence] = []
    text, position = shown_text(reply), 0
    while found := A_SENTENCE.search(text, position):
        try:
            value, position = _DECODER.raw_decode(text, found.start())
        except (ValueError, RecursionError):  # not closed, or no JSON
            position = found.end()
            continue
        sentences += _sentence(value)
    return sentences


def says_unanswerable(reply: str) -> bool:
    """Return whether a reply says that the sources do not answer."""
    return UNANSWERABLE.search(shown_text(reply)) is not None


def _sentence(value: dict[str, Any]) -> list[ModelSentence]:
    text = value.get("sentence")
    if not isinstance(text, str) or not clean(text):
        return []
    quotes = value.get("quotes")
    return [ModelSentence(" ".join(clean(text).split()), _quotes(quotes if isinstance(quotes, list) else []))]


def _quotes(values: Sequence[object]) -> tuple[Quote, ...]:
    return tuple(
        Quote(str(value.get("id", "")).strip("[]() ").lower(), str(value.get("words", "")))
        for value in values
        if isinstance(value, dict)
    )
