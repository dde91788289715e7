"""The last answers, so that what everybody asks is found and read once.

In: requests whose question the safety step has judged, and their answers. Out: an answer that was given to an equal
request. What rules take for a cry for help has no key, and an
answer with a help card is not kept. Left out: when another index serves (serving.py, which begins an empty
cache). Used by the event loop alone, so it takes no lock.
"""

import hashlib
from collections import OrderedDict
from dataclasses import replace

from api.schemas import AskRequest
from qa import Answer
from qa.safety.intake import PreparedQuestion


def cache_key(prepared: PreparedQuestion, body: AskRequest) -> bytes:
    """Return what tells requests with different answers apart; no word can be read from it."""
    request = body.model_copy(update={"question": prepared.question.text})
    return hashlib.sha256(request.model_dump_json().encode()).digest()


class AnswerCache:
    """So many answers of one index; the one that was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        """Take how many are kept."""
        self._most = most
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()

    def get(self, key: bytes | None) -> Answer | None:
        """Return an answer, if it is kept, without timings: nothing was done for it."""
        if key and (answer := self._answers.get(key)):
            self._answers.move_to_end(key)
            return replace(answer, timings_ms={})
        return None

    def put(self, key: bytes | None, answer: Answer) -> None:
        """Keep an answer, unless it has a help card, or a model was to write it and could not this time."""
        if key and not answer.help and not answer.provenance.fallback:
            self._answers[key] = answer
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
