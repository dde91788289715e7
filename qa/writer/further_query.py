"""Have a language model say a follow-up so that it stands alone, as a further query.

In: a question, and the turns that it leans on. Out: the query, or "" where the model gives none in time.
What leaves: both, without personal data. Left out: showing it to anybody; it is searched beside the others
(qa.pipeline.evidence_search), and the reader reads the question as it was asked.
"""

import json
import re
import time
from collections.abc import Sequence

from qa.query.followups import QUESTION_CHARACTERS, Turn
from qa.safety.sanitizer import clean, mask
from qa.writer.llm import LanguageModel, NotWritten, masked_turns
from qa.writer.llm_replies import object_schema

PROMPT = "llm_query_prompt.txt"
SECONDS = 4.0  # at most, since nothing is searched before
QUERY = re.compile(r'"query"\s*:\s*("(?:[^"\\]|\\.)*")')
SCHEMA = object_schema(query={"type": "string", "maxLength": QUESTION_CHARACTERS})


def further_query(question: str, turns: Sequence[Turn], model: LanguageModel) -> str:
    """Return a question as a model says it to somebody who has not heard the turns, or ""."""
    shown = [{"question": asked, "answer": answer} for asked, answer in masked_turns(turns)]
    try:
        until = time.monotonic() + min(SECONDS, model.seconds)
        reply = model.reply(PROMPT, {"turns": shown, "question": mask(question)}, SCHEMA, until)
    except NotWritten:
        return ""
    return query_in(reply)


def query_in(reply: str) -> str:
    r"""Return the query in a reply, "" where there is none.

    >>> query_in('```json\n{"query": "Who funds the shelter\\u0020in Accra?"}\n```'), query_in("Who funds it?")
    ('Who funds the shelter in Accra?', '')
    """
    found = QUERY.search(reply)
    try:
        return clean(json.loads(found[1], strict=False))[:QUESTION_CHARACTERS] if found else ""
    except ValueError:
        return ""
