"""Have a language model translate what an answer says into the asker's language, beside the words of the documents.

In: an answer. Out: the same with translations of its statements that pass the check (translation_check), and those
that do not pass, with the reason. Where the model fails, the answer is as it was, but for the reason and the time.
What leaves: statements, which are words of documents, or were written by a model and checked; nothing of the asker.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from embeddings import Encoder
from qa.answers.answer import Answer, Statement
from qa.answers.explanation import DroppedSentence
from qa.answers.replies import reply
from qa.safety.sanitizer import clean
from qa.writer.llm import LanguageModel, NotWritten
from qa.writer.llm_replies import list_schema, object_schema
from qa.writer.rewriting import LINK, Tell, timings_with
from qa.writer.translation_check import can_be_checked, problem_with

PROMPT = "llm_translation_prompt.txt"
TRANSLATION = re.compile(r'\{\s*"(?:number|text)"\s*:')
_DECODER = json.JSONDecoder(strict=False)
ITEM = object_schema(number={"type": "integer"}, text={"type": "string", "maxLength": 1200})


def translate(
    answer: Answer, model: LanguageModel, encoder: Encoder, tell: Tell, until: float
) -> tuple[Answer, tuple[DroppedSentence, ...]]:
    """Return an answer with translations of its statements in English, where the asker has another language.

    The answer is told before, since translating takes time.
    """
    texts = {number: said.text for number, said in enumerate(answer.statements, start=1) if _is_english(said, answer)}
    if not texts or answer.language == "en" or not can_be_checked(answer.language):
        return answer, ()
    tell(answer)
    begin = time.perf_counter()
    try:
        translated = _translations(texts, answer.language, model, until)
    except NotWritten as problem:
        timings_ms = timings_with(answer.timings_ms, "translate", (time.perf_counter() - begin) * 1000)
        provenance = replace(answer.provenance, model=model.name, untranslated=problem.reason)
        return replace(answer, provenance=provenance, timings_ms=timings_ms), ()
    problems = {number: _problem(text, translated.get(number, ""), answer, encoder) for number, text in texts.items()}
    passed = {number: translated[number] for number, problem in problems.items() if not problem}
    dropped = [DroppedSentence(translated.get(number, ""), problem) for number, problem in problems.items() if problem]
    numbered = enumerate(answer.statements, start=1)
    provenance = replace(answer.provenance, model=model.name, untranslated="unsupported" if dropped else "")
    note = reply("translated_by_model", answer.language) if passed else ""
    translated_answer = replace(
        answer,
        message=f"{answer.message} {note}".strip(),
        statements=tuple(replace(said, translation=passed.get(number, "")) for number, said in numbered),
        provenance=provenance,
        timings_ms=timings_with(answer.timings_ms, "translate", (time.perf_counter() - begin) * 1000),
    )
    return translated_answer, tuple(dropped)


def _problem(text: str, translation: str, answer: Answer, encoder: Encoder) -> str:
    if LINK.search(translation):
        return "link"
    return problem_with(text, translation, answer.language, encoder)


def _is_english(statement: Statement, answer: Answer) -> bool:
    """Return whether a statement is in English; what is told of figures is in the asker's language."""
    return not statement.language and answer.citations[statement.citations[0] - 1].language == "en"


def _translations(texts: Mapping[int, str], language: str, model: LanguageModel, until: float) -> dict[int, str]:
    """Return the translations of a model by the numbers of the sentences. Raises NotWritten."""
    data = {"language": language, "sentences": [{"number": number, "text": text} for number, text in texts.items()]}
    schema = object_schema(translations=list_schema(ITEM, len(texts)))
    found = dict(translations_in(model.reply(PROMPT, data, schema, until)))
    if not found:
        raise NotWritten("unreadable")
    return found


def translations_in(reply: str) -> Iterator[tuple[int, str]]:
    r"""Yield the numbers and texts of the translations in a reply, of which others may be cut off.

    >>> list(translations_in('Sure:\n{"translations": [{"number": 1, "text": "La  Norvège"}, {"number": 2, "te'))
    [(1, 'La Norvège')]
    """
    for match in TRANSLATION.finditer(reply):
        try:
            value, _ = _DECODER.raw_decode(reply, match.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value.get("number"), int) and isinstance(value.get("text"), str):
            yield value["number"], " ".join(clean(value["text"]).split())
