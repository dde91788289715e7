"""The last answers, so that what everybody asks is found and read once.

In: requests whose question the safety step has judged, and their answers. Out: an answer that was given to an equal
request. What rules take for a cry for help has no key, and an answer with a help card is not kept; nor is one with a
trace, which is ten times as long. Used by the event loop alone, so it takes no lock.
Left out: when another index serves (serving.py, which begins an empty cache).
"""

import hashlib
from collections import OrderedDict
from dataclasses import replace

from api.formats.schemas import AskRequest
from qa import Answer
from qa.safety.intake import PreparedQuestion

MOST_CHARACTERS = 50_000_000  # of the documents that are quoted by kept answers, and are kept with them


def cache_key(prepared: PreparedQuestion, body: AskRequest) -> bytes:
    """Return what tells requests with different answers apart; no word can be read from it."""
    request = body.model_copy(update={"question": prepared.question.text})
    return hashlib.sha256(request.model_dump_json().encode()).digest()


class AnswerCache:
    """So many answers of one index, or less where their documents are long; those asked for longest ago go first."""

    def __init__(self, most: int) -> None:
        """Take how many are kept."""
        self._most = most
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._characters = 0

    def get(self, key: bytes | None) -> Answer | None:
        """Return an answer, if it is kept, without timings: nothing was done for it."""
        if key and (answer := self._answers.get(key)):
            self._answers.move_to_end(key)
            return replace(answer, timings_ms={})
        return None

    def put(self, key: bytes | None, answer: Answer) -> None:
        """Keep an answer that is not kept yet.

        One with a help card or a trace is not, nor one that a model was to write or translate and could not this time.
        """
        failed = answer.provenance.fallback or answer.provenance.untranslated
        if key and key not in self._answers and not (answer.help or answer.trace or failed):
            self._answers[key] = answer
            self._characters += _characters(answer)
            while len(self._answers) > self._most or self._characters > MOST_CHARACTERS:
                self._characters -= _characters(self._answers.popitem(last=False)[1])


def _characters(answer: Answer) -> int:
    """Return how many characters the documents of an answer have; each may be there several times."""
    texts = {id(document.text): document.text for document in (item.evidence.document for item in answer.citations)}
    return sum(map(len, texts.values()))
